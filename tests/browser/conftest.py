"""One headless Chromium for all tests of this folder, and a page of 800 x 600 pixels for each."""

import functools
import os
import shutil

import pytest

import archspec

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
SIZE = {"width": 800, "height": 600}


@pytest.fixture(scope="session")
def chromium():
    """The browser; where there is none the tests are skipped, in CI they fail."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None:
        reason = "Chromium is missing: `make browser` as root, or install your system's chromium"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])  # root has no sandbox
        yield browser
        browser.close()


class Opened:
    """A picture in the browser, and what went wrong in it."""

    def __init__(self, page):
        self.page, self.troubles, self.requests = page, [], []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on("console", lambda message: self.troubles.append(message.text))
        page.on("request", lambda request: self.requests.append(request.url))

    def box(self, name):
        """A box by the name on it, the innermost one."""
        return self.page.locator(".box", has=self.page.get_by_text(name, exact=True)).last

    def names(self):
        """The names on the boxes, in the order of the network."""
        return self.page.locator(".box .name").all_text_contents()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory):
    """The file of a network's picture, drawn once: `pictures("lenet5", ".svg")`."""
    folder = tmp_path_factory.mktemp("pictures")

    @functools.cache
    def drawn(name, suffix):
        target = folder / f"{name}{suffix}"
        archspec.plot(name).save(target)
        return target.as_uri()

    return drawn


@pytest.fixture(scope="session")
def page(chromium):
    """The page that tests have in turn."""
    return chromium.new_context(viewport=SIZE, offline=True).new_page()


@pytest.fixture
def show(chromium, page, pictures):
    """Open a network's picture: `show("lenet5")`, `show("lenet5", ".svg")`, `show("lenet5", color_scheme="dark")`."""
    contexts = []

    def opened(name, suffix=".html", **settings):
        if settings:
            contexts.append(chromium.new_context(viewport=SIZE, offline=True, **settings))
        shown = Opened(contexts[-1].new_page() if settings else page)
        shown.page.goto(pictures(name, suffix))
        return shown

    yield opened
    for context in contexts:
        context.close()
