"""The forms of a report by the names that `--format` takes."""

from collections.abc import Callable, Mapping
from typing import Final

from stagesim.reporting.gate.annotations import github
from stagesim.reporting.gate.data import as_json, junit
from stagesim.reporting.gate.markdown import markdown
from stagesim.reporting.gate.plain import text
from stagesim.testing.gate.report import Report

FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": text,
    "json": as_json,
    "junit": junit,
    "markdown": markdown,
    "github": github,
}
