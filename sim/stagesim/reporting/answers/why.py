"""What holds people up: the causes by mode and group, the limit that binds, and what one more of each would give."""

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Final

from stagesim.experiments.comparison.differences import Contrast
from stagesim.experiments.questions.why import Reason, WhyResults
from stagesim.metrics.causes import CAUSES
from stagesim.metrics.hold_ups import Held
from stagesim.reporting.answers.answer import Answer, Drawing, Grid
from stagesim.reporting.answers.why_files import gain_frame, minute_frame, why_data, why_frame
from stagesim.reporting.charts.hold_ups import hold_ups
from stagesim.reporting.words.comparison import signed
from stagesim.reporting.words.hold_ups import holds_up_most, per_wish, percent
from stagesim.reporting.words.labels import counted, difference_unit, label, mode_name
from stagesim.reporting.words.numbers import duration
from stagesim.scenario.demands.shares import metric_named

READING: Final = (
    "A wish takes until it is on stage, or lost, and each moment of that has one cause: of several, the first in the "
    "table. “Mostly”: the shortest stretch with four fifths of it. What one more of each gives: {confidence} sure of "
    "all ranges together, with the same people. The wait for the stage is longer, since it counts {horizon} for those "
    "who never get there."
)
WORTH_A_WORD: Final = 0.1
"""What part of the time a further cause must have to be named."""


def why_answer(results: WhyResults) -> Answer:
    """The answer of what holds people up."""
    lines = tuple(sentences(results))
    return Answer(
        kind="why",
        question=results.question,
        title=results.title,
        asks="What holds people up, and what would one more of each give?",
        facts=f"{results.replications} sessions each in "
        f"{counted([each.mode for each in results.reasons])}, seed {results.question.seed}",
        lines=lines,
        reading=READING.format(
            confidence=f"{results.confidence * 100:g} %", horizon=duration(results.horizon_ms / 1000)
        ),
        grids=tuple(_grids(results)),
        drawings=(
            Drawing(
                "hold_ups",
                partial(hold_ups, results),
                "A bar for each mode with the average time of a wish, in segments by what holds it up. "
                + " ".join(f"{mode_name(each.mode)}: {_limit(each)}." for each in results.reasons),
                "Narrow segments have no number; the table has all of them.",
            ),
        ),
        files={
            "why.csv": partial(why_frame, results),
            "minutes.csv": partial(minute_frame, results),
            "gains.csv": partial(gain_frame, results),
        },
        data=partial(why_data, results, lines),
    )


def sentences(results: WhyResults) -> Iterator[str]:
    """What holds up most in each mode; then what one more of each would give there."""
    for reason in results.reasons:
        yield f"{mode_name(reason.mode)}: {_limit(reason)}."
    for reason in results.reasons:
        said = "; ".join(_gains(results, reason)) if reason.of_all.total_ms else ""
        if said:
            yield f"{mode_name(reason.mode)}: {said}."


def _limit(reason: Reason) -> str:
    held = reason.of_all
    if not held.wishes:
        return "nobody has a wish to speak"
    if not held.total_ms:
        return "nothing holds anybody up"
    if len(reason.leading) > 1:
        return holds_up_most(reason)
    (first,) = reason.leading
    others = sorted((each for each in CAUSES if each is not first), key=lambda each: -reason.share(each))
    behind = [f"{each.label} {percent(reason.share(each))}" for each in others if reason.share(each) >= WORTH_A_WORD]
    then = f"; then {', '.join(behind)}" if behind else ""
    return f"{holds_up_most(reason)}{then}"


def _gains(results: WhyResults, reason: Reason) -> Iterator[str]:
    """What each relief is shown to change, by the first metric of which that is shown, since the table has the others;
    then those that change nothing, or of which nothing is shown.
    """
    found = {each.name: results.gains_of(reason.mode, each) for each in results.reliefs}
    told: set[str] = set()
    for metric in results.metrics:
        shown = {
            name: _difference(each)
            for name, gains in found.items()
            for each in gains
            if each.metric == metric and each.verdict in {"better", "worse"} and name not in told
        }
        if shown:
            said = ", ".join(f"{name} {difference}" for name, difference in shown.items())
            yield f"{_short(metric, results.horizon_ms)} with {said}"
        told |= set(shown)
    silent = {name: {each.verdict for each in gains} for name, gains in found.items()}
    idle = [name for name, said in silent.items() if said == {"equivalent"}]
    open_ = [name for name, said in silent.items() if said and not said & {"better", "worse"} and name not in idle]
    if idle:
        yield f"{_all(idle)} would change nothing"
    if open_:
        yield f"nothing is shown of {_all(open_)}"


def _all(names: Sequence[str]) -> str:
    return " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _short(metric: str, horizon_ms: int) -> str:
    """A metric without what its label says of how it is taken: tables have that."""
    return label(metric, horizon_ms).partition(",")[0]


def _difference(found: Contrast) -> str:
    """A difference with its unit and its limits."""
    metric, interval = metric_named(found.metric), found.difference.interval
    ends = "" if math.isnan(interval.low) else f" ({signed(interval.low, metric)} to {signed(interval.high, metric)})"
    return f"{signed(interval.mean, metric)} {difference_unit(metric)}".rstrip() + ends


def _grids(results: WhyResults) -> Iterator[Grid]:
    columns = {mode_name(each.mode): each.of_all for each in results.reasons}
    yield _causes("The average time of a wish, by what holds it up", columns)
    for reason in results.reasons:
        groups = reason.by_group
        if len(groups) > 1:
            yield _causes(f"{mode_name(reason.mode)}, by group", groups)
    if results.gains:
        yield _reliefs(results)


def _causes(title: str, columns: Mapping[str, Held]) -> Grid:
    rows = [
        (cause.label, *(_cell(each, each.ms[place]) for each in columns.values()))
        for place, cause in enumerate(CAUSES)
        if any(each.ms[place] for each in columns.values())
    ]
    whole = ("all of it", *(per_wish(each.total_ms, each.wishes) for each in columns.values()))
    wishes = ("wishes", *(f"{each.wishes:,}" for each in columns.values()))
    return Grid(title, ("cause", *columns), (*rows, whole, wishes))


def _cell(held: Held, ms: int) -> str:
    return f"{per_wish(ms, held.wishes)} ({percent(ms / held.total_ms)})" if held.total_ms else "–"


def _reliefs(results: WhyResults) -> Grid:
    modes = [each.mode for each in results.reasons]
    rows = []
    for relief in results.reliefs:
        for metric in results.metrics:
            found = {
                each.pair.side.mode: each
                for mode in modes
                for each in results.gains_of(mode, relief)
                if each.metric == metric
            }
            cells = (
                f"{_difference(found[mode])}, {found[mode].verdict or '–'}" if mode in found else "–" for mode in modes
            )
            rows.append((f"{relief.name}: {label(metric, results.horizon_ms)}", *cells))
    return Grid("What one more of each would give", ("change", *map(mode_name, modes)), tuple(rows))
