"""Watching the stage: what staff do who have nothing else to do, and whom they notice there.

Somebody is noticed after so much time in which the stage was watched, by however many. While nobody watches, that
time stands still.
"""

from collections.abc import Callable
from functools import partial

from stagesim.agents.clock import Clock
from stagesim.agents.desk import Desk, Staff

Note = Callable[[str, str], None]
"""Logs an event of a kind about somebody who does it."""


class Watch:
    """The eyes of all staff on one stage. `notices` is told of whoever has been seen for long enough."""

    def __init__(self, env: Clock, desk: Desk, note: Note, notices: Callable[[str], None]) -> None:
        self._env = env
        self._desk = desk
        self._note = note
        self._notices = notices
        self._watchers: dict[str, Staff] = {}
        self._left_ms: dict[str, int] = {}
        """Of each who is to be noticed, how long that still takes; from `_since_ms` on, if anybody watches."""
        self._since_ms = 0

    def look(self) -> None:
        """See who watches now: the idle whose habit it is, while a participant is on stage."""
        desk, before = self._desk, self._watchers
        is_worth_it = any(map(desk.is_participant, desk.on_stage))
        now = {name: each for name, each in desk.idle.items() if each.watches} if is_worth_it else {}
        self._watchers = now
        for name in before:
            if name not in now:
                self._note("watch_ended", name)
        for name in now:
            if name not in before:
                self._note("watch_started", name)
        if before and not now:
            watched_ms = self._env.now - self._since_ms
            self._left_ms = {name: left_ms - watched_ms for name, left_ms in self._left_ms.items()}
        elif now and not before:
            self._since_ms = self._env.now
            for name, left_ms in self._left_ms.items():
                self._plan(name, left_ms)

    def look_for(self, name: str, after_ms: int) -> None:
        """Notice somebody after so much watching, who is on stage or about to be."""
        if name in self._left_ms:
            return
        if not self._watchers:
            self._left_ms[name] = after_ms
        else:
            self._left_ms[name] = after_ms + self._env.now - self._since_ms
            self._plan(name, after_ms)

    def look_past(self, name: str) -> None:
        """Somebody has left the stage."""
        self._left_ms.pop(name, None)

    def _plan(self, name: str, left_ms: int) -> None:
        self._env.at(self._env.now + left_ms, partial(self._notice, name))

    def _notice(self, name: str) -> None:
        """Notice somebody, if the time for it has been watched by now; otherwise it is planned anew."""
        left_ms = self._left_ms.get(name)
        if left_ms is not None and self._watchers and left_ms <= self._env.now - self._since_ms:
            del self._left_ms[name]
            self._notices(name)
