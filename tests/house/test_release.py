"""What a release consists of says the same everywhere: versions, dates, licence, and how to cite."""

import datetime
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import trove_classifiers
from ruamel.yaml import YAML

import stageaccess
import stagesim

ROOT = Path(__file__).parents[2]
PROJECTS = {".": stagesim.__version__, "policies": stageaccess.__version__}
RELEASED = re.compile(r"^## \[(\d+\.\d+\.\d+)\] - (\d{4}-\d\d-\d\d)$", re.MULTILINE)


@pytest.fixture(scope="module")
def citation() -> dict[str, Any]:
    return dict(YAML(typ="safe", pure=True).load((ROOT / "CITATION.cff").read_text(encoding="utf-8")))


def project(folder: str) -> dict[str, Any]:
    return dict(tomllib.loads((ROOT / folder / "pyproject.toml").read_text(encoding="utf-8"))["project"])


def test_the_citation_has_what_its_format_asks_for(citation: dict[str, Any]) -> None:
    """Of the schema of the Citation File Format 1.2.0: what is required, and the types of what is there."""
    assert {"cff-version", "message", "title", "authors"} <= citation.keys()
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in {"software", "dataset"}
    assert citation["authors"], "at least one"
    assert all(each.get("name") or each.get("family-names") for each in citation["authors"])
    assert isinstance(citation["date-released"], datetime.date)
    assert len(set(citation["keywords"])) == len(citation["keywords"]) > 0


def test_the_citation_is_of_this_version_and_licence(citation: dict[str, Any]) -> None:
    assert (citation["version"], citation["license"]) == (stagesim.__version__, project(".")["license"])


@pytest.mark.parametrize("folder", PROJECTS)
def test_the_changelog_begins_with_this_version_and_its_day(folder: str, citation: dict[str, Any]) -> None:
    text = (ROOT / folder / "CHANGELOG.md").read_text(encoding="utf-8")
    version, day = RELEASED.findall(text)[0]
    assert version == PROJECTS[folder]
    assert folder != "." or datetime.date.fromisoformat(day) == citation["date-released"]


@pytest.mark.parametrize("folder", PROJECTS)
def test_a_distribution_says_what_it_is_and_names_no_host(folder: str) -> None:
    said = project(folder)
    assert set(said["classifiers"]) <= trove_classifiers.classifiers
    assert {"Programming Language :: Python :: 3.11", "Typing :: Typed"} <= set(said["classifiers"])
    assert not [each for each in said["classifiers"] if each.startswith("License ::")], "`license` says so"
    assert all(each.startswith("https://") and "example" not in each for each in said.get("urls", {}).values())


def test_the_security_page_names_the_version_that_is_mended() -> None:
    series = stagesim.__version__.rpartition(".")[0]
    assert f"today {series}." in (ROOT / "SECURITY.md").read_text(encoding="utf-8")
