"""Pictures of networks, and charts of their figures.

Charts are matplotlib's. Of a picture, the layout and the drawing are JavaScript (`layout.js`, `svg.js`), since the
page lays out anew what it folds; here the same program runs in an embedded engine, so that SVG, page and PNG agree.
"""
