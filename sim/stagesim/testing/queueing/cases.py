"""Queueing cases with known answers, as a CSV file states them.

A row names a queueing model, its parameters, and the figures that theory gives. What is wrong with a file is a
`CaseError` that names the file, the line and the field; a model or parameter that is not known here is no fault of the
file, and makes the case `not expressible`.
"""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

BUNDLED: Final = "queueing_oracles.csv"

FIGURES: Final = (
    *("mean_wait", "p_wait", "p_abandon_or_lost"),
    *("mean_number_in_system", "mean_number_waiting", "utilization"),
)
"""The columns with expected figures; an empty one says nothing. Further figures are in `extra_json`."""

SHARES: Final = frozenset({"p_wait", "p_abandon_or_lost", "utilization"})
NEEDED: Final = ("case", "model", "parameters_json")


class CaseError(ValueError):
    """A file of cases that cannot be read; the message names the file, the line and the field."""


class NotExpressible(Exception):
    """A case that no scenario can say, with the reason."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row: `parameters` of the model in any one unit of time, `expected` figures, and where it stands."""

    name: str
    model: str
    parameters: Mapping[str, Any]
    expected: Mapping[str, float]
    note: str
    place: str

    def fault(self, field: str, problem: str, hint: str) -> CaseError:
        """What is wrong with a field of this case."""
        return CaseError(f"{self.place}: `{field}` {problem}\n  hint: {hint}")


def read_cases(path: Path | None = None) -> list[Case]:
    """The cases of a CSV file, or those that come with the package."""
    name = BUNDLED if path is None else str(path)
    source = files("stagesim.testing") / "data" / BUNDLED if path is None else path
    try:
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CaseError(f"`{name}` cannot be read: {error.strerror}\n  hint: name a CSV file of cases") from None
    except UnicodeDecodeError:
        raise CaseError(f"`{name}` is not a text file in UTF-8\n  hint: name a CSV file of cases") from None
    return list(_rows(name, text))


def _rows(name: str, text: str) -> Iterator[Case]:
    if not text.strip():
        return
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    seen: dict[str, int] = {}
    try:
        _check_columns(name, list(reader.fieldnames or ()))
        for row in reader:
            if any(row.values()):
                case = _case(name, reader.line_num, row)
                if case.name in seen:
                    problem = f"is `{case.name}`, as in line {seen[case.name]}"
                    raise case.fault("case", problem, "give each case a name of its own")
                seen[case.name] = reader.line_num
                yield case
    except csv.Error as error:
        raise CaseError(f"{name}, line {reader.line_num}: {error}\n  hint: is it comma-separated text?") from None


def _check_columns(name: str, columns: list[str]) -> None:
    for needed in (*NEEDED, *FIGURES):
        if columns.count(needed) != 1:
            problem = "stands there twice" if needed in columns else "is missing"
            hint = f"the columns are {', '.join((*NEEDED, *FIGURES))}; `extra_json` and `note` may be there, too"
            raise CaseError(f"{name}, line 1: column `{needed}` {problem}\n  hint: {hint}")


def _case(name: str, line: int, row: Mapping[str, Any]) -> Case:
    place = f"{name}, line {line}"
    if None in row or any(value is None for value in row.values()):
        raise CaseError(f"{place}: not as many fields as the first line\n  hint: put quotes around fields with commas")
    for field in ("case", "model"):
        if not row[field].strip():
            raise CaseError(f"{place}: `{field}` is empty\n  hint: every case has a name and a model")
    expected = {}
    for figure in FIGURES:
        value = _number(place, figure, row[figure])
        if value is not None:
            expected[figure] = value
    for figure, value in _object(place, "extra_json", row.get("extra_json", "")).items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            expected[figure] = float(value)
    parameters = _object(place, "parameters_json", row["parameters_json"], needed=True)
    return Case(row["case"].strip(), row["model"].strip(), parameters, expected, row.get("note", ""), place)


def _number(place: str, field: str, text: str) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    top = 1.0 if field in SHARES else math.inf
    if not 0 <= value <= top or math.isinf(value):
        possible = "a share from 0 to 1" if field in SHARES else "a number of 0 or more"
        raise CaseError(f"{place}: `{field}` is `{text}`\n  hint: write {possible}, or nothing where nothing is known")
    return value


def _object(place: str, field: str, text: str, needed: bool = False) -> dict[str, Any]:
    if not text.strip() and not needed:
        return {}
    try:
        value = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        hint = 'write a JSON object, such as `{"lam": 0.8, "mu": 1, "c": 1}`'
        raise CaseError(f"{place}: `{field}` is `{text[:60]}`\n  hint: {hint}")
    return value


def _no_constant(name: str) -> float:
    raise ValueError(name)
