"""Pictures: what SVG, HTML and PNG hold, that nothing in them overlaps, and wrong requests."""

import functools
import re
import struct
import sys
from itertools import combinations
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest
from zoo_cases import shipped

import archspec as package

NETWORKS = ["lenet5", "googlenet", "resnet152", "senet154", "two_towers", "alphago_zero_20"]
SVG = "{http://www.w3.org/2000/svg}"
SPEC = "archspec: 1\nname: net\ninput: [8, 8, 4]\nlayers:\n"


@functools.cache
def drawn(name, collapse=None):
    return package.plot(shipped(name), collapse=collapse)


def shift(group):
    match = re.match(r"translate\((-?[\d.]+) (-?[\d.]+)\)", group.get("transform", ""))
    return (float(match[1]), float(match[2])) if match else (0.0, 0.0)


def frames(group, x=0.0, y=0.0, outer=None):
    """(id of a box, id of the one around it, left, top, right, bottom), in the picture's own pixels."""
    for inner in group.findall(f"{SVG}g"):
        dx, dy = shift(inner)
        name = inner.get("data-id", outer)
        rect = inner.find(f"{SVG}rect[@class='frame']")
        if rect is not None:
            yield name, outer, x + dx, y + dy, x + dx + float(rect.get("width")), y + dy + float(rect.get("height"))
        yield from frames(inner, x + dx, y + dy, name)


@pytest.mark.parametrize("collapse", [None, "none", "block", "stage"])
@pytest.mark.parametrize("name", NETWORKS)
def test_boxes_stand_in_their_frames_and_on_no_other(name, collapse):
    picture = Xml.fromstring(drawn(name, collapse).svg())
    found = {name: (outer, *box) for name, outer, *box in frames(picture)}
    width, height = float(picture.get("width")), float(picture.get("height"))
    for outer, left, top, right, bottom in found.values():
        _, a, b, c, d = found[outer] if outer else (None, 0, 0, width, height)
        assert a < left < right < c
        assert b < top < bottom < d
    for (one, *a), (other, *b) in combinations(found.values(), 2):
        assert one != other or a[2] < b[0] or b[2] < a[0] or a[3] < b[1] or b[3] < a[1]


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("lenet5", ["C1", "conv 5×5, tanh", "28×28×6", "61,706 parameters · 416,520 multiply-adds · depth 5"]),
        ("googlenet", ["3a", "3x3_reduce", "28×28×256", "aux1", "average pool 5×5/3"]),
        ("resnet152", ["conv2_2 … conv2_3", "residual ×36", "add, relu"]),
    ],
)
def test_a_picture_says(name, words):
    text = drawn(name).svg()
    assert not [word for word in words if f">{word}<" not in text]


def test_a_tip_has_the_figures_and_the_line_of_the_spec():
    tips = [tip.text for tip in Xml.fromstring(drawn("googlenet").svg()).iter(f"{SVG}title")]
    inception = next(tip for tip in tips if tip.startswith("3a\n"))
    assert inception.splitlines() == [
        *(
            "3a",
            "inception",
            "output 28×28×256",
            "163,696 parameters",
            "128,049,152 multiply-adds",
            "googlenet.yaml:21",
        ),
        "- inception: {name: 3a, 1x1:  64, 3x3: [ 96, 128], 5x5: [16,  32], pool:  32}",
    ]


def test_a_tip_of_units_tells_each_and_all():
    tips = [tip.text for tip in Xml.fromstring(drawn("resnet152", "none").svg()).iter(f"{SVG}title")]
    assert any(
        tip.startswith("conv4_2 … conv4_36\n") and "1,117,184 parameters each, 39,101,440 in all" in tip for tip in tips
    )


@pytest.mark.parametrize(
    ("collapse", "closed", "open_"),
    [(None, 8 + 1, 2), ("none", 0, 11), ("block", 11, 0), ("stage", 6 + 2, 0)],
)
def test_what_begins_folded(collapse, closed, open_):
    """GoogLeNet has nine inception modules, two heads and six stages."""
    text = drawn("googlenet", collapse).svg()
    assert (
        text.count("kind-block open"),
        text.count('class="box kind-block"') + text.count('class="box kind-block head"'),
    ) == (
        open_,
        closed,
    )


@pytest.mark.parametrize("name", [*NETWORKS, "densenet121", "googlenet_7"])
def test_a_page_is_small_and_holds_all_that_it_needs(name):
    page = drawn(name).html()
    assert len(page.encode()) < 500_000
    assert not re.search(r"""(?:src|href)\s*=|url\(|@import|fetch\(|https?://(?!www\.w3\.org/2000/svg)""", page)


def test_what_a_spec_says_is_never_markup():
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>{{PROGRAM}}"
    text = f"archspec: 1\nname: net\ntitle: '{evil}'\ninput: [8, 8, 4]\nlayers:\n  - relu  # {evil}\n"
    picture = package.plot(text)
    page = picture.html()
    assert Xml.fromstring(picture.svg()).find(f"{SVG}title").text == evil
    assert page.count("<script") == 2
    assert "<img" not in page
    assert page.count("alert(1)&lt;/script&gt;") >= 2
    assert "<script" not in picture._repr_html_()


def test_a_notebook_is_shown_both():
    picture = drawn("lenet5")
    assert picture._repr_svg_() == picture.svg()
    assert picture._repr_html_().startswith('<iframe srcdoc="&lt;!doctype html&gt;')


def test_a_png_has_two_pixels_for_each_of_the_svg(tmp_path):
    picture = drawn("lenet5")
    picture.save(tmp_path / "net.png")
    data = (tmp_path / "net.png").read_bytes()
    svg = Xml.fromstring(picture.svg())
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", data[16:24]) == (2 * int(svg.get("width")), 2 * int(svg.get("height")))


def test_a_png_without_its_package_says_what_to_install(archspec, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    result = archspec("plot", "lenet5", "-o", tmp_path / "net.png")
    assert (result.code, result.out) == (2, "")
    assert "error[missing-package]: a PNG needs the package resvg-py" in result.err
    assert "`pip install resvg-py`" in result.err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".svg", ".html", ".png"])
def test_the_command_writes_what_the_name_says(suffix, archspec, tmp_path):
    target = tmp_path / f"net{suffix}"
    result = archspec("plot", "lenet5", "-o", target, "--set", "input=40x40x1")
    assert (result.code, result.out) == (0, f"{target}: lenet5, {target.stat().st_size / 1e3:,.0f} kB\n")
    assert suffix == ".png" or "36×36×6" in target.read_text(encoding="utf-8")
    assert archspec("plot", "lenet5", "-o", target).code == 2
    assert archspec("plot", "googlenet", "-o", target, "--force").code == 0


def test_a_wrong_word_for_collapse():
    with pytest.raises(ValueError, match="collapse is 'blocks': expected None, 'none', 'block', 'stage'"):
        package.plot("lenet5", collapse="blocks")


def of(names):
    return f"of: [{', '.join(names)}]"


def beside(count):
    """Paths beside one another, and a row that reads them all."""
    paths = "".join(f"        p{i}: [relu]\n" for i in range(count))
    return "  - branches:\n      merge: concat\n      paths:\n" + paths


def dense(count):
    """Rows that read all rows above them."""
    rows = [f"  - add: {{name: n{i}, {of(f'n{j}' for j in range(i))}}}\n" for i in range(2, count)]
    return "  - relu: {name: n0}\n  - relu: {name: n1}\n" + "".join(rows)


def crossed(count):
    """Rows that each read all of as many rows beside one another."""
    first = [f"  - relu: {{name: n{i}, from: input}}\n" for i in range(count)]
    return "".join(first + [f"  - add: {{name: m{i}, {of(f'n{j}' for j in range(count))}}}\n" for i in range(count)])


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (beside(401), "401 boxes that are not one behind the other; at most 400 are laid out"),
        (crossed(40), "1641 arrows among boxes that are not one behind the other; at most 1500 are laid out"),
        (dense(57), "1540 skips in one frame; at most 1500 are laid out"),
    ],
    ids=["beside", "crossed", "dense"],
)
def test_what_would_take_minutes_is_refused(rows, reason):
    with pytest.raises(package.SpecError, match=re.escape(f"net cannot be drawn: {reason}")):
        package.plot(SPEC + rows).svg()


def test_what_nothing_reads_is_drawn_too():
    rows = "  - relu: {name: a}\n  - relu: {name: b}\n  - relu: {name: c, from: a}\n"
    assert ">b<" in package.plot(SPEC + rows).svg()


@pytest.mark.parametrize("title", ["a\\e[2Jb", "a\\0b", "a\\nb", "a\\uFFFFb"])
def test_a_title_steers_neither_a_terminal_nor_a_picture(title, archspec, tmp_path):
    spec = tmp_path / "a\x01\udcff.yaml"
    spec.write_text(SPEC.replace("layers", f'title: "{title}"\nlayers') + "  - relu\n")
    for name in ("net.svg", "net.html", "net.png"):
        assert archspec("plot", spec, "-o", tmp_path / name).code == 0
    assert Xml.parse(tmp_path / "net.svg").find(f"{SVG}title").text.isprintable()
    assert archspec("analyze", spec).out.splitlines()[0].isprintable()


@pytest.mark.parametrize("letter", ["W", "中"])
def test_a_title_beyond_measure_is_cut(letter):
    text = SPEC.replace("layers", f"title: {100_000 * letter}\nlayers") + "  - relu\n"
    assert len(package.plot(text).svg()) < 20_000


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "resnet152", "senet154"])
def test_the_committed_pictures_are_those_that_the_command_draws(name):
    committed = Path(__file__).resolve().parents[2] / "docs" / "pictures" / f"{name}.svg"
    assert drawn(name).svg() == committed.read_text(encoding="utf-8"), f"archspec plot {name} -o {committed} --force"
