"""The first screen of a page: what to take for which goal, what it costs whom and why, how sure, what would turn it."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from markupsafe import Markup, escape

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.questions.held_up import held_up
from stagesim.experiments.results import Results
from stagesim.reporting.page.terms import explained, side_first
from stagesim.reporting.words.headlines import headlines, headlines_of_variants, remarks
from stagesim.reporting.words.hold_ups import in_a_mode
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.recommended import (
    COSTS_TITLE,
    GOALS_TITLE,
    NO_DIFFERENCE,
    SURE_TITLE,
    VARIANTS_TITLE,
    Advised,
    how_sure,
    recommended,
    recommended_variants,
)
from stagesim.reporting.words.turning import TURNING_TITLE, Turning, turning_among
from stagesim.reporting.words.unmodelled import not_modelled

HELD_UP_TITLE = "What holds people up"
ASSUMPTIONS: Final = Markup('<a href="#assumptions">assumptions</a>')


class Block(NamedTuple):
    """A part of the first screen: where a link finds it, its title, sentences, what is said beside them in small, and a
    command.
    """

    id: str
    title: str
    lines: Sequence[Markup | str]
    beside: str = ""
    command: str = ""


def of_modes(results: Results, contrasts: Sequence[Contrast], folder: Path | None) -> list[Block]:
    """The first screen of a study; `folder` is where its page is. Of one session or mode, it is what was found."""
    advised = recommended(results, contrasts)
    unsaid = not_modelled(results.origin, results.scenario)
    if not advised.goals:
        lines = headlines(results, contrasts)
        return [Block("goals", "In short", explained(lines), beside=unsaid)] if lines else []
    turn = turning_among({"": results}, folder)
    sure = Markup(escape(how_sure(results, contrasts)).replace("assumptions", ASSUMPTIONS))
    return [
        *_advised(GOALS_TITLE, advised, remarks(results)),
        *_held_up({"": results}),
        Block("sure", SURE_TITLE, [sure], beside=unsaid),
        *_turning(turn, advised),
    ]


def of_variants(
    variants: Mapping[str, Results], contrasts: Sequence[Contrast], unchanged: Sequence[str], folder: Path | None
) -> list[Block]:
    """The first screen of variants beside each other."""
    first, *others = variants.values()
    advised = recommended_variants(variants, contrasts)
    unsaid = not_modelled(first.origin, *(each.scenario for each in variants.values()))
    if not advised.goals:
        said = headlines_of_variants(variants, contrasts)
        lines = [f"{mode_name(mode)}: {line}" for mode, found in said.items() for line in found]
        return [Block("goals", "In short", [*unchanged, *explained(lines)], beside=unsaid)] if lines else []
    told = advised._replace(goals=tuple(line for line in advised.goals if not (unchanged and NO_DIFFERENCE in line)))
    turn = turning_among(variants, folder)
    same = "people and wishes" if all(each.scenario.audience == first.scenario.audience for each in others) else ""
    return [
        *_advised(VARIANTS_TITLE, told, unchanged),
        *_held_up(variants),
        Block("sure", SURE_TITLE, [how_sure(first, contrasts, "of each variant in each mode", same)], beside=unsaid),
        *_turning(turn, advised),
    ]


def _advised(title: str, advised: Advised, remarks: Sequence[str]) -> Iterator[Block]:
    goals = [*advised.goals, *advised.unclear]
    lines = [side_first(line) for line in explained([*goals, *advised.costs])]
    yield Block("goals", title, [*lines[: len(goals)], *remarks])
    if advised.costs:
        yield Block("costs", COSTS_TITLE, lines[len(goals) :])


def _turning(turn: Turning, advised: Advised) -> Iterator[Block]:
    before = [*advised.goals, *advised.unclear, *advised.costs]
    yield Block("turns", TURNING_TITLE, explained([*before, *turn.lines])[len(before) :], command=turn.command)


def _of_a_variant(name: str, line: str, *, several: bool) -> str:
    """A line on a mode, as that of a variant, if it is of one; without the mode where there are not `several`."""
    if not name:
        return line
    return f"{name}, {line[0].lower()}{line[1:]}" if several else f"{name} – {line.partition(' – ')[2]}"


def _held_up(variants: Mapping[str, Results]) -> Iterator[Block]:
    found = {name: held_up(results) for name, results in variants.items()}
    modes = {reason.mode for reasons in found.values() for reason in reasons}
    lines = [
        _of_a_variant(name, in_a_mode(reason), several=len(modes) > 1)
        for name, every in found.items()
        for reason in every
    ]
    if lines:
        few = min(len(reason.sessions) for reasons in found.values() for reason in reasons)
        every = min(results.replications for results in variants.values())
        which = f"the first {few} of {every} sessions" if few < every else f"{few} sessions"
        beside = f"From a wish to the stage, or until it is lost; by {which}."
        yield Block("held-up", HELD_UP_TITLE, [side_first(Markup("{}.").format(line)) for line in lines], beside)
