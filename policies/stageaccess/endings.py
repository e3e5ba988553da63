"""How things can end under a set of rules: every word that its closing events can have.

Whoever lists endings (a log's schema, a metric, a condition) asks here instead of copying the words. A variant may
close anything with any word of `Outcome` or `Cause`, so what must hold for every set of rules holds for all of those.
"""

from collections.abc import Iterator, Mapping

from stageaccess.cells import REMOVALS
from stageaccess.moves import Do, Move, Step, Verdict, moves_of
from stageaccess.ruleset import RuleSet
from stageaccess.vocabulary import Action, Cause, EventKind, Outcome

KIND_OF: Mapping[Do, EventKind] = {
    Do.CLOSE_REQUEST: EventKind.REQUEST_CLOSED,
    Do.ANSWER_REQUEST: EventKind.REQUEST_CLOSED,
    Do.CLOSE_INVITATION: EventKind.INVITATION_CLOSED,
    Do.EXPIRE_INVITATION: EventKind.INVITATION_CLOSED,
    Do.CANCEL_SETUP: EventKind.SETUP_CANCELLED,
    Do.END_STAY: EventKind.STAGE_LEFT,
}
"""The event of a step that ends something; the end of a stay is a removal for some causes."""


def endings(rules: RuleSet) -> dict[EventKind, tuple[Outcome | Cause, ...]]:
    """By kind of event, the outcomes or causes that it can have under the rules, in the order of the vocabulary."""
    said = {kind: set[str]() for kind in (*KIND_OF.values(), EventKind.STAGE_REMOVED)}
    for do, word in _steps(rules):
        kind = KIND_OF.get(do)
        if kind is not None and word is not None:
            said[EventKind.STAGE_REMOVED if do is Do.END_STAY and word in REMOVALS else kind].add(word)
    said[EventKind.LEFT_ROOM] = {Cause.EXPLICIT, Cause.GRACE_OVER, Cause.DISCONNECT}
    return {kind: _in_order(kind, words) for kind, words in said.items()}


def _in_order(kind: EventKind, words: set[str]) -> tuple[Outcome | Cause, ...]:
    outcomes = kind in (EventKind.REQUEST_CLOSED, EventKind.INVITATION_CLOSED)
    return tuple(word for word in (Outcome if outcomes else Cause) if word in words)


def _steps(rules: RuleSet) -> Iterator[Step]:
    """Every step that can be taken: those of the cells, and those without one."""
    moves = moves_of(rules)
    tables = [*(of_role for of_mode in moves.own.values() for of_role in of_mode.values()), moves.others]
    verdicts: list[Verdict] = [verdict for table in tables for row in table.values() for verdict in row.values()]
    verdicts += [move for row in moves.out.values() for move in row.values()]
    for verdict in verdicts:
        if type(verdict) is Move:
            yield from verdict.steps
    yield from ((Do.CLOSE_REQUEST, word) for word in rules.requests_at_mode_change.values())
    yield from ((Do.CANCEL_SETUP, word) for word in rules.setups_at_mode_change.values())
    yield from ((Do.END_STAY, word) for word in rules.stays_at_mode_change.values())
    yield from [(Do.CLOSE_REQUEST, rules.closing(Action.CLEAR_REQUESTS).request), (Do.CLOSE_REQUEST, rules.promotion)]
    yield from [(Do.CLOSE_REQUEST, Outcome.EXPIRED), (Do.CLOSE_INVITATION, Outcome.EXPIRED)]
    yield from [(Do.CANCEL_SETUP, rules.demotion), (Do.END_STAY, Cause.CAPACITY)]
