"""What a step of the script expects, compared with what came of it: each word of the step is one check."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import zip_longest
from typing import Any, Final, NamedTuple

from stageaccess import Decision, Event, Offer, Standing
from stageaccess.lines import seconds
from stageaccess.vocabulary import Client
from stagesim.engines.contract import Engine
from stagesim.scenario.demands.script_words import described, is_among, parse_event, parse_offer
from stagesim.scenario.script import NOTICES, Step

NOBODY: Final = "nobody"
NOTHING: Final = "nothing"


@dataclass(frozen=True, slots=True)
class Check:
    """One expectation of a script, and what came of it. `line` is a line of the scenario file, if there is one.

    `word` is the key of the step that expects it, `answer` what the engine said to the step's command, empty for a
    look. What this engine cannot say is not `tested`, and so is not met. `more` is what helps to see why it is not met:
    the first of many events that differs, or all that was offered.
    """

    step: int
    line: int | None
    at_s: float
    what: str
    expected: str
    got: str
    word: str = "expect"
    answer: str = ""
    tested: bool = True
    more: str = ""

    @property
    def ok(self) -> bool:
        """Whether the expectation was met."""
        return self.tested and self.expected == self.got

    @property
    def failed(self) -> bool:
        """Whether something else came."""
        return self.tested and not self.ok

    @property
    def said(self) -> str:
        """What was expected, what came, and how the engine answered, for messages."""
        word = "" if self.word == "expect" else f"`{self.word}`: "
        if not self.tested:
            return f"{word}expected `{self.expected}`, not tested: the engine does not say who is told"
        answer = f" ({self.answer})" if self.answer and not self.answer.endswith(self.got) else ""
        whole = f"expected `{self.expected}`, got `{self.got}`{answer}"
        if not self.more:
            return f"{word}{whole}"
        return f"{word}{self.more}; in all {whole}" if self.word == "events" else f"{word}{whole}; {self.more}"


@dataclass(frozen=True)
class Heard:
    """What a step brought to light: the answer to its command, the events, and the engine as it is afterwards.

    `tells` says whether the engine says who is told; `start_ms` is when the session starts.
    """

    step: Step
    decision: Decision | None
    events: tuple[Event, ...]
    engine: Engine
    tells: bool
    start_ms: int

    @cached_property
    def state(self) -> dict[str, Any]:
        """The room's state, asked for once."""
        return self.engine.state()

    @cached_property
    def offers(self) -> list[Offer]:
        """What the person of the step can do, asked for once."""
        return self.engine.available_actions(self.step.of or self.step.by or "", Client(self.step.client))

    @property
    def answer(self) -> str:
        """The answer in words; empty for a look."""
        if self.decision is None:
            return ""
        return "accepted" if self.decision.reason is None else f"rejected: {self.decision.reason}"

    def of_person(self, field: str) -> str:
        """What the state says of the person who is looked at; `unknown` for somebody who never entered."""
        person = self.state["people"].get(self.step.person)
        return "unknown" if person is None else str(person[field])

    def told(self) -> list[str]:
        """Everybody who got a notice of an event of this step."""
        return sorted({name for event in self.events for name in event.told or ()})


class Compared(NamedTuple):
    """One expectation of a step: its word, what was expected, what came, whether it could be tested, and what helps."""

    word: str
    expected: str
    got: str
    tested: bool
    more: str


def compared(heard: Heard) -> list[Compared]:
    """Each expectation of a step, in the order in which they are judged."""
    found: list[Compared] = []
    for word in heard.step.expected:
        tested = heard.tells or word not in NOTICES
        wanted = getattr(heard.step, word)
        expected, got = JUDGES[word](wanted, heard)
        more = HELPS[word](wanted, heard) if expected != got and word in HELPS else ""
        found.append(Compared(word, expected, got if tested else "", tested, more))
    return found


Pair = tuple[str, str]
"""What was expected, and what came: equal if it is as expected."""


def _expect(expected: str, heard: Heard) -> Pair:
    """The reason of a rejection says more than the standing that stayed as it was."""
    reason = None if heard.decision is None else heard.decision.reason
    if isinstance(expected, Standing) and reason is None:
        return expected, heard.of_person("standing")
    return expected, reason or "accepted"


def _events(expected: Sequence[str], heard: Heard) -> Pair:
    """All events, each as it is described."""
    wanted = _words(expected)
    fits = next(_unlike(expected, heard), None) is None
    return wanted, wanted if fits else _words([described(each, heard.start_ms) for each in heard.events])


def _unlike(expected: Sequence[str], heard: Heard) -> Iterator[tuple[int, str, str]]:
    """The events that are not as they were to be: the place from 1 on, what was expected, and what came."""
    for place, (text, event) in enumerate(zip_longest(expected, heard.events), 1):
        if text is None or event is None or not parse_event(text).is_met_by(event, heard.start_ms):
            yield place, text or NOTHING, NOTHING if event is None else described(event, heard.start_ms)


def _first_unlike(expected: Sequence[str], heard: Heard) -> str:
    """Where there are several events, the first that differs."""
    if not expected or not heard.events or len(expected) == len(heard.events) == 1:
        return ""
    place, text, came = next(_unlike(expected, heard))
    return f"event {place} differs: expected `{text}`, got `{came}`"


def _all_offered(_: Sequence[str], heard: Heard) -> str:
    """All that the person can do."""
    offers = [" ".join(filter(None, each)) for each in heard.offers]
    return f"`{heard.step.of or heard.step.by}` is offered: {_words(offers)}"


def _told(expected: Sequence[str], heard: Heard) -> Pair:
    return _names(sorted(expected)), _names(heard.told())


def _not_told(expected: Sequence[str], heard: Heard) -> Pair:
    return NOBODY, _names([name for name in heard.told() if name in expected])


def _in_order(field: str) -> Callable[[Any, Heard], Pair]:
    return lambda expected, heard: (_names(expected), _names(heard.state[field]))


def _of_person(field: str) -> Callable[[Any, Heard], Pair]:
    return lambda expected, heard: (expected, heard.of_person(field))


def _offered(expected: Sequence[str], heard: Heard) -> Pair:
    """Each is offered; otherwise those that are not."""
    missing = [text for text, there in _among_offers(expected, heard) if not there]
    return _words(expected), _words(expected) if not missing else f"all but {_words(missing)}"


def _not_offered(expected: Sequence[str], heard: Heard) -> Pair:
    """None is offered; otherwise those that are."""
    wanted, there = f"none of {_words(expected)}", [text for text, there in _among_offers(expected, heard) if there]
    return wanted, _words(there) if there else wanted


def _among_offers(expected: Sequence[str], heard: Heard) -> list[tuple[str, bool]]:
    return [(text, is_among(parse_offer(text), heard.offers)) for text in expected]


def _wait(expected: int, heard: Heard) -> Pair:
    wait_ms = None if heard.decision is None else heard.decision.wait_ms
    return f"{seconds(expected)} s", "no time" if wait_ms is None else f"{seconds(wait_ms)} s"


def _decided(field: str) -> Callable[[Any, Heard], Pair]:
    return lambda expected, heard: (expected, getattr(heard.decision, field) or NOTHING)


JUDGES: Final[Mapping[str, Callable[[Any, Heard], Pair]]] = {
    "expect": _expect,
    "wait": _wait,
    "outcome": _decided("outcome"),
    "resolved_by": _decided("resolved_by"),
    "standing": _of_person("standing"),
    "has_role": _of_person("role"),
    "presence": _of_person("presence"),
    "events": _events,
    "told": _told,
    "not_told": _not_told,
    "queue": _in_order("queue"),
    "on_stage": _in_order("on_stage"),
    "in_mode": lambda expected, heard: (expected, heard.state["mode"]),
    "live": lambda expected, heard: (str(expected).lower(), str(heard.state["live"]).lower()),
    "offered": _offered,
    "not_offered": _not_offered,
}
"""How each word of a step is judged."""

HELPS: Final[Mapping[str, Callable[[Any, Heard], str]]] = {
    "events": _first_unlike,
    "offered": _all_offered,
    "not_offered": _all_offered,
}
"""What is said beside of a word that is not met."""


def _names(names: Sequence[str]) -> str:
    return ", ".join(names) or NOBODY


def _words(texts: Sequence[str]) -> str:
    return ", ".join(texts) or NOTHING
