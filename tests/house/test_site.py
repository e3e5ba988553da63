"""The site is built without a warning and without a network, and fetches nothing when it is read."""

import re
from pathlib import Path

import pytest

from made_site import ROOT

FETCHED = re.compile(r"<(?:script|img|iframe|source|link)\b[^>]*?\b(?:src|href)=[\"']?([^\"'\s>]+)")
LED = re.compile(r"<a\b[^>]*?\bhref=[\"']?([^\"'\s>]+)")


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, str]:
    """The pages of the site, each with its text."""
    found = [path for path in site.rglob("*.html") if "files" not in path.relative_to(site).parts]
    return {path: path.read_text(encoding="utf-8") for path in found if path.name != "404.html"}


def test_every_document_is_a_page(pages: dict[Path, str]) -> None:
    assert len(pages) > len(list((ROOT / "docs").rglob("*.md")))
    assert all("<h1" in text for text in pages.values())


def test_pages_fetch_nothing_from_elsewhere_and_links_lead_to_files(pages: dict[Path, str]) -> None:
    """From a file as well, where no server makes a page of a folder."""
    wrong = []
    for path, text in pages.items():
        wrong += [f"{path.name}: fetches {each}" for each in FETCHED.findall(text) if ":" in each]
        here = [each.partition("#")[0] for each in [*FETCHED.findall(text), *LED.findall(text)] if ":" not in each]
        wrong += [f"{path.name}: {each}" for each in dict.fromkeys(here) if each and not (path.parent / each).is_file()]
    assert wrong == []


def test_pages_can_be_searched_without_a_server(site: Path) -> None:
    assert "stage_removed" in (site / "search/search_index.js").read_text(encoding="utf-8")
    assert 'src="assets/iframe-worker.js"' in (site / "index.html").read_text(encoding="utf-8")
