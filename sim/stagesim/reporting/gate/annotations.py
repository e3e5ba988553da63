"""A check as workflow commands of GitHub, which annotate the lines of scenarios, and then the text."""

from collections.abc import Iterator, Sequence
from typing import Final

from stagesim.plain_text import one_line
from stagesim.reporting.gate.plain import text, together
from stagesim.testing.gate.report import Empty, Report
from stagesim.testing.gate.verdicts import Judgement, Verdict

MOST_ANNOTATIONS: Final = 10
"""Annotations of one level that GitHub shows for one step."""

LONGEST_MESSAGE: Final = 4_000
"""Characters of one annotation; GitHub takes 64 kB, and shows a few lines."""


def github(report: Report) -> str:
    """At most as many annotations as are shown; also for what states nothing, and for a check that was stopped."""
    troubles = together(report.troubles)
    errors = [_of(each, "error") for each in troubles if each.verdict is Verdict.FAIL]
    if report.stopped is not None:
        errors.insert(0, _command("error", {"title": report.verdict}, report.stopped))
    if not report.allow_empty:
        errors += [_of_empty(each) for each in report.empty]
    warnings = [_of(each, "warning") for each in troubles if each.verdict is not Verdict.FAIL]
    return "\n".join([*_shown("error", errors), *_shown("warning", warnings), text(report)])


def _of(each: Judgement, level: str) -> str:
    place = {"file": each.path, **({"line": str(each.line)} if each.line else {})}
    title = f"{each.verdict} in {each.mode}: {each.name}"[:200]
    return _command(level, {**place, "title": title}, f"{each.finding.said}\nagain: {each.again}")


def _of_empty(each: Empty) -> str:
    return _command("error", {"file": each.path, "title": each.why}, f"{each.name} {each.why}")


def _shown(level: str, found: Sequence[str]) -> Iterator[str]:
    shown = found if len(found) <= MOST_ANNOTATIONS else found[: MOST_ANNOTATIONS - 1]
    yield from shown
    if len(shown) < len(found):
        title = f"and {len(found) - len(shown)} more"
        yield _command(level, {"title": title}, "the log of this step has all of them")


def _command(level: str, properties: dict[str, str], message: str) -> str:
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items())
    return f"::{level} {said}::{_data(message[:LONGEST_MESSAGE])}"


def _data(value: str) -> str:
    """A message as a workflow command takes it; `##[` and `##vso[` are commands anywhere in a line elsewhere."""
    said = "\n".join(map(one_line, value.split("\n")))
    return said.replace("%", "%25").replace("\n", "%0A").replace("##", "# #")


def _property(value: str) -> str:
    """A property of a workflow command, in which two more characters have a meaning."""
    return _data(value).replace(":", "%3A").replace(",", "%2C")
