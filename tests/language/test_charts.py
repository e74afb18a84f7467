"""Charts of `compare` and `sweep`: what is on them, that it can be read, that equal figures give equal files."""

import re
from itertools import combinations
from math import hypot
from pathlib import Path

import pytest
from matplotlib.colors import to_hex
from matplotlib.text import Text

import archspec as package
from archspec import zoo
from archspec.drawing import canvas, charts, labels
from archspec.drawing.points import Axis, Bar, Bubble, Line


@pytest.fixture(scope="module")
def everything():
    return package.compare()


def test_all_shipped_networks_and_entries_of_contests(everything):
    networks = {network.name: network for network in everything.networks}
    assert {*zoo.names()} < networks.keys()
    assert networks["cuimage"].profile is None
    assert networks["cuimage"].to_dict()["params"] is None
    assert networks["vgg16"].profile.params == 138357544
    years = [network.year for network in networks.values()]
    assert years == sorted(years)


def bubble_chart(points):
    return charts.bubbles(points, Axis("x", log=True), Axis("y", log=True), "million parameters", "title")


def boxes(figure):
    """Text -> where it stands, of all that can be read on a figure."""
    figure.draw_without_rendering()
    beyond = {text for axes in figure.axes for axis in (axes.xaxis, axes.yaxis) for text in unseen(axis)}
    found = [text for text in figure.findobj(Text) if text.get_visible() and text.get_text() and text not in beyond]
    return [(text.get_text(), Text.get_window_extent(text)) for text in found]  # without an annotation's line


def unseen(axis):
    """Labels of ticks that lie beyond the axis, which are kept but not drawn."""
    low, high = sorted(axis.get_view_interval())
    ticks = [tick for tick in axis.get_major_ticks() if not low <= tick.get_loc() <= high]
    return [label for tick in ticks for label in (tick.label1, tick.label2)]


def assert_legible(figure):
    """No text over another, none beyond the edge."""
    width, height = figure.canvas.get_width_height()
    found = boxes(figure)
    assert len(found) > 3
    for text, box in found:
        assert box.x0 >= -1, text
        assert box.y0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height + 1, text
    for (text, box), (other, beside) in combinations(found, 2):
        apart = box.x1 <= beside.x0 or beside.x1 <= box.x0 or box.y1 <= beside.y0 or beside.y1 <= box.y0
        assert apart, f"{text!r} over {other!r}"


@pytest.mark.parametrize(
    ("error", "data"),
    [("top5", "ImageNet"), ("top1", "ImageNet"), ("top1", "CIFAR-10 test"), ("top5", "ImageNet test")],
)
def test_names_of_all_networks_can_be_read(error, data, everything):
    points = [*everything.bubbles(error, data)]
    figure = bubble_chart(points)
    assert_legible(figure)
    assert {point.label for point in points} <= {text for text, _ in boxes(figure)}


def test_thirty_names_of_one_place_can_be_read():
    assert_legible(bubble_chart([Bubble(f"network_{i}", 2.0, 5.0, 25, "1 crop") for i in range(30)]))


def test_a_network_alone_can_be_read():
    assert_legible(bubble_chart([Bubble("network", 2.0, 5.0, 25, "")]))


def test_words_of_a_spec_are_drawn_as_they_stand(tmp_path):
    """No formula, no line break, no end of room; and nothing on a logarithmic axis that has no place there."""
    words = ["$x^$", "\\frac{", "a\nb\tc", "\u4e2d\u6587", "long " * 200]
    points = [Bubble(f"network_{i}", i, i / 2, i, word) for i, word in enumerate(words)]
    figure = bubble_chart(points)
    assert_legible(figure)
    canvas.save(figure, tmp_path / "chart.svg")
    shown = [text.get_text() for text in figure.legends[0].get_texts()]
    assert [text for text in shown if "million" not in text] == [
        *("$x^$", "\\frac{", "a b c", f"{'long ' * 11}lo..."),
        "\u4e2d\u6587",
    ]
    assert_legible(bubble_chart([Bubble("nothing", 0, 0, 0, "")]))
    panels = {Axis("parameters"): [Line("$a$ = 1", [1]), Line("long " * 200, [2])]}
    assert_legible(charts.lines(["$b$"], panels, Axis("vars.$"), "long " * 200))
    assert_legible(charts.bars([Bar("network", 2012, 0, first=True)], Axis("error"), "title"))


def test_areas_are_parameters(everything):
    points = {point.label: point for point in everything.bubbles("top5", "ImageNet")}
    assert (points["vgg16"].x, points["vgg16"].y) == (pytest.approx(15.470264320), 7.5)
    figure = bubble_chart([*points.values()])
    sizes = {
        tuple(o): s for c in figure.axes[0].collections for o, s in zip(c.get_offsets(), c.get_sizes(), strict=True)
    }
    vgg, googlenet = (sizes[points[name].x, points[name].y] for name in ("vgg16", "googlenet"))
    assert vgg / googlenet == pytest.approx(138357544 / 6998552)


def test_a_name_that_is_far_has_a_line_to_its_point():
    crowd = [labels.Point(f"network_{i}", 500, 500, 4) for i in range(20)]
    figure = canvas.blank(8, 8)
    axes = figure.subplots()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    figure.set_layout_engine("none")
    labels.write(axes, crowd, 8)
    figure.draw_without_rendering()
    lines = 0
    for text in axes.texts:
        box = Text.get_window_extent(text)
        away = max(box.x0 - 500, 500 - box.x1, 0), max(box.y0 - 500, 500 - box.y1, 0)
        assert bool(text.arrow_patch) or hypot(*away) < 4 + labels.NEAR + 3
        lines += bool(text.arrow_patch)
    assert lines > 10


WINNERS = [
    ("alexnet_7", 2012, 15.3, True),
    ("zfnet_clarifai", 2013, 11.2, True),
    ("vgg_7", 2014, 7.3, False),
    ("googlenet_7", 2014, 6.67, True),
    ("resnet_6", 2015, 3.57, True),
    ("cuimage", 2016, 2.99, True),
    ("senet_2017", 2017, 2.251, True),
]


def test_entries_of_ilsvrc_by_year(everything):
    entries = everything.bars("ILSVRC", "top5")
    assert entries == [Bar(*entry) for entry in WINNERS]
    figure = charts.bars(entries, Axis("top-5 error, %"), "ILSVRC")
    assert_legible(figure)
    bars = figure.axes[0].patches
    assert [bar.get_height() for bar in bars] == [value for _, _, value, _ in WINNERS]
    assert [to_hex(bar.get_facecolor()) == charts.COLOURS[0] for bar in bars] == [first for *_, first in WINNERS]


def test_lines_of_a_sweep():
    values = ["8x8x3", "96x96x3", "224x224x3"]
    panels = {
        Axis("parameters"): [Line("k = 1", [None, 2, 3]), Line("k = 2", [None, 4, 5])],
        Axis("multiply-adds"): [Line("k = 1", [None, 20, 30]), Line("k = 2", [None, 40, 50])],
    }
    figure = charts.lines(values, panels, Axis("input"), "title")
    assert_legible(figure)
    left, right = figure.axes
    assert [list(line.get_ydata())[1:] for line in [*left.lines, *right.lines]] == [[2, 3], [4, 5], [20, 30], [40, 50]]
    assert [text.get_text() for text in left.get_xticklabels()] == values
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["k = 1", "k = 2"]


def test_many_lines_can_be_read():
    drawn = [Line(f"vars.k = {n}", [n, n + 1]) for n in range(24)]
    panels = {Axis("parameters"): drawn, Axis("multiply-adds"): drawn}
    assert_legible(charts.lines(["1", "2"], panels, Axis("input"), "title"))


def test_many_values_can_be_read():
    values = [str(1000 + n) for n in range(60)]
    assert_legible(charts.lines(values, {Axis("parameters"): [Line("", [*range(60)])]}, Axis("vars.k"), "title"))


@pytest.mark.parametrize("suffix", [".svg", ".png"])
def test_equal_figures_give_equal_files(suffix, tmp_path):
    entries = [Bar(*entry) for entry in WINNERS[:2]]
    for name in ("one", "two"):
        canvas.save(charts.bars(entries, Axis("error, %"), "title"), tmp_path / f"{name}{suffix}")
    one, two = ((tmp_path / f"{name}{suffix}").read_bytes() for name in ("one", "two"))
    assert one == two
    assert one.startswith(b"<?xml" if suffix == ".svg" else b"\x89PNG")
    assert b"<dc:date>" not in one


@pytest.mark.parametrize("picture", ["errors", "years"])
def test_pictures_of_the_docs_show_todays_networks(picture, everything):
    """Names stand as comments in what draws them; docs/compare.md says how a picture is drawn anew."""
    points = everything.bubbles("top5", "ImageNet") if picture == "errors" else everything.bars("ILSVRC", "top5")
    pictures = Path(__file__).resolve().parents[2] / "docs" / "pictures"
    drawn = {*re.findall(r"<!-- ([a-z]\w*)", (pictures / f"{picture}.svg").read_text(encoding="utf-8"))}
    assert drawn & {network.name for network in everything.networks} == {point.label for point in points}
