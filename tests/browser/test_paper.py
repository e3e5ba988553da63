"""What pages show where there is less than a screen with scripts: on paper, and without JavaScript."""

from collections.abc import Callable
from pathlib import Path

import pytest

from .conftest import LIGHT, SCREENSHOTS, Opened, Window, unfold

ON_SCREEN_ONLY = "nav, .controls, .keys, .watching ul"
"""What nobody can use on paper; of those who only watch, it says how many they are."""

PRINTED = """selector => {
  window.missing = [];
  addEventListener("beforeprint", () => {
    const titles = [...document.querySelectorAll(".stories .story caption")].filter((each) => each.checkVisibility());
    window.told = titles.map((each) => each.textContent);
    window.missing = looking.unseen().filter((node) => !node.parentElement.closest(selector)).map(looking.words);
  });
}"""


@pytest.mark.parametrize("name", ["compare", "diff"])
def test_everything_folded_is_printed_and_folded_again(opened: Opened, name: str) -> None:
    page = opened(name)
    open_before = page.locator("details[open]").count()
    page.emulate_media(media="print")
    page.evaluate(PRINTED, ON_SCREEN_ONLY)
    page.pdf(path=SCREENSHOTS / f"{name.replace(' ', '-')}.pdf", format="A4")
    assert page.evaluate("window.missing") == []
    assert page.locator("details[open]").count() == open_before
    picked = dict.fromkeys(page.locator(".stories dt a").all_text_contents())
    assert [each.partition(" (")[0] for each in page.evaluate("window.told")] == list(picked), "each pick's story, once"


def test_what_is_not_printed_is_found(opened: Opened, tmp_path: Path) -> None:
    path = tmp_path / "planted.html"
    path.write_text("<!doctype html><title>x</title><nav>no</nav><details><summary>a</summary>never printed</details>")
    page = opened(path)
    page.evaluate(PRINTED, ON_SCREEN_ONLY)
    page.pdf()
    assert page.evaluate("window.missing") == ["never printed"]


def test_without_javascript_the_page_says_the_same_and_unfolds(
    opened: Opened, bare_window: Window, made: Callable[[str], Path]
) -> None:
    page, bare = opened("compare"), bare_window.show(made("compare"), LIGHT)
    unfold(page)
    part = bare.locator("details.part:not([open])").first.element_handle()
    part.query_selector("summary").click()
    assert part.evaluate("part => part.open")
    unfold(bare)
    assert bare.locator(".player").inner_text() == "The player needs JavaScript, which is switched off here."
    for each in (page, bare):
        for needs_script in (".player", ".stories"):
            each.locator(needs_script).evaluate("element => element.remove()")
    assert bare.locator("main").inner_text() == page.locator("main").inner_text()
    assert bare_window.heard == []
