"""A change of the rules: what a scenario file says, and the `RuleSet` that it makes."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final, TypeVar

from pydantic import Field, model_validator

from stageaccess import RULES, Cell, OthersKey, OwnKey, Position, RuleSet, RuleSetError
from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Reason, Standing
from stagesim.scenario.faults import Fault, one_of, raise_faults
from stagesim.scenario.part import Part
from stagesim.scenario.values.field_types import Switch

STAYS: Final = "stays"
"""In `closings`: the change leaves what is open as it is."""

PROMOTION: Final = "requests.promotion"
DEMOTION: Final = "setups.demotion"
"""In `closings`: what becomes of a promoted person's request, and of a demoted person's own set-up."""

RULES_LISTED: Final = "`policies/README.md`"
"""Where the rules stand, with all their words."""

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
"""What can be closed, with the words for how it ends."""
CLOSED_KINDS: Final = tuple(dict.fromkeys(name.partition(".")[0] for name in CLOSINGS))
CELL_WORDS: Final[Mapping[str, Cell]] = {str(word): word for words in (Standing, Reason) for word in words}

Word = TypeVar("Word", bound=StrEnum)
Key = TypeVar("Key")


def _columns() -> Iterator[tuple[str, tuple[Position, ...]]]:
    """The names of the columns in a file: each position, and `preparing` for both ways to prepare."""
    for position in Position:
        yield position, (position,)
    yield Standing.PREPARING, (Position.PREPARING_SELF, Position.PREPARING_INVITATION)


OWN_ACTIONS: Final = tuple(dict.fromkeys(action for action, _, _ in RULES.own))
OTHERS_ACTIONS: Final = tuple(dict.fromkeys(action for action, _ in RULES.others))
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
CELLS: Final = (*OWN_CELLS, *OTHERS_CELLS, *STAFF_CELLS)


class RuleChange(Part):
    """A variant of the rules: a name, and what differs from the default."""

    name: str = Field(description="the variant's name")
    cells: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "new cells: `action.mode.standing` (what people do for themselves), `action.standing` (what staff do to "
            "others), `staff.action.standing` (where staff differ); the cell is a standing or a reason"
        ),
    )
    closings: dict[str, str] = Field(
        default_factory=dict,
        description=(
            "what a change of mode closes: `requests.from.to` or `setups.from.to`, with the outcome, or `stays`; "
            "likewise a change of role: `requests.promotion`, `setups.demotion`"
        ),
    )
    when_full: dict[Mode, FullStage] = Field(
        default_factory=dict, description="by mode, what a full stage does where `room.when_full` does not say it"
    )
    staff_stay_on_full_stage: Switch | None = Field(
        default=None, description="whether staff are spared when somebody has to make room; by default they are"
    )

    @model_validator(mode="after")
    def _check(self) -> "RuleChange":
        """The cells and closings are some that the rules have."""
        rule_set(self)
        return self


def rule_set(change: RuleChange | None) -> RuleSet:
    """The default rules, with the change if there is one. Raises FaultError for what is not a cell or a closing."""
    if change is None:
        return RULES
    faults = [*_cell_faults(change.cells), *_closing_faults(change.closings)]
    if change.name == RULES.name or not change.name:
        faults.append(Fault(f"expected a name of its own, got `{change.name}`", "say what differs", ("name",)))
    raise_faults(faults)
    try:
        return RULES.variant(
            change.name,
            own=_merged(OWN_CELLS, change.cells),
            staff=_merged(STAFF_CELLS, change.cells),
            others=_merged(OTHERS_CELLS, change.cells),
            requests_at_mode_change=_closed("requests", change.closings, Outcome),
            setups_at_mode_change=_closed("setups", change.closings, Cause),
            stays_at_mode_change=_closed("stays", change.closings, Cause),
            **_parameters(change),
        )
    except RuleSetError as error:
        raise_faults([Fault(str(error), "add the missing cell to `cells`", ("cells",))])
        raise


def _merged(known: Mapping[str, list[Key]], cells: Mapping[str, str]) -> dict[Key, Cell]:
    return {key: CELL_WORDS[word] for name, word in cells.items() for key in known.get(name, ())}


def _closed(kind: str, closings: Mapping[str, str], words: type[Word]) -> dict[tuple[Mode, Mode], Word | None]:
    parts = ((*name.split(".", 1), word) for name, word in closings.items() if name not in (PROMOTION, DEMOTION))
    return {CHANGES[change]: None if word == STAYS else words(word) for of, change, word in parts if of == kind}


def _parameters(change: RuleChange) -> dict[str, object]:
    """What a rule set has beside its tables, as far as the change says it."""
    parameters: dict[str, object] = {}
    for parameter, name in (("promotion", PROMOTION), ("demotion", DEMOTION)):
        if name in change.closings:
            word = change.closings[name]
            parameters[parameter] = None if word == STAYS else CLOSINGS[name](word)
    if change.when_full:
        parameters["when_full"] = {**RULES.when_full, **change.when_full}
    if change.staff_stay_on_full_stage is not None:
        parameters["staff_stay_on_full_stage"] = change.staff_stay_on_full_stage
    return parameters


def _cell_faults(cells: Mapping[str, str]) -> Iterator[Fault]:
    for name, word in cells.items():
        if name not in OWN_CELLS and name not in OTHERS_CELLS and name not in STAFF_CELLS:
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


def _closing_faults(closings: Mapping[str, str]) -> Iterator[Fault]:
    for name, word in closings.items():
        kind = name.partition(".")[0]
        if kind not in CLOSED_KINDS:
            yield Fault(f"unknown closing `{name}`", one_of(CLOSED_KINDS, kind), ("closings", name))
        elif name not in CLOSINGS:
            hint = one_of([known for known in CLOSINGS if known.startswith(kind)], name)
            yield Fault(f"unknown closing `{name}`", hint, ("closings", name))
        else:
            words = [*CLOSINGS[name], STAYS]
            if word not in words:
                yield Fault(
                    f"expected how it ends, got `{word}`", one_of(words, word, RULES_LISTED), ("closings", name)
                )
