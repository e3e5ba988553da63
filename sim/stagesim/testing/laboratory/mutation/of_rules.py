"""Single changes of a rule set: each cell to others of its row, each word to the next, each flag to the other."""

from collections.abc import Iterator, Sequence
from itertools import permutations
from typing import Any, Final, TypeVar

from stageaccess import RuleSet
from stageaccess.cells import Closing
from stageaccess.ruleset import RuleSetError
from stageaccess.vocabulary import Cause, FullStage, Mode, Outcome, Standing
from stagesim.testing.laboratory.mutation.changes import OfRules

CELLS: Final = "cells"
WORDS: Final = "words of closings"
MODES: Final = "changes of mode"
FLAGS: Final = "flags"
T = TypeVar("T")

AT_MODE_CHANGE: Final = {
    "requests_at_mode_change": (Outcome.MODE_CHANGED, Outcome.SUPERSEDED),
    "setups_at_mode_change": (Cause.MODE_CHANGED, Cause.ROLE_CHANGED),
    "stays_at_mode_change": (Cause.MODE_CHANGED, Cause.ROLE_CHANGED),
}
"""What may stand there."""
ENDED: Final = {
    "requests_at_mode_change": {"position": "requested"},
    "setups_at_mode_change": {"position": "preparing/self", "role": "participant"},
    "stays_at_mode_change": {"position": "on_stage", "role": "participant"},
}
"""Where somebody has to be for it to make a difference."""


def mutants_of(rules: RuleSet) -> list[OfRules]:
    """Every single change of a rule set that holds together."""
    found = [*_cells(rules), *_words(rules), *_changes(rules), *_flags(rules)]
    return [each for each in found if _holds(each, rules)]


def _holds(mutant: OfRules, rules: RuleSet) -> bool:
    try:
        mutant.rules(rules)
    except RuleSetError:
        return False
    return True


def _cells(rules: RuleSet) -> Iterator[OfRules]:
    """Each standing as a reason of its row, each reason as a standing of its row, and as the next reason."""
    for field in ("own", "staff", "others"):
        table = getattr(rules, field)
        for key, cell in table.items():
            row = list(dict.fromkeys(each for other, each in table.items() if other[0] is key[0]))
            standings = [each for each in row if isinstance(each, Standing)]
            reasons = [each for each in row if not isinstance(each, Standing)]
            is_reason = cell in reasons
            values = [_next(reasons, cell) if is_reason else _next(reasons, None)]
            values += [_next(standings, None)] if is_reason else []
            for value in dict.fromkeys(each for each in values if each not in (None, cell)):
                at = {"action": str(key[0]), "position": str(key[-1])}
                at |= {"mode": str(key[1])} if field == "own" else {}
                yield OfRules(CELLS, f"{field}.{'.'.join(key)}: {cell} -> {value}", field, key, value, at)


def _next(row: Sequence[T], word: T | None) -> T | None:
    """The next of a row, the first after the last; the first of it, where it has not the word."""
    if not row:
        return None
    return row[(row.index(word) + 1) % len(row)] if word in row else row[0]


def _words(rules: RuleSet) -> Iterator[OfRules]:
    for action, closing in rules.closings.items():
        for what, word in closing._asdict().items():
            if word is not None:
                words: list[Any] = list(Outcome if isinstance(word, Outcome) else Cause)
                new = _next(words, word)
                name = f"closings.{action}.{what}: {word} -> {new}"
                changed = Closing(**{**closing._asdict(), what: new})
                yield OfRules(WORDS, name, "closings", action, changed, {"action": str(action)})


def _changes(rules: RuleSet) -> Iterator[OfRules]:
    for field, (word, other) in AT_MODE_CHANGE.items():
        table = getattr(rules, field)
        for pair in permutations(Mode, 2):
            old = table.get(pair)
            for new in [None, other if old is word else word] if old else [word]:
                name = f"{field}.{'.'.join(pair)}: {old or '-'} -> {new or '-'}"
                yield OfRules(MODES, name, field, pair, new, {"mode": str(pair[0]), **ENDED[field]})


def _flags(rules: RuleSet) -> Iterator[OfRules]:
    for mode, when_full in rules.when_full.items():
        new = next(each for each in FullStage if each is not when_full)
        yield OfRules(FLAGS, f"when_full.{mode}: {when_full} -> {new}", "when_full", mode, new, {"action": "go_live"})
    role = {"action": "change_role"}
    for field, words in (("promotion", list(Outcome)), ("demotion", list(Cause))):
        old: Any = getattr(rules, field)
        for value in [None, _next(words, old)]:
            if value is not old:
                yield OfRules(FLAGS, f"{field}: {old or '-'} -> {value or '-'}", field, None, value, role)
    stays = rules.staff_stay_on_full_stage
    name = f"staff_stay_on_full_stage: {stays} -> {not stays}"
    yield OfRules(FLAGS, name, "staff_stay_on_full_stage", None, not stays, {"action": "go_live"})
