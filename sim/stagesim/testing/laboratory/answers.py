"""Where an answer is not the expected one: the part that differs, both sides of it, and how a step would show it."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from stageaccess import Decision, Event, Offer
from stageaccess.lines import seconds
from stageaccess.wire import EXTRA
from stagesim.scenario.demands.script_words import described
from stagesim.scenario.values.units import format_duration


class Difference(NamedTuple):
    """What differs: its name, what was expected, what came, both short; and the words of a step that expect it.

    `alike` is what it has in common with others of its kind, where that is more than its words without names.
    """

    part: str
    expected: str
    got: str
    shows: Mapping[str, object]
    alike: str = ""

    @property
    def said(self) -> str:
        """In words."""
        return f"{self.part}: expected `{self.expected}`, got `{self.got}`"


def difference(expected: Decision, got: Decision, *, tells: bool) -> Difference | None:
    """The first part in which two answers to a command differ; `tells` says that both say who was told."""
    for part in ("due", "reason", "outcome", "resolved_by", "wait_ms", "events"):
        mine, theirs = getattr(expected, part), getattr(got, part)
        if part in ("due", "events"):
            unlike = _unlike(mine, theirs)
            if unlike is not None:
                said = [described(event, 0) for event in (*expected.due, *expected.events)]
                return Difference("what was due" if part == "due" else part, *unlike, {"events": said})
        elif mine != theirs:
            return _of_field(part, mine, theirs, expected)
    return _told_unlike(expected, got) if tells else None


def _of_field(part: str, mine: object, theirs: object, expected: Decision) -> Difference:
    match part:
        case "reason":
            word = str(mine or "accepted")
            return Difference("answer", word, str(theirs or "accepted"), {"expect": word})
        case "wait_ms":
            wait_ms = expected.wait_ms
            shows = {"expect": str(expected.reason or "accepted")}
            return Difference(
                "wait",
                "none" if mine is None else f"{seconds(wait_ms or 0)} s",
                "none" if theirs is None else f"{theirs} ms",
                shows if wait_ms is None else {**shows, "wait": format_duration(wait_ms)},
            )
    shows = {"expect": str(expected.reason or "accepted")}
    return Difference(part, str(mine), str(theirs), shows if mine is None else {**shows, part: str(mine)})


def _unlike(mine: Sequence[Event], theirs: Sequence[Event]) -> tuple[str, str] | None:
    """The first events that differ, each as it is described, without its number."""
    for one, other in zip_longest(mine, theirs):
        if one is None or other is None or one[:5] != other[:5] or _extra(one) != _extra(other):
            return tuple("nothing" if each is None else described(each, 0) for each in (one, other))  # type: ignore[return-value]
    return None


def _extra(event: Event) -> dict[str, object]:
    return {field.attribute: event.extra.get(field.attribute) for field in EXTRA[event.event]}


def _told_unlike(expected: Decision, got: Decision) -> Difference | None:
    mine, theirs = (*expected.due, *expected.events), (*got.due, *got.events)
    for one, other in zip(mine, theirs, strict=True):
        if one.told != other.told:
            said = [f"{each.event} tells {', '.join(each.told or ()) or 'nobody'}" for each in (one, other)]
            return Difference("told", said[0], said[1], {"told": told_of(expected)}, _relations(one, other))
    return None


def told_of(answer: Decision) -> list[str]:
    """Everybody who is told of anything of an answer."""
    return sorted({name for event in (*answer.due, *answer.events) for name in event.told or ()})


def _relations(expected: Event, got: Event) -> str:
    """Who is not told, or told beside: the person of the event, who caused it, or others."""
    mine, theirs = expected.told or (), got.told or ()
    missing = sorted({_relation(expected, name) for name in mine if name not in theirs})
    beside = sorted({_relation(expected, name) for name in theirs if name not in mine})
    return f"{expected.event}: not {', '.join(missing) or 'fewer'}, but {', '.join(beside) or 'nobody'} beside"


def _relation(event: Event, name: str) -> str:
    return "its person" if name == event.who else "who did it" if name == event.by else "others"


def offers_unlike(who: str, expected: Iterable[Offer], got: Iterable[Offer]) -> Difference | None:
    """The first action that is offered and should not be, or the other way round."""
    mine, theirs = list(expected), list(got)
    missing = next((offer for offer in mine if offer not in theirs), None)
    if missing is not None:
        word = offer_text(missing)
        return Difference("offer", word, f"no {missing.do}", {"of": who, "offered": [word]})
    extra = next((offer for offer in theirs if offer not in mine), None)
    if extra is None:
        return None
    word = offer_text(extra)
    return Difference("offer", f"no {extra.do}", word, {"of": who, "not_offered": [word]})


def offer_text(offer: Offer) -> str:
    """An offer as a step of a script writes it."""
    return " ".join(str(part) for part in offer if part is not None)
