"""The replay player: all that happened in one session, or in several on one clock, as a page or as a part of one."""

from collections.abc import Sequence
from typing import Final

from markupsafe import Markup

from stagesim.reporting.page.played import Run, run_data
from stagesim.reporting.page.rendering import as_script, rendered
from stagesim.reporting.page.stories import stories_part
from stagesim.reporting.words.labels import mode_name

JUMPS: Final = {
    "declined": "decline",
    "refused": "refusal",
    "gave_up": "person who gave up",
    "pushed_off": "person pushed off",
    "full": "full stage",
    "mode": "change of mode",
    "failed": "failed statement",
}
"""What one can jump to: the kind of a step, or a full stage, and what it is called."""


def player_page(
    title: str, runs: Sequence[Run], *, about: str = "", at_ms: int | None = None, tells: bool = True
) -> str:
    """The whole page; it needs nothing else. The first two runs are shown, others can be chosen. `about` says where
    they come from; it opens at `at_ms` from the session's start, or where two runs part. `tells`: with everybody's
    story.
    """
    return rendered(
        "player.html.j2",
        title=title,
        player=player(title, runs, about=about, at_ms=at_ms, top=2),
        stories=stories_part({run.name: run.course for run in runs}) if tells else "",
    )


def player(title: str, runs: Sequence[Run], *, about: str = "", at_ms: int | None = None, top: int = 3) -> Markup:
    """The player as a part of a page that has its style and script; `top` is the level of its headings."""
    return rendered(
        "player_part.html.j2",
        title=title,
        about=about,
        facts=_about_runs(runs),
        runs=runs,
        top=top,
        at_ms=at_ms,
        jumps=JUMPS,
        data=[as_script(run_data(run)) for run in runs],
    )


def _about_runs(runs: Sequence[Run]) -> str:
    """Mode, seed, session and rules of the runs; what they do not have in common is said of each."""
    facts = [_facts(run) for run in runs]
    columns = list(zip(*facts, strict=True))
    shared = [column[0] for column in columns if len(set(column)) == 1]
    own = [[each for each, column in zip(said, columns, strict=True) if len(set(column)) > 1] for said in facts]
    parts = [", ".join(filter(None, shared))]
    parts += [f"{run.name}: {', '.join(filter(None, said))}" for run, said in zip(runs, own, strict=True) if any(said)]
    return " ".join(f"{part[0].upper()}{part[1:]}." for part in parts if part)


def _facts(run: Run) -> tuple[str, ...]:
    """What a run is of, without what its name says."""
    head = run.course.log.header
    mode = mode_name(head.mode)
    return (
        "" if run.name.startswith(mode) else mode.lower(),
        f"seed {head.seed}",
        f"session {head.replication}",
        f"rules “{head.rules}” of {head.engine}" if head.rules and head.engine else "rules unknown",
    )
