"""One session played on the terminal: the stage, the list, and the last events, as time goes by."""

import time
from collections import deque
from collections.abc import Callable, Collection
from typing import Any, Final

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from stagesim.eventlog import EventLog
from stagesim.eventlog.schema import KINDS
from stagesim.metrics.known_sessions import session_of
from stagesim.metrics.spells import Standings
from stagesim.reporting.terminal.figures import MODE_STYLES
from stagesim.reporting.words.course import said_of
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.story import moment

TICK_S: Final = 0.1
"""Seconds between two pictures."""

LAST: Final = 10
"""Events that are shown, the last ones."""

LABEL: Final = 14

UNTOLD: Final = frozenset(
    kind.name
    for kind in KINDS
    if kind.source == "engine" and {kind.rule, *(each.rule for each in kind.endings)} <= {"T5", "T6", "T10", None}
)
"""Kinds of events of coming and going, which are too many to be told: the head count says what they come to."""


class Scene:
    """What is to be seen of a session, moment by moment, from its log alone."""

    def __init__(self, log: EventLog) -> None:
        self.session, self.mode = session_of(log), str(log.header.mode)
        self.everybody = Standings()
        self.last: deque[tuple[int, str]] = deque(maxlen=LAST)
        self._rows = deque((round(row["at"] * 1000), row) for row in log.rows())
        self._wishing: dict[str, None] = {}

    def go_on(self, at_ms: int) -> None:
        """Let everything happen until then, in milliseconds from the session's start."""
        while self._rows and self._rows[0][0] - self.session.start_ms <= at_ms:
            then_ms, row = self._rows.popleft()
            self._take(then_ms - self.session.start_ms, row)

    def _take(self, at_ms: int, row: dict[str, Any]) -> None:
        kind, who = row["event"], row["who"]
        before = self.everybody.now.get(who)
        standing = self.everybody.hear(kind, who)
        if standing is not None and standing != before:
            del self.everybody.now[who]  # so that lists are in the order in which people came to stand there
            self.everybody.now[who] = standing
        if kind == "mode_changed":
            self.mode = row["mode"]
        if kind == "wish_arose":
            self._wishing[who] = None
            said = f"{who}: wishes to speak"
        else:
            said = "" if kind in UNTOLD else said_of(row)
        if kind in ("stage_joined", "wish_given_up", "wish_refused", "wish_not_tried"):
            self._wishing.pop(who, None)
        if said:
            self.last.append((at_ms, said))

    def standing(self, *standings: str) -> list[str]:
        """Who stands like that, in the order in which they came to."""
        return [who for who, each in self.everybody.now.items() if each in standings]

    def drawn(self, at_ms: int, speed: float) -> Group:
        """The picture of the moment to which time has gone on."""
        places, stage = self.session.stage_capacity, self.standing("on_stage")
        waiting, coming = self.standing("requested"), self.standing("invited", "preparing")
        others = [who for who in self._wishing if who not in {*waiting, *coming}]
        clock = f"{moment(at_ms)} of {moment(self.session.length_ms)}"
        head = Text.assemble((clock, "bold"), "   ", (mode_name(self.mode).lower(), MODE_STYLES[self.mode]))
        head.append(f"   {speed:g} times as fast   Ctrl-C stops", "dim")
        of = "" if places is None else f" of {places}"
        lines = [
            _line(
                f"stage {len(stage)}{of}", stage, "bold red" if places is not None and len(stage) >= places else "bold"
            ),
            _line(f"coming {len(coming)}", coming, "green"),
            _line(f"list {len(waiting)}", waiting, "yellow"),
            _line(f"wishing {len(others)}", others, "italic"),
            _line("in the room", [f"{sum(bool(each) for each in self.everybody.now.values())} people"], "dim"),
        ]
        told = [Text.assemble((f"{moment(then):>6}  ", "dim"), text) for then, text in self.last]
        told += [Text("")] * (LAST - len(told))
        return Group(head, *lines, Text(""), *(_cut(each) for each in told))


def play(
    log: EventLog,
    speed: float,
    console: Console | None = None,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> int:
    """Play a session on a terminal, `speed` times as fast as it went, until its end or Ctrl-C; the moment at which that
    was, in milliseconds from its start.
    """
    scene, began_s, at_ms = Scene(log), clock(), 0
    with Live(console=console or Console(highlight=False), auto_refresh=False, transient=True) as live:
        try:
            while at_ms < scene.session.length_ms:
                at_ms = min(scene.session.length_ms, round((clock() - began_s) * speed * 1000))
                scene.go_on(at_ms)
                live.update(scene.drawn(at_ms, speed), refresh=True)
                sleep(TICK_S)
        except KeyboardInterrupt:
            pass
    return at_ms


def _line(label: str, names: Collection[str], style: str) -> Text:
    return _cut(Text.assemble((f"{label:{LABEL}}  ", "dim"), (", ".join(names), style)))


def _cut(line: Text) -> Text:
    line.no_wrap, line.overflow = True, "ellipsis"
    return line
