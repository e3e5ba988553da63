"""One session of a study to be played in its page: the most usual one, in all modes, of its logs; and its stories."""

import math
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from markupsafe import Markup

from stagesim.eventlog import LogError
from stagesim.eventlog.not_kept import NotKept
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.reporting.page.played import Run
from stagesim.reporting.page.player import player
from stagesim.reporting.page.stories import stories_part
from stagesim.reporting.words.further import story_command
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.story import moment
from stagesim.testing.stories.explained import explained
from stagesim.testing.stories.logged import course_of_log

MOST_RUNS: Final = 6
"""Of more, the last ones are left out: each takes some 100 kB of the page."""

USUAL: Final = "wishes_heard_share"
"""What the most usual session is told by."""

NOT_KEPT: Final = (
    "The figures of the sessions were kept, and not what happened in them: none can be played here. "
    "`stagesim replay` plays one."
)

NO_BUTTONS: Final = "What this engine logs does not say who had which buttons: `stagesim replay --engine` asks it."


class Shown(NamedTuple):
    """What a page says of its session, the player, and the stories of its people, None where nothing can be played;
    `failed_at` is the moment at which it opens where an expectation of the script does not hold.
    """

    said: str
    player: Markup | None
    stories: Markup | None = None
    failed_at: str = ""


class _Choice(NamedTuple):
    """Which session, why that one, and what is wrong in it: the mode and the moment (ms)."""

    number: int
    why: str
    wrong: tuple[str, int] | None = None


def session_shown(variants: Mapping[str, Results], *, top: int = 3) -> Shown:
    """The session that a page plays, in all modes: of one study by an empty name, or of variants beside each other.

    That is the first in which an expectation of the script does not hold, opened there, or else the most usual one.
    """
    first = next(iter(variants.values()))
    if any(isinstance(outcome.log, NotKept) for outcome in first.outcomes):
        return Shown(NOT_KEPT, None)
    choice = _choice(first)
    modes = sorted(first.modes, key=lambda mode: choice.wrong is not None and mode != choice.wrong[0])
    sides = [(name, mode) for mode in modes for name, each in variants.items() if mode in each.modes]
    try:
        runs = [_run(name, variants[name], mode, choice.number) for name, mode in sides[:MOST_RUNS]]
    except LogError as error:
        return Shown(f"No session can be played here: {str(error).partition(chr(10))[0]}.", None)
    at_ms = None if choice.wrong is None else choice.wrong[1]
    played = player(first.scenario.title, runs, at_ms=at_ms, top=top)
    stories = stories_part({run.name: run.course for run in runs}, story_command(first, choice.number))
    return Shown(_said(first, choice, runs), played, stories, "" if at_ms is None else moment(at_ms))


def _choice(results: Results) -> _Choice:
    if results.failures:
        outcome, check = results.failures[0]
        wrong = (outcome.mode, round(check.at_s * 1000))
        return _Choice(outcome.replication, "the first one in which an expectation does not hold", wrong)
    of = "averages of all modes" if len(results.modes) > 1 else "average"
    why = f"of all {results.replications} it is nearest to the {of} in the share of wishes heard"
    return _Choice(usual_session(results), why)


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
    again = outcome.explained or explained(outcome.log, results.scenario) if own else None
    scenario, explains = results.scenario if own else None, again is not None
    told = course_of_log(again or outcome.log, scenario, outcome.checks, explains=explains)
    return Run(f"{mode_name(mode)}, {name}" if name else mode_name(mode), told)


def _said(results: Results, choice: _Choice, runs: Sequence[Run]) -> str:
    parts: list[str] = []
    if results.replications > 1:
        parts.append(f"This is session {choice.number}, counted from 0: {choice.why}.")
    if len(runs) > 1:
        parts.append("The same people with the same wishes come on both sides.")
    if choice.wrong is not None:
        parts.append(f"It opens at {moment(choice.wrong[1])}, where an expectation does not hold.")
    elif len(runs) > 1:
        parts.append("It opens where the two part.")
    if results.origin.engine or results.origin.maker:
        parts.append(NO_BUTTONS)
    return " ".join(parts)
