"""What came of it as judgements, so that every report of a check can say it."""

import shlex
from collections.abc import Iterator
from typing import Final

from stagesim.engines.contract import shortened
from stagesim.plain_text import one_line
from stagesim.testing.gate.report import Report
from stagesim.testing.gate.verdicts import Finding, Judgement, Verdict
from stagesim.testing.laboratory.conformance.conform import Books, Defect, Tried
from stagesim.testing.laboratory.conformance.difference import NEEDS, Part
from stagesim.testing.laboratory.conformance.talk import fields_of

ASKED: Final = "stagesim conform"
LONGEST: Final = 2_000
"""Characters of a line that are shown."""


def report_of(books: Books, command: str, *, interrupted: bool = False) -> Report:
    """A judgement on each defect, on each part of what an engine has to get right, and on each source of talks."""
    found = (*_defects(books, command), *_parts(books, command), *_sources(books, command))
    return Report(found, interrupted=interrupted, notes=tuple(_notes(books)), asked=ASKED)


def _defects(books: Books, command: str) -> Iterator[Judgement]:
    for defect in books.defects:
        times = books.seen[defect.fingerprint]
        finding = Finding(Verdict.FAIL, one_line(defect.said), times, tuple(_conversation(defect)))
        mode = next((str(fields_of(line)["room"]["mode"]) for line in defect.lines if _is_room(line)), "all modes")
        name = f"{defect.part}, in `{defect.talk}`" if defect.talk else str(defect.part)
        yield _judgement(defect.source, name, finding, _again(command, defect), mode, times)


def _is_room(line: str) -> bool:
    room = fields_of(line).get("room")
    return isinstance(room, dict) and isinstance(room.get("mode"), str)


def _conversation(defect: Defect) -> Iterator[str]:
    """Lines in after `>`, lines out after `<`, and at the end the line that the rules give."""
    for line, answer in defect.conversation:
        yield f"> {shortened(line, LONGEST)}"
        yield f"< {shortened(answer, LONGEST)}"
    yield f"expected: {defect.expected}"
    yield f"rule: {defect.rule}"
    yield from (one_line(f"breaks {each}") for each in defect.breaks)
    yield from (defect.note,) if defect.note else ()


def _again(command: str, defect: Defect) -> str:
    only = f"{defect.source}:{defect.talk}" if defect.talk else defect.source
    return f"stagesim conform --only {shlex.quote(only)} -- {command}"


def _parts(books: Books, command: str) -> Iterator[Judgement]:
    """Every part without a defect: passed, or not tested, by name. What was not to be tried is none of them."""
    unknown = {NEEDS[word]: word for word in books.unknown}
    wrong = {defect.part for defect in books.defects}
    for part in Part:
        if part in wrong:
            continue
        if part in unknown:
            finding = Finding(Verdict.NOT_TESTED, f"the engine does not know `{unknown[part]}`", 0)
        elif not books.asked[part]:
            if all(tried.is_whole for tried in books.tried):
                continue
            finding = Finding(Verdict.NOT_TESTED, f"it was not come to: {books.stopped or 'interrupted'}", 0)
        else:
            number = books.asked[part]
            finding = Finding(Verdict.PASS, f"as the rules give it, {number:,} times", number)
        yield _judgement("the protocol", str(part), finding, f"stagesim conform -- {command}")


def _sources(books: Books, command: str) -> Iterator[Judgement]:
    """Everything that was tried: wrong somewhere, as it should be, or not brought to its end."""
    for tried in books.tried:
        finding = Finding(_verdict(tried), _said(tried, books), tried.played)
        again = f"stagesim conform --only {shlex.quote(tried.name)} -- {command}"
        yield _judgement(tried.name, "all of it", finding, again)


def _verdict(tried: Tried) -> Verdict:
    if tried.differing:
        return Verdict.FAIL
    return Verdict.PASS if tried.is_whole else Verdict.UNDECIDED


def _said(tried: Tried, books: Books) -> str:
    wrong = f", wrong in {tried.differing:,} of them" if tried.differing else ""
    end = "" if tried.is_whole else f", and then {books.stopped or 'it was interrupted'}"
    before = f", {tried.before:,} of them in an earlier call" if tried.before else ""
    return f"{tried.played:,} talks{before}{wrong}{end}"


def _judgement(
    path: str, name: str, finding: Finding, again: str, mode: str = "all modes", replications: int = 0
) -> Judgement:
    return Judgement(
        path=path,
        case="",
        title="",
        mode=mode,
        kind="conformance",
        name=name,
        line=None,
        finding=finding,
        replications=replications,
        again=again,
    )


def _notes(books: Books) -> Iterator[str]:
    talks = sum(tried.played for tried in books.tried)
    yield f"{talks:,} talks, {books.lines:,} lines"
    if books.stopped:
        yield f"not all was tried: {books.stopped}"
    if books.mended:
        yield f"{books.mended} of the defects that were kept did not show again"
