"""One session of a study to be played in its page: the most usual one, in all modes, of its logs alone."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from stagesim.eventlog import LogError
from stagesim.eventlog.not_kept import NotKept
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.reporting.page.player import Run, player
from stagesim.reporting.words.labels import mode_name
from stagesim.testing.stories.logged import course_of_log

MOST_RUNS: Final = 6
"""Of more, the last ones are left out: each takes some 100 kB of the page."""

USUAL: Final = "wishes_heard_share"
"""What the most usual session is told by."""

NOT_KEPT: Final = Markup(
    "The figures of the sessions were kept, and not what happened in them: none can be played here. "
    "<code>stagesim replay</code> plays one."
)

NO_BUTTONS: Final = Markup(
    "What this engine logs does not say who had which buttons: <code>stagesim replay --engine</code> asks it."
)


class Shown(NamedTuple):
    """What a page says of its session, and the player; None where nothing can be played."""

    said: str
    player: Markup | None


def session_shown(variants: Mapping[str, Results], *, top: int = 3) -> Shown:
    """The session that a page plays, in all modes: of one study by an empty name, or of variants beside each other."""
    first = next(iter(variants.values()))
    if any(isinstance(outcome.log, NotKept) for outcome in first.outcomes):
        return Shown(NOT_KEPT, None)
    number = usual_session(first)
    sides = [(name, mode) for mode in first.modes for name, each in variants.items() if mode in each.modes]
    try:
        runs = [_run(name, variants[name], mode, number) for name, mode in sides[:MOST_RUNS]]
    except LogError as error:
        return Shown(f"No session can be played here: {str(error).partition(chr(10))[0]}.", None)
    return Shown(_said(first, number, runs), player(first.scenario.title, runs, top=top))


def usual_session(results: Results) -> int:
    """The number of the session that is nearest to the averages of all modes in the share of wishes heard, the first of
    several; the first of all where nobody wishes.
    """
    far = [0.0] * results.replications
    for mode in results.modes:
        values = results.values(USUAL, mode)
        known = [value for value in values if not math.isnan(value)]
        if len(values) == len(far) and known:
            mean = math.fsum(known) / len(known)
            off = [1.0 if math.isnan(value) else abs(value - mean) for value in values]
            far = [each + more for each, more in zip(far, off, strict=True)]
    place = min(range(len(far)), key=lambda each: (round(far[each], 12), each))
    return results.of(results.modes[0])[place].replication


def _run(name: str, results: Results, mode: str, number: int) -> Run:
    outcome: Outcome = next(each for each in results.of(mode) if each.replication == number)
    own = not (results.origin.engine or results.origin.maker)
    told = course_of_log(outcome.log, results.scenario if own else None, outcome.checks)
    return Run(f"{mode_name(mode)}, {name}" if name else mode_name(mode), told)


def _said(results: Results, number: int, runs: Sequence[Run]) -> Markup:
    parts: list[str] = []
    if results.replications > 1:
        of = "averages of all modes" if len(results.modes) > 1 else "average"
        why = f"of all {results.replications} it is nearest to the {of} in the share of wishes heard"
        parts.append(f"This is session {number}, counted from 0: {why}.")
    if len(runs) > 1:
        parts.append("The same people with the same wishes come on both sides; it opens where the two part.")
    if results.origin.engine or results.origin.maker:
        parts.append(NO_BUTTONS)
    return Markup(" ").join(parts)
