"""Pages of the site that stand outside of `docs/`, beside what they are about: a hook of MkDocs.

A link is written as it leads from file to file in the repository; a test says that it leads somewhere. In the site a
link to one of `PAGES` leads to its page, and one to any other file of the repository to a copy below `files/`.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT: Final = Path(__file__).parents[1]
PAGES: Final[Mapping[str, str]] = {
    "CHANGELOG.md": "project/changes.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "SECURITY.md": "project/security.md",
    "benchmarks/README.md": "explanation/benchmarks.md",
    "examples/ci/README.md": "howto/ci.md",
    "policies/CHANGELOG.md": "project/changes_of_the_engine.md",
    "policies/README.md": "reference/engine.md",
    "reports/README.md": "reference/results.md",
    "scenarios/README.md": "reference/scenarios.md",
    "scenarios/conformance/README.md": "reference/conformance.md",
    "scenarios/situations/README.md": "reference/situations.md",
    "sim/README.md": "project/harness.md",
}
"""Files of the repository, each with its place among the pages."""

LINK: Final = re.compile(r"(?<=\]\()(?![a-z]+:)([^)#\s]+)")
CODE: Final = re.compile(r"^( *)```.*?^\1```$", re.MULTILINE | re.DOTALL)


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that stand elsewhere, and copies of the files that pages link to."""
    for name, place in PAGES.items():
        files.append(File.generated(config, place, abs_src_path=str(ROOT / name)))
    linked = {each for page in files.documentation_pages() for each in links(name_of(page), page.content_string)}
    for name in sorted(linked):
        if place_of(name).startswith("files/"):
            files.append(File.generated(config, place_of(name), abs_src_path=str(ROOT / name)))
    return files


def on_page_markdown(markdown: str, page: Page, **_: object) -> str:
    """Let links lead to where things are in the site; whoever searches does not look for what has changed since."""
    if page.file.src_uri.startswith("project/changes"):
        page.meta["search"] = {"exclude": True}
    name, here = name_of(page.file), PurePosixPath(page.file.src_uri).parent
    return outside_code(
        markdown,
        lambda text: LINK.sub(lambda link: os.path.relpath(place_of(target(name, link[1])), here), text),
    )


def name_of(page: File) -> str:
    """The file of a page, from the root of the repository."""
    return next((name for name, place in PAGES.items() if place == page.src_uri), f"docs/{page.src_uri}")


def links(name: str, markdown: str) -> Iterator[str]:
    """The files of the repository that a document links to."""
    text = CODE.sub("", markdown)
    yield from (target(name, link) for link in LINK.findall(text))


def target(name: str, link: str) -> str:
    """The file that a link leads to; of a folder its README."""
    there = os.path.normpath(PurePosixPath(name).parent / link)
    return f"{there}/README.md" if (ROOT / there).is_dir() else there


def place_of(name: str) -> str:
    """Where a file of the repository is in the site."""
    return name.removeprefix("docs/") if name.startswith("docs/") else PAGES.get(name, f"files/{name}")


def outside_code(markdown: str, change: Callable[[str], str]) -> str:
    """A document with a change of all that is no block of code."""
    done, end = [], 0
    for block in CODE.finditer(markdown):
        done += [change(markdown[end : block.start()]), block[0]]
        end = block.end()
    return "".join([*done, change(markdown[end:])])
