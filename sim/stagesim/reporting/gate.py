"""A check in the forms that people and services read: text, JSON, JUnit, Markdown, annotations of GitHub.

Each function takes the finished report and gives the whole text. Undecided is never a success in any of them.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from xml.etree import ElementTree as Xml

from stagesim.testing.gate.report import Report
from stagesim.testing.gate.verdicts import Judgement, Verdict

SCHEMA: Final = "stagesim.check/1"

MARKER: Final = "<!-- stagesim check -->"
"""The first line of the Markdown, by which a workflow finds its own comment again."""

LONGEST_COMMENT: Final = 60_000
"""Characters of a comment; GitHub takes 65,536."""

MOST_ANNOTATIONS: Final = 10
"""Annotations of one level that GitHub shows for one step."""

LONGEST_MESSAGE: Final = 4_000
"""Characters of one annotation; GitHub takes 64 kB, and shows a few lines."""

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not know."""


def line(judgement: Judgement) -> str:
    """One judgement on one line, as it comes."""
    case = f"[{judgement.case}] " if judgement.case else ""
    return f"{judgement.verdict:10}  {judgement.mode:17}  {case}{judgement.place}: {judgement.name}"


def text(report: Report) -> str:
    """What did not pass, each with its figures and the command that shows it again; counts; the verdict."""
    parts = [trouble(each) for each in _together(report.troubles)]
    parts += [f"{name}: states no expectations" for name in report.empty]
    return "\n\n".join([*parts, "\n".join([*report.notes, report.last_line])]) + "\n"


def as_json(report: Report) -> str:
    """All judgements as data."""
    data = {
        "schema": SCHEMA,
        "exit_code": int(report.exit_code),
        "verdict": report.last_line,
        "empty": list(report.empty),
        "notes": list(report.notes),
        "judgements": [_plain(each) for each in report.judgements],
    }
    return json.dumps(data, indent=2, ensure_ascii=False) + "\n"


def junit(report: Report) -> str:
    """JUnit's XML: a suite for each file, a test case for each question. Whatever did not pass is a failure."""
    root = Xml.Element("testsuites", name="stagesim check")
    suites: dict[str, list[Judgement]] = {}
    for each in report.judgements:
        suites.setdefault(each.path, []).append(each)
    for path, judgements in suites.items():
        failures = sum(each.verdict is not Verdict.PASS for each in judgements)
        counts = {"tests": str(len(judgements)), "failures": str(failures), "errors": "0", "skipped": "0"}
        suite = Xml.SubElement(root, "testsuite", {"name": _legal(path), **counts})
        for each in judgements:
            _test_case(suite, each)
    if report.empty and not report.allow_empty:
        counts = {"tests": str(len(report.empty)), "failures": str(len(report.empty)), "errors": "0", "skipped": "0"}
        suite = Xml.SubElement(root, "testsuite", {"name": "without expectations", **counts})
        for name in report.empty:
            case = Xml.SubElement(suite, "testcase", classname=_legal(name), name="states expectations")
            Xml.SubElement(case, "failure", type="empty", message="the scenario states no expectations")
    Xml.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Xml.tostring(root, encoding="unicode") + "\n"


def markdown(report: Report) -> str:
    """A comment for a pull request: the verdict, what did not pass, and everything in a table behind a fold."""
    head = [MARKER, f"**stagesim check: {_cell(report.last_line)}**", ""]
    parts = [part for each in _together(report.troubles) for part in _markdown_trouble(each)]
    parts += [f"- `{name}` states no expectations" for name in report.empty]
    parts += [f"- {note}" for note in report.notes]
    table = ["", "<details><summary>All questions</summary>", "", "| verdict | mode | question | figures |"]
    table += ["| --- | --- | --- | --- |"]
    for each in report.judgements:
        question = f"{_code(each.name)}<br>{_cell(each.place)}"
        table.append(f"| {each.verdict} | {each.mode} | {question} | {_cell(each.finding.said)} |")
    whole = "\n".join([*head, *parts, *table, "", "</details>"]) + "\n"
    if len(whole) <= LONGEST_COMMENT:
        return whole
    short = "\n".join([*head, *parts])[:LONGEST_COMMENT]
    fence = "\n```" if short.count("```") % 2 else ""
    return f"{short}{fence}\n\n… cut short here; the log of the check has all of it.\n"


def github(report: Report) -> str:
    """Workflow commands that annotate the scenario's lines, at most as many as are shown, and then the text."""
    troubles = _together(report.troubles)
    errors = [each for each in troubles if each.verdict is Verdict.FAIL]
    warnings = [each for each in troubles if each.verdict is not Verdict.FAIL]
    lines = [*_annotations("error", errors), *_annotations("warning", warnings)]
    return "\n".join([*lines, text(report)])


FORMATS: Final[Mapping[str, Callable[[Report], str]]] = {
    "text": text,
    "json": as_json,
    "junit": junit,
    "markdown": markdown,
    "github": github,
}


def _together(troubles: Sequence[Judgement]) -> list[Judgement]:
    """What is said in the same words of several modes, such as that a baseline cannot be used, is said once of all."""
    alike: dict[object, list[Judgement]] = {}
    for each in troubles:
        alike.setdefault(replace(each, mode="", again="", replications=0), []).append(each)
    return [_of_all_modes(found) for found in alike.values()]


def _of_all_modes(found: Sequence[Judgement]) -> Judgement:
    first, *others = found
    if not others:
        return first
    modes = [each.mode for each in found]
    again = first.again.replace(f"--modes {first.mode}", f"--modes {','.join(modes)}")
    return replace(first, mode=", ".join(modes), again=again)


def trouble(each: Judgement) -> str:
    """One judgement with its figures, its details, and the command that shows it again."""
    case = f", case {each.case}" if each.case else ""
    lines = [f"{each.verdict}: {each.place}: {each.name}", f"  in {each.mode}{case}: {each.finding.said}"]
    lines += [f"  {part}" for detail in each.finding.details for part in detail.splitlines()]
    return "\n".join([*lines, f"  again: {each.again}"])


def _plain(each: Judgement) -> dict[str, object]:
    finding = each.finding
    return {
        "verdict": each.verdict,
        "kind": each.kind,
        "path": each.path,
        "line": each.line,
        "case": each.case or None,
        "mode": each.mode,
        "question": each.name,
        "said": finding.said,
        "details": list(finding.details),
        "samples": finding.samples,
        "replications": each.replications,
        "exit_code": int(finding.exit_code),
        "again": each.again,
    }


def _test_case(suite: Xml.Element, each: Judgement) -> None:
    name = f"[{each.case}] {each.name}" if each.case else each.name
    place = {"file": _legal(each.path), **({"line": str(each.line)} if each.line else {})}
    what = {"classname": _legal(f"{each.path}.{each.mode}"), "name": _legal(name)}
    case = Xml.SubElement(suite, "testcase", {**what, **place})
    if each.verdict is not Verdict.PASS:
        fault = Xml.SubElement(
            case, "failure", type=each.verdict, message=_legal(f"{each.verdict}: {each.finding.said}")
        )
        fault.text = _legal(trouble(each))
    else:
        Xml.SubElement(case, "system-out").text = _legal(each.finding.said)


def _legal(value: str) -> str:
    return _ILLEGAL.sub("\ufffd", value)


def _markdown_trouble(each: Judgement) -> Iterator[str]:
    yield f"- **{each.verdict}** in {each.mode}: {_code(each.name)} ({_cell(each.place)})"
    yield f"  {_cell(each.finding.said)}"
    for detail in each.finding.details:
        yield ""
        yield from (f"  {part}" for part in detail.splitlines())
    yield ""
    yield "  ```sh"
    yield f"  {each.again}"
    yield "  ```"


def _code(value: str) -> str:
    """A text as code, in which a table minds nothing but its own line."""
    return f"`{value.replace('|', chr(92) + '|')}`"


def _cell(value: str) -> str:
    """A text in a table's cell, or beside other Markdown."""
    return value.replace("\n", " ").replace("|", "\\|").replace("<", "&lt;")


def _annotations(level: str, found: list[Judgement]) -> Iterator[str]:
    shown = found if len(found) <= MOST_ANNOTATIONS else found[: MOST_ANNOTATIONS - 1]
    for each in shown:
        place = [f"file={_property(each.path)}", *([f"line={each.line}"] if each.line else [])]
        title = _property(f"{each.verdict} in {each.mode}: {each.name}"[:200])
        message = f"{each.finding.said}\nagain: {each.again}"[:LONGEST_MESSAGE]
        yield f"::{level} {','.join([*place, f'title={title}'])}::{_data(message)}"
    if len(shown) < len(found):
        yield f"::{level} title=and {len(found) - len(shown)} more::{_data('the log of this step has all of them')}"


def _data(value: str) -> str:
    """A message as a workflow command takes it."""
    return value.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(value: str) -> str:
    """A property of a workflow command, in which two more characters have a meaning."""
    return _data(value).replace(":", "%3A").replace(",", "%2C")
