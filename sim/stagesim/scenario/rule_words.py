"""The words with which a scenario file speaks of the rules: the names of their cells and closings."""

from collections.abc import Iterator, Mapping
from typing import Final

from stageaccess import Cell, OthersKey, OwnKey, Position
from stageaccess.cells import OTHERS_ACTIONS, OWN_ACTIONS, Closing
from stageaccess.vocabulary import Action, Cause, Mode, Outcome, Reason, Standing
from stagesim.scenario.faults import Fault, one_of

STAYS: Final = "stays"
"""In `closings`: the change leaves what is open as it is."""

PROMOTION: Final = "requests.promotion"
DEMOTION: Final = "setups.demotion"
"""In `closings`: what becomes of a promoted person's request, and of a demoted person's own set-up."""

RULES_LISTED: Final = "`stagesim rules`"
"""What prints the rules, with all their words."""

CHANGES: Final[Mapping[str, tuple[Mode, Mode]]] = {
    f"{was}.{to}": (was, to) for was in Mode for to in Mode if was is not to
}
CLOSINGS: Final[Mapping[str, type[Outcome] | type[Cause]]] = {
    **{f"requests.{change}": Outcome for change in CHANGES},
    PROMOTION: Outcome,
    **{f"setups.{change}": Cause for change in CHANGES},
    DEMOTION: Cause,
    **{f"stays.{change}": Cause for change in CHANGES},
}
"""What a change of mode or role can close, with the words for how it ends, beside `stays`."""

CLOSED_BY: Final[Mapping[str, tuple[Action, str]]] = {
    f"{action}.{what}": (action, what)
    for action in (*OWN_ACTIONS, *OTHERS_ACTIONS, Action.CLEAR_REQUESTS, Action.LEAVE_ROOM, Action.END_SESSION)
    for what in (("request",) if action is Action.CLEAR_REQUESTS else Closing._fields)
}
"""What an action can close."""
ENDS: Final[Mapping[str, type[Outcome] | type[Cause]]] = {
    "request": Outcome,
    "invitation": Outcome,
    "setup": Cause,
    "stay": Cause,
}
"""The words for how each thing ends that an action closes."""
CELL_WORDS: Final[Mapping[str, Cell]] = {str(word): word for words in (Standing, Reason) for word in words}


def _columns() -> Iterator[tuple[str, tuple[Position, ...]]]:
    """The names of the columns in a file: each position, and `preparing` for both ways to prepare."""
    for position in Position:
        yield position, (position,)
    yield Standing.PREPARING, (Position.PREPARING_SELF, Position.PREPARING_INVITATION)


OWN_CELLS: Final[Mapping[str, list[OwnKey]]] = {
    f"{action}.{mode}.{column}": [(action, mode, position) for position in positions]
    for action in OWN_ACTIONS
    for mode in Mode
    for column, positions in _columns()
}


def _without_mode(actions: tuple[Action, ...], prefix: str) -> Mapping[str, list[OthersKey]]:
    return {
        f"{prefix}{action}.{column}": [(action, position) for position in positions]
        for action in actions
        for column, positions in _columns()
    }


STAFF_CELLS: Final = _without_mode(OWN_ACTIONS, "staff.")
OTHERS_CELLS: Final = _without_mode(OTHERS_ACTIONS, "")
CELLS: Final = frozenset((*OWN_CELLS, *OTHERS_CELLS, *STAFF_CELLS))


def cell_faults(cells: Mapping[str, str]) -> Iterator[Fault]:
    """Names that are no cells, and words that no cell has."""
    for name, word in cells.items():
        if name not in CELLS:
            yield Fault(f"unknown cell `{name}`", _cell_hint(name), ("cells", name))
        elif word not in CELL_WORDS:
            yield Fault(
                f"expected a standing or a reason, got `{word}`",
                one_of(CELL_WORDS, word, RULES_LISTED),
                ("cells", name),
            )


def _cell_hint(name: str) -> str:
    """What the word at fault could be; the whole list of cells would be too long to read."""
    action, *rest = name.removeprefix("staff.").split(".")
    actions = OWN_ACTIONS if name.startswith("staff.") else OWN_ACTIONS + OTHERS_ACTIONS
    if action not in actions:
        return one_of(actions, action, RULES_LISTED)
    if action in OWN_ACTIONS and not name.startswith("staff."):
        if len(rest) != 2:
            return f"write `{action}.mode.standing`"
        if rest[0] not in list(Mode):
            return one_of(Mode, rest[0])
    elif len(rest) != 1:
        return f"write `{name.removesuffix('.' + '.'.join(rest))}.standing`"
    return one_of([column for column, _ in _columns()], rest[-1])


def closing_faults(closings: Mapping[str, str]) -> Iterator[Fault]:
    """Names that are no closings, and words that are no way to end what is closed."""
    for name, word in closings.items():
        path = ("closings", name)
        if name not in CLOSINGS and name not in CLOSED_BY:
            yield Fault(f"unknown closing `{name}`", _closing_hint(name), path)
            continue
        words = [*CLOSINGS[name], STAYS] if name in CLOSINGS else [*ENDS[CLOSED_BY[name][1]]]
        if word not in words:
            yield Fault(f"expected how it ends, got `{word}`", one_of(words, word, RULES_LISTED), path)


def _closing_hint(name: str) -> str:
    """The closings of the same beginning, or the beginnings that there are."""
    kind = name.partition(".")[0]
    alike = [known for known in (*CLOSINGS, *CLOSED_BY) if known.startswith(f"{kind}.")]
    begins = dict.fromkeys(known.partition(".")[0] for known in (*CLOSINGS, *CLOSED_BY))
    return one_of(alike, name) if alike else one_of(begins, kind, RULES_LISTED)
