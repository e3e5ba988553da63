"""A check as data for other programs: JSON, and JUnit's XML.

Where two `#` stand together the first is written as an escape: a log that shows the data has no command in it then, and
a reader of the data gets the same.
"""

import json
import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree as Xml

from stagesim.plain_text import harmless
from stagesim.reporting.gate.plain import trouble
from stagesim.testing.gate.report import Empty, Report
from stagesim.testing.gate.verdicts import Judgement, Verdict

SCHEMA: Final = "stagesim.check/1"

_ILLEGAL: Final = re.compile("[^\t\n\r\u0020-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML does not know, or that a terminal or a log takes for more than a sign."""

_BREAKS: Final = str.maketrans({sign: f"\\u{ord(sign):04x}" for sign in "\x7f\x85\u2028\u2029"})
"""What JSON leaves as it is, and a log takes for the end of a line."""


def as_json(report: Report) -> str:
    """All judgements as data. `error` says why the check did not come to its end, and is null where it did."""
    data = {
        "schema": SCHEMA,
        "exit_code": int(report.exit_code),
        "verdict": report.last_line,
        "error": report.stopped,
        "empty": [each.name for each in report.empty],
        "notes": list(report.notes),
        "judgements": [_plain(each) for each in report.judgements],
    }
    return json.dumps(data, indent=2, ensure_ascii=False).translate(_BREAKS).replace("##", "\\u0023#") + "\n"


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
        "replay": each.replay or None,
    }


def junit(report: Report) -> str:
    """JUnit's XML: a suite for each file, a test case for each question. Whatever did not pass is a failure."""
    root = Xml.Element("testsuites", name=report.asked)
    suites: dict[str, list[Judgement]] = {}
    for each in report.judgements:
        suites.setdefault(each.path, []).append(each)
    for path, judgements in suites.items():
        suite = _suite(
            root, path, len(judgements), failures=sum(each.verdict is not Verdict.PASS for each in judgements)
        )
        for each in judgements:
            _test_case(suite, each)
    if report.empty and not report.allow_empty:
        _without_expectations(root, report.empty)
    if report.stopped is not None:
        suite = _suite(root, report.asked, 1, errors=1)
        case = Xml.SubElement(suite, "testcase", classname=report.asked, name="comes to its end")
        Xml.SubElement(case, "error", type="unfinished", message=_legal(report.last_line)).text = _text(report.stopped)
    Xml.indent(root)
    said = Xml.tostring(root, encoding="unicode").replace("##", "&#35;#")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{said}\n'


def _suite(root: Xml.Element, name: str, tests: int, failures: int = 0, errors: int = 0) -> Xml.Element:
    counts = {"tests": tests, "failures": failures, "errors": errors, "skipped": 0}
    said = {key: str(count) for key, count in counts.items()}
    return Xml.SubElement(root, "testsuite", {"name": _legal(name), **said})


def _without_expectations(root: Xml.Element, empty: Sequence[Empty]) -> None:
    suite = _suite(root, "without expectations", len(empty), failures=len(empty))
    for each in empty:
        case = Xml.SubElement(suite, "testcase", classname=_legal(each.name), name="states expectations")
        Xml.SubElement(case, "failure", type="empty", message=_legal(f"the scenario {each.why}"))


def _test_case(suite: Xml.Element, each: Judgement) -> None:
    name = f"[{each.case}] {each.name}" if each.case else each.name
    place = {"file": _legal(each.path), **({"line": str(each.line)} if each.line else {})}
    what = {"classname": _legal(f"{each.path}.{each.mode}"), "name": _legal(name)}
    case = Xml.SubElement(suite, "testcase", {**what, **place})
    if each.verdict is not Verdict.PASS:
        fault = Xml.SubElement(
            case, "failure", type=each.verdict, message=_legal(f"{each.verdict}: {each.finding.said}")
        )
        fault.text = _text(trouble(each))
    else:
        Xml.SubElement(case, "system-out").text = _text(each.finding.said)


def _text(value: str) -> str:
    """What stands between tags, where its lines begin lines of the file."""
    return _legal(harmless(value))


def _legal(value: str) -> str:
    return _ILLEGAL.sub("\ufffd", value)
