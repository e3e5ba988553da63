"""At which cells of the rules sessions arrive. A variant of other cells plays exactly like the rules themselves."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from stageaccess import RULES, RuleSet
from stageaccess.moves import Moves
from stageaccess.room import Room

Cell = tuple[object, ...]
"""Where `Moves` is asked: the name of a table, then its keys."""

TABLES: Final = ("own", "possible", "others", "out")


class _Noting(dict[Any, Any]):
    """A row of a table that notes where it is asked."""

    def __init__(self, row: Mapping[Any, Any], at: Cell, asked: set[Cell]) -> None:
        super().__init__(row)
        self._at, self._asked = at, asked

    def __getitem__(self, key: object) -> Any:
        self._asked.add((*self._at, key))
        return super().__getitem__(key)

    def get(self, key: object, default: Any = None) -> Any:
        self._asked.add((*self._at, key))
        return super().get(key, default)


def watch(room: Room, asked: set[Cell]) -> None:
    """Have a room under the default rules note at which cells it asks from now on."""
    room.moves = Moves(RULES)
    for name in TABLES:
        setattr(room.moves, name, _noting(getattr(room.moves, name), (name,), asked))


def _noting(table: Mapping[Any, Any], at: Cell, asked: set[Cell]) -> dict[Any, Any]:
    if any(isinstance(each, Mapping) for each in table.values()):
        return {key: _noting(inner, (*at, key), asked) for key, inner in table.items()}
    return _Noting(table, at, asked)


def changed_cells(rules: RuleSet) -> set[Cell]:
    """The cells in which a variant answers otherwise than the default rules, or ends something with another word."""
    ours, theirs = _cells_of(RULES), _cells_of(rules)
    return {cell for cell in {*ours, *theirs} if ours.get(cell) != theirs.get(cell)}


def _cells_of(rules: RuleSet) -> dict[Cell, object]:
    moves = Moves(rules)
    return dict(found for name in TABLES for found in _cells(getattr(moves, name), (name,)))


def _cells(table: Mapping[Any, Any], at: Cell) -> Iterator[tuple[Cell, object]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from _cells(value, (*at, key))
        else:
            yield (*at, key), value
