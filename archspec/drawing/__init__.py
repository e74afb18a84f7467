"""Pictures of networks: a diagram -> SVG, HTML, PNG.

The layout and the drawing are JavaScript (`layout.js`, `svg.js`), since the page lays out anew what it folds;
here the same program runs in an embedded engine, so that all three show one picture.
"""
