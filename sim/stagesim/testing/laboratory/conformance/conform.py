"""Puts an engine through all talks, and keeps the books: what was asked, what was wrong, and what was left out."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from types import MappingProxyType
from typing import Final, NamedTuple

from stageaccess import RULES, RuleSet
from stagesim.scenario.faults import one_of
from stagesim.testing.laboratory.conformance import chance, files, particulars, rooms
from stagesim.testing.laboratory.conformance.at_stake import rule_at_stake
from stagesim.testing.laboratory.conformance.difference import Difference, Part
from stagesim.testing.laboratory.conformance.own_words import broken
from stagesim.testing.laboratory.conformance.playing import Peer, Played, parts_of, play, silences
from stagesim.testing.laboratory.conformance.shorten import Lines, shortened
from stagesim.testing.laboratory.conformance.talk import Talk, answers_to, fields_of, fitted, talk
from stagesim.testing.laboratory.errors import LaboratoryError

MOST_DETOURS: Final = 3
"""How often a talk is gone on with, without the line at which it went wrong."""

SHORTENING_S: Final = 10.0
"""Seconds that one defect may take to be shortened."""

KEPT: Final = "kept from before"


@dataclass(frozen=True, slots=True)
class Settings:
    """How an engine is tried. `seconds` is for everything together. `talks` random talks are of the seeds from `seed`
    on. `only` names the sources, or single talks of them (`random talks:7`), that are tried. After `most` different
    defects it is not asked any more. It is held against `rules`.
    """

    seconds: float = 120.0
    talks: int = 200
    seed: int = 1
    only: tuple[str, ...] = ()
    most: int = 20
    rules: RuleSet = RULES


class Spoken(NamedTuple):
    """A line, and what the engine answered."""

    line: str
    answer: str


@dataclass(frozen=True, slots=True)
class Defect:
    """Something that is wrong: the shortest conversation that shows it.

    The last answer of `conversation` is wrong, `expected` is what the rules give, and `rule` the one at stake. `breaks`
    are the invariants that the engine breaks in it by its own words. `note` says where it is not as short as it could
    be.
    """

    part: Part
    said: str
    fingerprint: str
    source: str
    talk: str
    conversation: tuple[Spoken, ...]
    expected: str
    rule: str
    breaks: tuple[str, ...] = ()
    note: str = ""

    @property
    def lines(self) -> Lines:
        """What is said to the engine."""
        return tuple(each.line for each in self.conversation)


@dataclass(slots=True)
class Tried:
    """What became of one source: how many of its talks were played, `before` of them by an earlier call, and in how
    many something was wrong. `is_whole` says that there are no more.
    """

    name: str
    before: int = 0
    played: int = 0
    differing: int = 0
    is_whole: bool = False


@dataclass(slots=True)
class Books:
    """What came of it all. `unknown` are the words that the engine does not know; `stopped` says why it was ended."""

    unknown: frozenset[str] = frozenset()
    tried: list[Tried] = field(default_factory=list)
    asked: Counter[Part] = field(default_factory=Counter)
    lines: int = 0
    defects: list[Defect] = field(default_factory=list)
    seen: Counter[str] = field(default_factory=Counter)
    mended: int = 0
    """How many of the defects that were kept from before did not show again."""
    stopped: str = ""

    @property
    def untested(self) -> list[Part]:
        """The parts of which nothing was asked: the engine does not know them, or time was up."""
        return [part for part in Part if not self.asked[part]]


class Source(NamedTuple):
    """Where talks come from."""

    name: str
    talks: Callable[[], Iterable[Talk]]


def sources(settings: Settings) -> list[Source]:
    """Everything that there is to be tried, the short talks first."""
    seeds, rules = range(settings.seed, settings.seed + settings.talks), settings.rules
    return [
        Source(particulars.WRITTEN, partial(particulars.written, rules)),
        Source(particulars.FAULTS, partial(particulars.faulty, rules)),
        *(Source(room.name, partial(rooms.talks_of, room.name, rules)) for room in rooms.ROOMS),
        Source(files.SOURCE, partial(files.talks_of_files, rules)),
        Source(chance.SOURCE, lambda: (chance.random_talk(seed, rules) for seed in seeds)),
    ]


def chosen(settings: Settings) -> list[Source]:
    """The sources that were asked for. Raises NothingSuch for a name that none has."""
    every = {source.name: source for source in sources(settings)}
    return [_named(name, every, settings.rules) for name in settings.only] or list(every.values())


def _named(name: str, every: Mapping[str, Source], rules: RuleSet) -> Source:
    """A source, or one of its talks alone."""
    source, _, single = name.partition(":")
    if source not in every:
        raise NothingSuch(f"nothing to try is called `{source}`\n  hint: {one_of(every, source)}")
    if not single:
        return every[source]
    if source == chance.SOURCE and single.isdecimal():
        return Source(name, lambda: [chance.random_talk(int(single), rules)])
    talks = [each for each in every[source].talks() if each.name == single]
    if not talks:
        raise NothingSuch(f"`{source}` has no talk `{single}`\n  hint: `--only {source!r}` tries all of them")
    return Source(name, lambda: talks)


class NothingSuch(LaboratoryError):
    """What is to be tried does not exist."""


class Search:
    """One engine that is put through talks; `books` say at any moment how far it got."""

    def __init__(self, peer: Peer, settings: Settings, say: Callable[[str], None] = lambda _: None) -> None:
        self.peer = peer
        self.settings = settings
        self.books = Books()
        self._say = say
        self._until = time.monotonic() + settings.seconds
        self._before: Talk | None = None

    def run(
        self,
        kept: Sequence[Lines] = (),
        done: Mapping[str, int] = MappingProxyType({}),
        asked: Mapping[Part, int] = MappingProxyType({}),
    ) -> Books:
        """Try everything: what was `kept` from before first; of each source as many talks less as are `done`, which
        have `asked` about some parts.

        Raises EngineError for a program that never was an engine, and NothingSuch.
        """
        picked = chosen(self.settings)
        self.books.unknown = silences(self.peer)
        self.books.tried = [Tried(source.name, before=done.get(source.name, 0)) for source in picked]
        self.books.asked.update(asked)
        for lines in kept:
            self._again(talk(KEPT, "", lines, self.settings.rules))
        for source, tried in zip(picked, self.books.tried, strict=True):
            self._try(source, tried)
        return self.books

    def _again(self, found: Talk) -> None:
        number = len(self.books.defects)
        self._hear(fitted(found, self.books.unknown, self.settings.rules))
        if len(self.books.defects) == number:
            self.books.mended += 1

    def _try(self, source: Source, tried: Tried) -> None:
        self._say(source.name)
        for number, each in enumerate(source.talks()):
            if not self.books.stopped and time.monotonic() > self._until:
                self.books.stopped = f"the time was up after {self.settings.seconds:g} s"
            if self.books.stopped:
                return
            if number >= tried.before:
                tried.differing += self._hear(fitted(each, self.books.unknown, self.settings.rules))
            tried.played += 1
        tried.is_whole = True

    def _hear(self, found: Talk) -> bool:
        """Play a talk, and again without a line at which it went wrong; whether something was wrong in it."""
        wrong = False
        for _ in range(MOST_DETOURS):
            played = play(self.peer, found)
            self._count(found, played)
            for each in played.wrong:
                wrong = True
                self._note(found, each)
                if len(self.books.defects) >= self.settings.most:
                    self.books.stopped = f"{self.settings.most} different defects are enough"
                    return True
            end = played.end
            if end is None or end.number + 1 >= len(found.lines) or time.monotonic() > self._until:
                break
            self._before = found
            lines = found.lines[: end.number] + found.lines[end.number + 1 :]
            found = talk(found.source, found.name, lines, self.settings.rules)
        self._before = found
        return wrong

    def _count(self, found: Talk, played: Played) -> None:
        self.books.lines += len(played.answers)
        if played.end is None:
            self.books.asked.update(parts_of(found))

    def _note(self, found: Talk, wrong: Difference) -> None:
        """Put a defect into the books, once."""
        self.books.seen[wrong.fingerprint] += 1
        if self.books.seen[wrong.fingerprint] > 1:
            return
        defect = self._shortest(found, wrong)
        if defect.fingerprint != wrong.fingerprint:
            self.books.seen[defect.fingerprint] += 1
            if self.books.seen[defect.fingerprint] > 1:
                return
        self.books.defects.append(defect)

    def _shortest(self, found: Talk, wrong: Difference) -> Defect:
        """The defect with the shortest conversation, which is tried on an engine that has heard nothing before."""
        lines = found.lines[: wrong.number + 1]
        until = min(time.monotonic() + SHORTENING_S, max(self._until, time.monotonic() + 1))
        shows = partial(self._shows, found.source, wrong.fingerprint)
        short, is_done = shortened(lines, shows, until)
        note = "" if is_done else "it may be possible to show this with less: the time was up"
        for tried in (short, lines):
            defect = self._defect(found, tried, wrong.fingerprint, note)
            if defect is not None:
                return defect
            note = "shorter conversations show it only after others"
        if self._before is not None:  # something is left over from the room before
            fresh = partial(self._shows_afresh, found.source, wrong.fingerprint)
            both = self._before.lines + lines
            if fresh(both) is not None:
                short, _ = shortened(both, fresh, until)
                defect = self._defect(found, short, wrong.fingerprint, "")
                if defect is not None:
                    return defect
        note = "the same lines do not show it again: the answers are not always the same"
        return self._made(found, wrong, lines, (wrong.got,), note)

    def _shows(self, source: str, fingerprint: str, lines: Lines) -> Lines | None:
        if not lines or "room" not in fields_of(lines[0]):
            return None  # whoever made no room is in that of the talk before
        for each in play(self.peer, talk(source, "", lines, self.settings.rules)).wrong:
            if each.fingerprint == fingerprint:
                return lines[: each.number + 1]
        return None

    def _shows_afresh(self, source: str, fingerprint: str, lines: Lines) -> Lines | None:
        self.peer.restart()
        return self._shows(source, fingerprint, lines)

    def _defect(self, found: Talk, lines: Lines, fingerprint: str, note: str) -> Defect | None:
        """The defect as these lines show it to an engine that begins; None where they do not."""
        self.peer.restart()
        played = play(self.peer, talk(found.source, "", lines, self.settings.rules))
        wrong = next((each for each in played.wrong if each.fingerprint == fingerprint), None)
        if wrong is None:
            return None
        return self._made(found, wrong, lines[: wrong.number + 1], (*played.answers[: wrong.number], wrong.got), note)

    def _made(self, found: Talk, wrong: Difference, lines: Lines, answers: tuple[str, ...], note: str) -> Defect:
        """The defect in the last answer to these lines; where that is the only one known, its line is shown alone."""
        rules, shown = self.settings.rules, lines[-len(answers) :]
        expected = answers_to(lines, rules)[-1]
        return Defect(
            part=wrong.part,
            said=wrong.said,
            fingerprint=wrong.fingerprint,
            source=found.source,
            talk=found.name,
            conversation=tuple(map(Spoken, shown, answers)),
            expected=expected,
            rule=rule_at_stake(wrong.part, lines, expected, wrong.got, rules),
            breaks=tuple(broken(shown, answers, rules)),
            note=note,
        )


def conform(peer: Peer, settings: Settings | None = None) -> Books:
    """Try an engine. Raises EngineError for a program that never was one."""
    return Search(peer, settings or Settings()).run()
