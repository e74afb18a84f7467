"""Pictures as a browser of 800 x 600 pixels shows them: nothing overlaps; folding, pointing and searching work."""

import pytest

import archspec

NETWORKS = ["lenet5", "googlenet", "resnet152", "senet154"]

# Texts that overlap one another, that reach out of their box, and labels of arrows that lie on a box.
TROUBLES = """() => {
  const rect = (element) => element.getBoundingClientRect(), found = [];
  const meet = (a, b) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
  const texts = [...document.querySelectorAll("svg text, h1, header p, header li, button, input")];
  const seen = texts.map((text) => [text.textContent || text.id, rect(text)]).filter(([, box]) => box.width);
  seen.forEach(([one, a], i) => seen.slice(i + 1).forEach(([other, b]) => {
    if (meet(a, b)) found.push(`'${one}' meets '${other}'`);
  }));
  for (const text of document.querySelectorAll(".box > text")) {
    const inner = rect(text), outer = rect(text.parentNode.querySelector(".frame"));
    const inside = inner.left >= outer.left + 3 && inner.right <= outer.right - 3;
    if (!inside || inner.top < outer.top || inner.bottom > outer.bottom)
      found.push(`'${text.textContent}' leaves its box`);
  }
  const closed = [...document.querySelectorAll(".box:not(.open) > .frame")].map(rect);
  for (const label of document.querySelectorAll(".shape"))
    if (closed.some((box) => meet(box, rect(label)))) found.push(`'${label.textContent}' lies on a box`);
  const edge = document.querySelector("svg").getBoundingClientRect();
  for (const [text, box] of seen.filter(([, box]) => box.top >= edge.top && box.bottom <= edge.bottom))
    if (box.left < edge.left || box.right > edge.right) found.push(`'${text}' is cut off`);
  for (const part of document.querySelectorAll("header, header *"))
    if (part.clientWidth && part.scrollWidth > part.clientWidth + 1) found.push(`a part of ${part.tagName} is cut off`);
  return { found, texts: seen.length };
}"""


def fine(shown, least):
    result = shown.page.evaluate(TROUBLES)
    assert result["found"] == []
    assert result["texts"] >= least
    assert shown.troubles == []


@pytest.mark.parametrize("name", NETWORKS)
def test_no_label_overlaps_or_is_cut_off(name, show):
    shown = show(name)
    fine(shown, 30)
    shown.page.click("#fold")
    fine(shown, 30)
    folded = len(shown.names())
    shown.page.click("#unfold")
    fine(shown, 30)
    assert len(shown.names()) > folded or name == "lenet5"
    assert shown.requests == [shown.page.url]  # all that it needs is in it


@pytest.mark.parametrize("name", NETWORKS)
def test_nor_in_the_svg_alone(name, show):
    fine(show(name, ".svg"), 25)


def test_the_picture_is_there_without_its_program(show):
    names = show("googlenet").names()
    assert show("googlenet", java_script_enabled=False).names() == names


def test_a_click_folds_a_block_where_it_is(show):
    shown = show("googlenet")
    block = shown.page.locator("[data-id='8']")
    block.scroll_into_view_if_needed()
    assert block.get_attribute("aria-expanded") == "true"
    before = block.locator("> .frame").bounding_box()
    names = shown.names()
    shown.page.mouse.click(before["x"] + 30, before["y"] + 12)
    assert block.get_attribute("aria-expanded") == "false"
    after = block.locator("> .frame").bounding_box()
    assert after["height"] < before["height"]
    assert after["y"] == pytest.approx(before["y"], abs=1)
    assert [name for name in names if name not in shown.names()] == [
        *("1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool", "pool_proj", "concat")
    ]
    block.click()
    assert shown.names() == names


def test_a_layer_does_not_fold(show):
    shown = show("lenet5")
    names = shown.names()
    shown.box("C3").click()
    assert shown.names() == names
    assert shown.box("C3").get_attribute("aria-expanded") is None


def test_pointing_at_a_box_tells_what_it_is(show):
    shown = show("googlenet")
    tip = shown.page.locator("#tip")
    assert tip.is_hidden()
    shown.box("3x3_reduce").scroll_into_view_if_needed()
    shown.page.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    shown.box("3x3_reduce").hover()
    assert tip.locator("> *").all_text_contents() == [
        *("3a.3x3_reduce", "conv 1×1, relu", "output 28×28×96", "18,528 parameters", "14,450,688 multiply-adds"),
        "googlenet.yaml:21- inception: {name: 3a, 1x1:  64, 3x3: [ 96, 128], 5x5: [16,  32], pool:  32}",
    ]
    box = tip.bounding_box()
    assert box["x"] >= 0
    assert box["y"] >= 0
    assert box["x"] + box["width"] <= 800
    assert box["y"] + box["height"] <= 600
    shown.page.mouse.move(5, 300)
    assert tip.is_hidden()


def in_view(shown, element):
    box, place = element.bounding_box(), shown.page.locator("#picture").bounding_box()
    return place["y"] <= box["y"] and box["y"] + box["height"] <= place["y"] + place["height"]


def test_a_search_finds_and_shows(show):
    shown = show("googlenet")
    page = shown.page
    page.keyboard.press("/")
    page.keyboard.type("5x5_reduce")
    assert page.locator("#found").text_content() == "9 found"
    assert page.locator(".match .name").first.text_content() == "5x5_reduce"
    assert page.locator(".match").count() == 9  # one is in an open block, of the others the blocks stand out
    for at in (1, 2):
        page.keyboard.press("Enter")
        assert page.locator("#found").text_content() == f"{at} of 9"
        assert in_view(shown, page.locator(".current > .frame"))
    assert page.locator("[data-id='9']").get_attribute("aria-expanded") == "true"
    page.keyboard.press("Escape")
    assert page.locator(".match").count() == 0


@pytest.mark.parametrize(
    ("name", "word", "found"),
    [
        ("resnet152", "conv4_17", "1 found"),
        ("resnet152", "conv4_37", "none"),
        ("lenet5", "pooling", "2 found"),
        ("lenet5", "10x10", "1 found"),
        ("lenet5", "TANH", "4 found"),
    ],
)
def test_what_can_be_searched_for(name, word, found, show):
    shown = show(name)
    shown.page.fill("#search", word)
    assert shown.page.locator("#found").text_content() == found


def test_the_keyboard_moves_and_folds(show):
    shown = show("resnet152")
    page = shown.page
    for _ in range(4):
        page.keyboard.press("Tab")
    focus = "document.activeElement.getAttribute('aria-label')"
    assert page.evaluate(focus) == "input"
    assert page.locator("#tip b").text_content() == "input"
    page.keyboard.press("End")
    assert page.evaluate(focus) == "fc"
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(focus) == "conv5"
    assert in_view(shown, page.locator(":focus > .frame"))
    for key, expanded in (("Enter", "true"), ("Enter", "false"), ("ArrowRight", "true"), ("ArrowLeft", "false")):
        page.keyboard.press(key)
        assert page.locator(":focus").get_attribute("aria-expanded") == expanded
        assert page.evaluate(focus) == "conv5"
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(focus) == "conv5_2 … conv5_3"
    page.keyboard.press("ArrowLeft")
    assert page.evaluate(focus) == "conv5"


def brightness(shown, element, style):
    colour = shown.page.locator(element).first.evaluate(f"(element) => getComputedStyle(element).{style}")
    return sum(int(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]) / 3


@pytest.mark.parametrize(("scheme", "dark"), [("light", False), ("dark", True)])
def test_light_and_dark(scheme, dark, show):
    shown = show("lenet5", color_scheme=scheme)
    paper, text = brightness(shown, "body", "backgroundColor"), brightness(shown, ".name", "fill")
    assert (paper < 60, text > 180) == (dark, dark)
    assert abs(paper - text) > 150


def test_a_notebook_shows_the_page_in_a_frame(show, tmp_path):
    shown = show("lenet5")
    target = tmp_path / "notebook.html"
    target.write_text(archspec.plot("googlenet")._repr_html_(), encoding="utf-8")
    shown.page.goto(target.as_uri())
    frame = shown.page.frame_locator("iframe")
    frame.locator("#fold").click()
    assert frame.locator("[data-id='8']").get_attribute("aria-expanded") == "false"
