"""A check as a comment for a pull request. What a scenario says stands there as code: it mentions and links nobody."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from stagesim.plain_text import harmless, one_line
from stagesim.reporting.gate.plain import together
from stagesim.testing.gate.report import Report
from stagesim.testing.gate.verdicts import Judgement

LONGEST_COMMENT: Final = 60_000
"""Characters of a comment; GitHub takes 65,536."""


def marker(asked: str = "stagesim check") -> str:
    """The first line, by which a workflow finds its own comment again."""
    return f"<!-- {asked} -->"


def markdown(report: Report) -> str:
    """The verdict, what did not pass, and everything in a table behind a fold."""
    head = [marker(report.asked), f"**{report.asked}: {report.verdict}**: {_code(report.why)}", ""]
    parts = [part for each in together(report.troubles) for part in _trouble(each)]
    parts += [f"- {_code(each.name)} {each.why}" for each in report.empty]
    parts += [*_fenced("text", report.fault.said.splitlines())] if report.fault is not None else []
    parts += [f"- {note}" for note in report.notes]
    whole = harmless("\n".join([*head, *parts, *_table(report)])) + "\n"
    if len(whole) <= LONGEST_COMMENT:
        return whole
    return _cut(harmless("\n".join([*head, *parts])))


def _table(report: Report) -> Iterator[str]:
    """Every judgement, behind a fold; nothing where nothing was judged."""
    if not report.judgements:
        return
    yield from ("", "<details><summary>All questions</summary>", "")
    yield from ("| verdict | mode | question | figures |", "| --- | --- | --- | --- |")
    for each in report.judgements:
        question = f"{_cell(each.name)}<br>{_cell(each.place)}"
        yield f"| {each.verdict} | {each.mode} | {question} | {_cell(each.finding.said)} |"
    yield from ("", "</details>")


def _cut(whole: str) -> str:
    """As much as a comment takes, with the last block of code closed."""
    short = whole[:LONGEST_COMMENT]
    fence = re.findall(r"^ *(`{3,})[a-z]*$", short, re.MULTILINE)
    closing = f"\n  {fence[-1]}" if len(fence) % 2 else ""
    return f"{short}{closing}\n\n… cut short here; the log of the check has all of it.\n"


def _trouble(each: Judgement) -> Iterator[str]:
    yield f"- **{each.verdict}** in {each.mode}: {_code(each.name)} ({_code(each.place)})"
    yield ""
    said = [each.finding.said, *each.finding.details, *([f"replay: {each.replay}"] if each.replay else [])]
    yield from _fenced("text", [part for detail in said for part in detail.splitlines()])
    yield from _fenced("sh", [each.again])


def _fenced(language: str, lines: Sequence[str]) -> Iterator[str]:
    """Lines as a block of code, within an item of a list."""
    fence = "`" * max(3, 1 + _longest_run("\n".join(lines)))
    yield f"  {fence}{language}"
    yield from (f"  {line}" for line in lines)
    yield f"  {fence}"


def _code(value: str) -> str:
    """A text as code, whatever stands in it."""
    value = one_line(value)
    fence = "`" * (1 + _longest_run(value))
    space = " " if value[:1] in ("`", "") or value[-1:] == "`" else ""
    return f"{fence}{space}{value}{space}{fence}"


def _cell(value: str) -> str:
    """The same in a table, in which a stroke would begin the next cell."""
    return _code(value.replace("\n", " ").replace("|", "\\|"))


def _longest_run(value: str) -> int:
    return max((len(run) for run in re.findall("`+", value)), default=0)
