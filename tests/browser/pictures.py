"""Makes the pictures of docs/pictures.md and of the README anew: `make pictures`."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import archspec

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "pictures"
NETWORKS = ("lenet5", "googlenet", "resnet152", "senet154")
SHARP = 1.5
"""Pixels of a screenshot for each of the page."""


def photograph(page, name, block, target):
    """A network's page as a window of 800 x 600 shows it, the mouse at a box of a block that is in view."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.html"
        archspec.plot(name).save(path)
        page.goto(path.as_uri())
        top = page.locator(f"[data-id='{block}']").evaluate("(box) => box.getBoundingClientRect().top")
        page.locator("#picture").evaluate("(place, by) => place.scrollBy(0, by)", top - 110)
        page.wait_for_timeout(200)
        page.locator(f"[data-id='{target}'] > .name").hover()
        page.screenshot(path=FOLDER / f"{name}-page.png")


def main():
    """Draw the four networks, and photograph the page of one."""
    for name in NETWORKS:
        archspec.plot(name).save(FOLDER / f"{name}.svg")
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 800, "height": 600}, device_scale_factor=SHARP)
        photograph(page, "googlenet", "8", "9")
        browser.close()


if __name__ == "__main__":
    main()
