"""A change of the rules: what a scenario file says, and the `RuleSet` that it makes."""

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from pydantic import Field, model_validator

from stageaccess import RULES, Cell, OthersKey, OwnKey, Position, RuleSet, RuleSetError
from stageaccess.cells import Closing
from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Standing
from stagesim.scenario.faults import Fault, fault, raise_faults
from stagesim.scenario.part import Part
from stagesim.scenario.rule_words import (
    CELL_WORDS,
    CHANGES,
    CLOSED_BY,
    CLOSINGS,
    DEMOTION,
    ENDS,
    OTHERS_CELLS,
    OWN_CELLS,
    PROMOTION,
    STAFF_CELLS,
    STAYS,
    cell_faults,
    closing_faults,
)
from stagesim.scenario.values.field_types import Switch

Word = TypeVar("Word", bound=StrEnum)
Key = TypeVar("Key")


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
            "what a change of mode closes: `requests.from.to`, `setups.from.to` or `stays.from.to`, with how it ends, "
            "or `stays`; likewise a change of role: `requests.promotion`, `setups.demotion`; and with which word an "
            "action closes what it closes: `decline_request.request`, `action.invitation`, `.setup` or `.stay`"
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
    faults = [*cell_faults(change.cells), *closing_faults(change.closings)]
    if change.name == RULES.name or not change.name:
        faults.append(Fault(f"expected a name of its own, got `{change.name}`", "say what differs", ("name",)))
    raise_faults(faults)
    staff = _merged(STAFF_CELLS, change.cells)
    try:
        return RULES.variant(
            change.name,
            own=_own_cells(change.cells, staff),
            staff=staff,
            others=_merged(OTHERS_CELLS, change.cells),
            requests_at_mode_change=_closed("requests", change.closings, Outcome),
            setups_at_mode_change=_closed("setups", change.closings, Cause),
            stays_at_mode_change=_closed("stays", change.closings, Cause),
            closings=_closings_of_actions(change.closings),
            **_parameters(change),
        )
    except RuleSetError as error:
        hint = "say in `cells` what happens there, or let `closings` end before what would lead there"
        raise fault(str(error), hint, ("cells",) if change.cells else ("closings",)) from None


def _merged(known: Mapping[str, list[Key]], cells: Mapping[str, str]) -> dict[Key, Cell]:
    return {key: CELL_WORDS[word] for name, word in cells.items() for key in known.get(name, ())}


def _own_cells(cells: Mapping[str, str], staff: Mapping[OthersKey, Cell]) -> dict[OwnKey, Cell]:
    """The cells of table 3. Cells of staff hold in every mode: where staff may ask, a request can be open in modes in
    which table 3 knows none, and is answered there as it is where one asks, unless the change says otherwise.
    """
    own = _merged(OWN_CELLS, cells)
    if Standing.REQUESTED not in staff.values():
        return own
    known = {**RULES.own, **own}
    keys = [(action, mode, Position.REQUESTED) for action in (Action.ASK_TO_JOIN, Action.JOIN_STAGE) for mode in Mode]
    return {(do, mode, at): known[do, Mode.JOIN_BY_REQUEST, at] for do, mode, at in keys} | own


def _closed(kind: str, closings: Mapping[str, str], words: type[Word]) -> dict[tuple[Mode, Mode], Word | None]:
    parts = ((*name.split(".", 1), word) for name, word in closings.items())
    return {
        CHANGES[change]: None if word == STAYS else words(word)
        for of, change, word in parts
        if of == kind and change in CHANGES
    }


def _closings_of_actions(closings: Mapping[str, str]) -> dict[Action, Closing]:
    changed = dict(RULES.closings)
    for name, word in closings.items():
        if name in CLOSED_BY:
            action, what = CLOSED_BY[name]
            words = changed.get(action, Closing())._asdict()
            changed[action] = Closing(**{**words, what: ENDS[what](word)})
    return changed


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
