"""One session on the terminal: a strip of the stage and the list over time, a few sentences, and what happened when."""

from typing import Final, TextIO

from rich.console import Console
from rich.text import Text

from stagesim.eventlog import EventLog
from stagesim.experiments.results import Results
from stagesim.metrics.facts import Session
from stagesim.metrics.known_sessions import session_of
from stagesim.reporting.terminal.figures import MODE_STYLES, print_expectations, print_with, title_of
from stagesim.reporting.words.course import ON_STAGE, QUEUE, deeds, phases, summary
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.story import moment

HEIGHTS: Final = " ▁▂▃▄▅▆▇█"
"""From nobody to as many as there can be."""

LABEL: Final = 10
"""Columns for the names of the strips."""

WIDEST: Final = 100
"""Columns of a strip at most."""

MOST: Final = 40
"""Lines of a course, if not all of it is wanted."""

STYLES: Final = {"wish": "", "room": "", "stage": "red", "mode": "bold"}


def print_course(results: Results, file: TextIO | None = None, *, everything: bool = False) -> None:
    """Print the course of a single session, up to `MOST` lines of it or `everything`."""

    def printer(console: Console) -> None:
        log = results.outcomes[0].log
        mode = mode_name(str(log.header.mode)).lower()
        console.print(title_of(results), style="bold", markup=False)
        console.print(f"begins in the mode {mode}", style="dim", markup=False)
        _print_strips(log, console)
        for line in summary(log):
            console.print(f"• {line}", markup=False, soft_wrap=not console.is_terminal)
        _print_deeds(log, console, None if everything else MOST)
        print_expectations(results, console)

    print_with(printer, file)


def _print_strips(log: EventLog, console: Console) -> None:
    """The stage and the list over time: how many at most in each stretch; below, the modes where there are several."""
    session, width = session_of(log), min(WIDEST, console.width - LABEL - 1)
    if width < LABEL or not session.length_ms:
        return
    console.print()
    for name, count in (("stage", ON_STAGE), ("list", QUEUE)):
        found = strip(session, count, width)
        top = max(found)
        if name == "stage" and session.stage_capacity is not None:
            top = session.stage_capacity
        if any(found):
            heights = "".join(HEIGHTS[-(-each * (len(HEIGHTS) - 1) // max(top, each, 1))] for each in found)
            console.print(Text.assemble((f"{name:{LABEL}}", "dim"), heights))
    found_phases = phases(log)
    if len(found_phases) > 1:
        console.print(_modes(log, width))
    end = moment(session.length_ms)
    console.print(Text.assemble(" " * LABEL, (f"{moment(0)}{end:>{width - len(moment(0))}}", "dim")))


def strip(session: Session, count: int, width: int) -> list[int]:
    """The most of one count in each of `width` stretches of the session."""
    found = [0] * width
    ends = [step[0] for step in session.steps[1:]] + [session.end_ms]
    for step, end_ms in zip(session.steps, ends, strict=True):
        first = max(0, (step[0] - session.start_ms) * width // session.length_ms)
        last = min(width - 1, (max(step[0], end_ms - 1) - session.start_ms) * width // session.length_ms)
        for place in range(first, last + 1):
            found[place] = max(found[place], step[count])
    return found


def _modes(log: EventLog, width: int) -> Text:
    session, said = session_of(log), Text(f"{'mode':{LABEL}}", "dim")
    done = 0
    for phase in phases(log):
        end = phase.to_ms * width // session.length_ms
        said.append(f"{mode_name(phase.mode).lower()} "[: end - done].ljust(end - done, "·"), MODE_STYLES[phase.mode])
        done = end
    return said


def _print_deeds(log: EventLog, console: Console, most: int | None) -> None:
    every = deeds(log)
    if every:
        console.print()
    shown = every[:most]
    width = max((len(moment(each.at_ms)) for each in shown), default=0)
    for each in shown:
        line = Text.assemble((f"{moment(each.at_ms):>{width}}  ", "dim"), (each.text, STYLES[each.about]))
        console.print(line, soft_wrap=not console.is_terminal)
    if len(shown) < len(every):
        console.print(f"… and {len(every) - len(shown)} lines more: `--all`", style="dim", markup=False)
