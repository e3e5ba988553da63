"""Queueing cases with known answers, as a CSV file states them.

A row names a queueing model, its parameters, and the figures that theory gives. What is wrong with a file is a
`CaseError` that names the file, the line and the field; a model or parameter that is not known here is no fault of the
file, and makes the case `not expressible`.
"""

import csv
import io
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from stagesim.errors import StagesimError
from stagesim.given_files import check_file

BUNDLED: Final = "queueing_oracles.csv"

FIGURES: Final = (
    *("mean_wait", "p_wait", "p_abandon_or_lost"),
    *("mean_number_in_system", "mean_number_waiting", "utilization"),
)
"""The columns with expected figures; an empty one says nothing. Further figures are in `extra_json`."""

SHARES: Final = frozenset({"p_wait", "p_abandon_or_lost", "utilization"})
SHARE_NAME: Final = re.compile(r"P_.*|.*util.*")
NEEDED: Final = ("case", "model", "parameters_json")
FURTHER: Final = ("extra_json", "note")
COMMENT: Final = re.compile(r"#(?:\s|#|$)")
"""How a line begins that is a comment; a case may still have the name `#1`."""


class CaseError(StagesimError):
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
    source = files("stagesim.selfcheck") / "data" / BUNDLED if path is None else path
    try:
        if path is not None:
            check_file(path)
        text = source.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise CaseError(f"`{name}` cannot be read: {error.strerror}\n  hint: name a CSV file of cases") from None
    except UnicodeDecodeError:
        raise CaseError(f"`{name}` is not a text file in UTF-8\n  hint: save it as CSV in UTF-8") from None
    return list(_rows(name, text))


def _rows(name: str, text: str) -> Iterator[Case]:
    if not text.strip():
        return
    columns: list[str] = []
    seen: dict[str, int] = {}
    for line, fields in _lines(name, text):
        if not columns:
            columns = [field.strip() for field in fields]
            _check_columns(name, line, columns)
            continue
        case = _case(name, line, columns, fields)
        if case.name in seen:
            problem = f"is `{case.name}`, as in line {seen[case.name]}"
            raise case.fault("case", problem, "give each case a name of its own")
        seen[case.name] = line
        yield case


def _lines(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows with the line in which each begins, without empty ones and comments."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True, skipinitialspace=True)
    line = 1
    try:
        for fields in reader:
            if any(field.strip() for field in fields) and not COMMENT.match(fields[0]):
                yield line, fields
            line = reader.line_num + 1
    except csv.Error as error:
        hint = 'put quotes around fields with commas or quotes, and double the quotes in them: `"{""lam"": 0.8}"`'
        raise CaseError(f"{name}, line {line}: {error}\n  hint: {hint}") from None


def _check_columns(name: str, line: int, columns: list[str]) -> None:
    known = (*NEEDED, *FIGURES, *FURTHER)
    for needed in known:
        if columns.count(needed) > 1 or (needed not in columns and needed not in FURTHER):
            problem = "stands there twice" if needed in columns else "is missing"
            hint = f"the first line names the columns, separated by commas: {', '.join(known[:-2])}"
            hint += "; `extra_json` and `note` may be there, too"
            raise CaseError(f"{name}, line {line}: column `{needed}` {problem}\n  hint: {hint}")


def _case(name: str, line: int, columns: list[str], fields: list[str]) -> Case:
    place = f"{name}, line {line}"
    if len(fields) != len(columns):
        problem = f"not as many fields ({len(fields)}) as columns ({len(columns)})"
        hint = "put quotes around fields with commas; a comment begins with `# `"
        raise CaseError(f"{place}: {problem}\n  hint: {hint}")
    row = dict(zip(columns, fields, strict=True))
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
            expected[figure] = _further(place, figure, value, expected)
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


def _further(place: str, figure: str, value: float, expected: Mapping[str, float]) -> float:
    """A figure of `extra_json`."""
    field = f"extra_json.{figure}"
    if figure in expected:
        raise CaseError(f"{place}: `{field}` stands in the column `{figure}`, too\n  hint: give it once")
    if is_share(figure) and not 0 <= value <= 1:
        raise CaseError(f"{place}: `{field}` is `{value}`\n  hint: write a share from 0 to 1")
    if not -math.inf < value < math.inf:
        raise CaseError(f"{place}: `{field}` is `{value}`\n  hint: write a number that is not infinite")
    return float(value)


def is_share(figure: str) -> bool:
    """Whether a figure is a share, from 0 to 1, by its name."""
    return figure in SHARES or SHARE_NAME.fullmatch(figure) is not None


def _object(place: str, field: str, text: str, needed: bool = False) -> dict[str, Any]:
    if not text.strip() and not needed:
        return {}
    try:
        value = json.loads(text, parse_constant=_no_constant, object_pairs_hook=_no_name_twice)
    except _NameTwiceError as error:
        raise CaseError(f"{place}: `{field}` names `{error}` twice\n  hint: give it once") from None
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        hint = 'write a JSON object, such as `{"lam": 0.8, "mu": 1, "c": 1}`'
        raise CaseError(f"{place}: `{field}` is `{text[:60]}`\n  hint: {hint}")
    return value


class _NameTwiceError(Exception):
    """A name that stands twice in a JSON object."""


def _no_name_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _NameTwiceError(name)
        found[name] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(name)
