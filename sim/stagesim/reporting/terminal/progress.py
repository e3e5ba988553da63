"""How far a command has come, what is known so far and how much time is left, on the line of the terminal."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, TypeVar

from stagesim.experiments.questions.tipping import Tip, TipResults
from stagesim.experiments.replications import Outcome
from stagesim.metrics import Measured
from stagesim.reporting.terminal.line import Line
from stagesim.reporting.words.keys import key_words
from stagesim.reporting.words.labels import mode_name
from stagesim.reporting.words.numbers import duration

Item = TypeVar("Item")

SOON_S: Final = 1.0
"""Before this nothing is said of the time that is left: nobody can know."""


@dataclass(slots=True)
class Level:
    """One loop: how many of what are done; what is left of it is begun at `began_s`."""

    unit: str
    total: int
    began_s: float
    done: int = 0

    def said(self, *, innermost: bool) -> str:
        """How far it is: the one that is at work, or how many are done."""
        if innermost:
            return f"{self.done:,} of {self.total:,} {self.unit}"
        return f"{self.unit.removesuffix('s')} {min(self.done + 1, self.total):,} of {self.total:,}"


class Progress:
    """How far a command has come, loop within loop, what is known so far, and how much time is left.

    Nothing has a thread of its own, so that processes may be forked safely: the line changes when something is done.
    """

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or Line()
        self._known = ""
        self._levels: list[Level] = []
        self._heard: dict[str, list[float]] = {}

    def shown(self, items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
        """The items as they are done; loops within may be shown as well."""
        if not self.line.is_read:
            yield from items
            return
        with self._level(total, unit) as level:
            for item in items:
                level.done += 1
                self._learn(item)
                if level.done < total:
                    self.line.say(self._said)
                yield item

    def begun(self, items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
        """The same of items that are begun when they come, and done when the next one is asked for."""
        with self._level(total, unit) as level:
            for item in items:
                yield item
                level.done += 1

    @contextmanager
    def _level(self, total: int, unit: str) -> Iterator[Level]:
        """A loop that is shown, until it ends."""
        level = Level(unit, total, self.line.clock())
        self._levels.append(level)
        self._heard = {}
        try:
            if self.line.is_live:
                self.line.say(self._said)
            yield level
        finally:
            self._levels.remove(level)
            if not self._levels:
                self.line.clear()

    def know(self, what: str) -> None:
        """Say at the end of the line what is known so far."""
        self._known = what

    def _learn(self, item: object) -> None:
        """Learn from a session what share of the wishes was heard, and from an assumption whether it turns anything."""
        match item:
            case TipResults(tips=(Tip(bounds=bounds, turns=(_, *_)),)):
                words = key_words(bounds.path)
                self.know(f"{self._known}; {words}" if self._known else f"turns by {words}")
            case Outcome(mode=mode, metrics=figures):
                self._count(mode, figures)
            case (_, Outcome(mode=mode, metrics=figures)):
                self._count(mode, figures)
            case (_, (str(mode), Measured(figures=figures))):
                self._count(mode, figures)

    def _count(self, mode: str, figures: Mapping[str, float]) -> None:
        wishes = figures.get("wishes", 0)
        if wishes:
            found = self._heard.setdefault(mode, [0.0, 0.0])
            found[0] += wishes
            found[1] += wishes * figures["wishes_heard_share"]

    def _said(self) -> str:
        *outer, inner = self._levels
        parts = [*(each.said(innermost=False) for each in outer), inner.said(innermost=True)]
        left = self._left_s()
        said = ", ".join(parts) + (f", {duration(left, 1)} left" if left is not None else "")
        if self._heard:
            shares = (
                f"{mode_name(mode).split()[0].lower()} {heard / wishes * 100:.0f} %"
                for mode, (wishes, heard) in self._heard.items()
            )
            said += f"; heard: {', '.join(shares)}"
        return f"{said}; {self._known}" if self._known else said

    def _left_s(self) -> float | None:
        """Seconds until the outermost loop has ended, if the rest of it goes as quickly; None before that is known."""
        gone = self.line.clock() - self._levels[0].began_s
        part = 0.0
        for level in reversed(self._levels):
            part = (level.done + part) / level.total if level.total else 1.0
        return gone / part - gone if gone >= SOON_S and 0 < part <= 1 else None


def shown(items: Iterable[Item], total: int, unit: str) -> Iterator[Item]:
    """The items as they come, for Python: without a terminal a line says now and then how far it is."""
    return Progress(Line(always=True)).shown(items, total, unit)
