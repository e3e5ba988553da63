"""A check as text: a line for each judgement, and what did not pass in full."""

from collections.abc import Sequence
from dataclasses import replace

from stagesim.plain_text import harmless
from stagesim.testing.gate.report import Report
from stagesim.testing.gate.verdicts import Judgement


def line(judgement: Judgement) -> str:
    """One judgement on one line, as it comes."""
    case = f"[{judgement.case}] " if judgement.case else ""
    return harmless(f"{judgement.verdict:10}  {judgement.mode:17}  {case}{judgement.place}: {judgement.name}")


def text(report: Report) -> str:
    """What did not pass, each with its figures and the command that shows it again; counts; the verdict."""
    parts = [trouble(each) for each in together(report.troubles)]
    parts += [f"{each.name}: {each.why}" for each in report.empty]
    parts += [f"error: {report.fault.said}"] if report.fault is not None else []
    return harmless("\n\n".join([*parts, "\n".join([*report.notes, report.last_line])])) + "\n"


def trouble(each: Judgement) -> str:
    """One judgement with its figures, its details, and the command that shows it again."""
    case = f", case {each.case}" if each.case else ""
    lines = [f"{each.verdict}: {each.place}: {each.name}", f"  in {each.mode}{case}: {each.finding.said}"]
    lines += [f"  {part}" for detail in each.finding.details for part in detail.splitlines()]
    lines += [f"  again: {each.again}"] + [f"  replay: {each.replay}"] * bool(each.replay)
    return harmless("\n".join(lines))


def together(troubles: Sequence[Judgement]) -> list[Judgement]:
    """What is said in the same words of several modes, such as that a baseline cannot be used, is said once of all."""
    alike: dict[object, list[Judgement]] = {}
    for each in troubles:
        alike.setdefault(replace(each, mode="", again="", replay="", replications=0), []).append(each)
    return [_of_all_modes(found) for found in alike.values()]


def _of_all_modes(found: Sequence[Judgement]) -> Judgement:
    first, *others = found
    if not others:
        return first
    modes = [each.mode for each in found]
    again = first.again.replace(f"--modes {first.mode}", f"--modes {','.join(modes)}")
    return replace(first, mode=", ".join(modes), again=again)
