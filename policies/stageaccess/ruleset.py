"""What a set of rules is, how a variant is made of one, and which sets do not hold together."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from stageaccess.cells import (
    OTHERS_ACTIONS,
    OTHERWISE,
    OWN_ACTIONS,
    Cell,
    Closing,
    ModeChange,
    OthersKey,
    OwnKey,
    Position,
    position_after,
)
from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Standing

K = TypeVar("K")
V = TypeVar("V")
Place = tuple[Mode, bool, Position]
"""Where somebody can be: the room's mode, whether they are staff, and their position."""


class RuleSetError(ValueError):
    """A rule set that does not hold together, for example a cell that can be reached and says nothing."""


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One complete set of rules.

    `own` and `others` are tables 3 and 4, `staff` the cells of table 3 that differ for staff, in every mode. `closings`
    gives the words with which actions close things. What a change of mode (from, to) closes: `requests_at_mode_change`
    every open request, `setups_at_mode_change` the set-ups that participants started by themselves,
    `stays_at_mode_change` the stays of participants on stage; what is missing goes on, and staff always go on.
    `promotion` is what becomes of a promoted person's request, and `demotion` of a demoted person's own set-up in a
    mode that forbids it (None: it stays). `when_full` is the default of each mode, and `staff_stay_on_full_stage`
    exempts staff from making room.

    A set may say in each cell any standing and any reason. Raises RuleSetError for a set that does not hold together:
    where somebody can come to be, every row of the tables has a cell (an open request has those of `join_by_request`
    where its mode has none); no table has another row; every mode has a
    `when_full`.
    """

    name: str
    own: Mapping[OwnKey, Cell]
    staff: Mapping[OthersKey, Cell]
    others: Mapping[OthersKey, Cell]
    closings: Mapping[Action, Closing]
    requests_at_mode_change: Mapping[ModeChange, Outcome]
    setups_at_mode_change: Mapping[ModeChange, Cause]
    stays_at_mode_change: Mapping[ModeChange, Cause]
    when_full: Mapping[Mode, FullStage]
    promotion: Outcome | None = Outcome.SUPERSEDED
    demotion: Cause | None = Cause.ROLE_CHANGED
    staff_stay_on_full_stage: bool = True

    def __post_init__(self) -> None:
        for fault in (*_row_faults(self), *_cell_faults(self)):
            raise RuleSetError(f"rule set `{self.name}`: {fault}")

    def __hash__(self) -> int:
        """By name: equal rule sets have equal names."""
        return hash(self.name)

    def own_cell(self, action: Action, mode: Mode, position: Position, *, is_staff: bool) -> Cell | None:
        """The cell of table 3 for somebody; None where the table says nothing.

        Whoever has a request in a mode without requests, by a variant, has the cells of `join_by_request`.
        """
        cell = self.own.get((action, mode, position))
        if cell is None and position is Position.REQUESTED:
            cell = self.own.get((action, Mode.JOIN_BY_REQUEST, position))
        return self.staff.get((action, position), cell) if is_staff else cell

    def closing(self, action: Action) -> Closing:
        """With which words an action closes whatever it closes."""
        request, invitation, setup, stay = self.closings.get(action, OTHERWISE)
        return Closing(
            request or OTHERWISE.request,
            invitation or OTHERWISE.invitation,
            setup or OTHERWISE.setup,
            stay or OTHERWISE.stay,
        )

    def allows_setup(self, mode: Mode) -> bool:
        """Whether participants may begin to prepare by themselves."""
        return self.own.get((Action.JOIN_STAGE, mode, Position.VIEWER)) is Standing.PREPARING

    def variant(
        self,
        name: str,
        *,
        own: Mapping[OwnKey, Cell] | None = None,
        staff: Mapping[OthersKey, Cell] | None = None,
        others: Mapping[OthersKey, Cell] | None = None,
        requests_at_mode_change: Mapping[ModeChange, Outcome | None] | None = None,
        setups_at_mode_change: Mapping[ModeChange, Cause | None] | None = None,
        stays_at_mode_change: Mapping[ModeChange, Cause | None] | None = None,
        **parameters: object,
    ) -> "RuleSet":
        """These rules with a difference, under another name.

        Cells are merged into the tables. A mode change mapped to None closes nothing. Any other field of `RuleSet` is
        replaced by the keyword of its name. Raises RuleSetError where the result does not hold together.
        """
        if name == self.name:
            raise RuleSetError(f"a variant of `{self.name}` needs a name of its own")
        return replace(
            self,
            name=name,
            own={**self.own, **(own or {})},
            staff={**self.staff, **(staff or {})},
            others={**self.others, **(others or {})},
            requests_at_mode_change=_merged(self.requests_at_mode_change, requests_at_mode_change),
            setups_at_mode_change=_merged(self.setups_at_mode_change, setups_at_mode_change),
            stays_at_mode_change=_merged(self.stays_at_mode_change, stays_at_mode_change),
            **parameters,  # type: ignore[arg-type]
        )

    def differences(self, other: "RuleSet") -> list[str]:
        """In which cells and parameters this rule set differs from another, one line each."""
        lines: list[str] = []
        for field in self.__slots__[1:]:
            mine, theirs = getattr(self, field), getattr(other, field)
            if not isinstance(mine, Mapping):
                lines += [f"{field}: {theirs} -> {mine}"] * (mine != theirs)
                continue
            mine, theirs = _as_table(mine), _as_table(theirs)
            for key in sorted({**mine, **theirs}):
                if mine.get(key) != theirs.get(key):
                    lines.append(f"{field}.{'.'.join(key)}: {theirs.get(key, '-')} -> {mine.get(key, '-')}")
        return lines


def _as_table(table: Mapping[Any, Any]) -> dict[tuple[str, ...], object]:
    """A table with a tuple for each key, and with an entry of its own for each word of a closing."""
    entries: dict[tuple[str, ...], object] = {}
    for key, entry in table.items():
        path = key if isinstance(key, tuple) else (key,)
        words = entry._asdict() if isinstance(entry, Closing) else {}
        entries |= {(*path, what): word for what, word in words.items() if word is not None} or {path: entry}
    return entries


def _merged(base: Mapping[K, V], change: Mapping[K, V | None] | None) -> dict[K, V]:
    both = {**base, **(change or {})}
    return {key: value for key, value in both.items() if value is not None}


# What does not hold together.


def _row_faults(rules: RuleSet) -> Iterator[str]:
    """Rows that no table has, and modes that are missing or change into themselves."""
    for table, rows, possible in (
        ("own", [key[0] for key in rules.own], OWN_ACTIONS),
        ("staff", [key[0] for key in rules.staff], OWN_ACTIONS),
        ("others", [key[0] for key in rules.others], OTHERS_ACTIONS),
    ):
        for action in rows:
            if action not in possible:
                yield f"table `{table}` has no row `{action}`; possible are {', '.join(possible)}"
    for field in ("requests_at_mode_change", "setups_at_mode_change", "stays_at_mode_change"):
        for was, to in getattr(rules, field):
            if was is to:
                yield f"`{field}` has `{was}` to `{to}`, which is no change of mode"
    for mode in Mode:
        if mode not in rules.when_full:
            yield f"`when_full` does not say what a full stage does in `{mode}`"


def _cell_faults(rules: RuleSet) -> Iterator[str]:
    """Cells that say nothing although somebody can come there."""
    for (mode, is_staff, position), how in places(rules).items():
        missing = [
            action for action in OWN_ACTIONS if rules.own_cell(action, mode, position, is_staff=is_staff) is None
        ]
        missing += [action for action in OTHERS_ACTIONS if (action, position) not in rules.others]
        if missing:
            whose = "staff" if is_staff else "a participant"
            yield f"{whose} can be `{position}` in `{mode}` {how}, but `{missing[0]}` has no cell for that"


def places(rules: RuleSet) -> dict[Place, str]:
    """Everywhere that somebody can come to be, from entering as a viewer on, and what leads there."""
    places = {(mode, is_staff, Position.VIEWER): "from the start" for mode in Mode for is_staff in (False, True)}
    todo = list(places)
    for place in todo:  # it grows while it is gone through
        for new, how in _after(rules, *place):
            if new not in places:
                places[new] = how
                todo.append(new)
    return places


def _after(rules: RuleSet, mode: Mode, is_staff: bool, position: Position) -> Iterator[tuple[Place, str]]:
    """Where somebody can come to be next: by a command, by a change of mode, by a change of role."""
    own = {action: rules.own_cell(action, mode, position, is_staff=is_staff) for action in OWN_ACTIONS}
    others = {action: rules.others.get((action, position)) for action in OTHERS_ACTIONS}
    for action, cell in {**own, **others}.items():
        if isinstance(cell, Standing):
            yield (mode, is_staff, position_after(position, cell)), f"by `{action}`"
    for to in Mode:
        after = Position.VIEWER if _ends_at_mode_change(rules, (mode, to), is_staff, position) else position
        yield (to, is_staff, after), f"by a change of mode from `{mode}`"
    after = Position.VIEWER if _ends_at_role_change(rules, mode, is_staff, position) else position
    yield (mode, not is_staff, after), "by a change of role"


def _ends_at_mode_change(rules: RuleSet, change: ModeChange, is_staff: bool, position: Position) -> bool:
    match position:
        case Position.REQUESTED:
            return change in rules.requests_at_mode_change
        case Position.PREPARING_SELF:
            return not is_staff and change in rules.setups_at_mode_change
        case Position.ON_STAGE:
            return not is_staff and change in rules.stays_at_mode_change
    return False


def _ends_at_role_change(rules: RuleSet, mode: Mode, is_staff: bool, position: Position) -> bool:
    match position:
        case Position.REQUESTED:
            return not is_staff and rules.promotion is not None
        case Position.PREPARING_SELF:
            return is_staff and rules.demotion is not None and not rules.allows_setup(mode)
    return False
