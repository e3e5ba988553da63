"""The rules of stage access as data: two tables of cells, what each action closes, and what a change of mode closes.

A cell says the standing that a command leads to, or the reason why it is rejected; `-` is a combination that cannot
occur. A `RuleSet` is one complete set of rules; `RULES` is the default, and a variant is a small difference from it
(`RULES.variant(...)`). The engine interprets whatever it is given.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple, TypeVar

from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Reason, Standing


class Position(StrEnum):
    """A column of the tables: a standing, with `preparing` split by how the person came to prepare."""

    VIEWER = "viewer"
    REQUESTED = "requested"
    INVITED = "invited"
    PREPARING_SELF = "preparing/self"
    PREPARING_INVITATION = "preparing/invitation"
    ON_STAGE = "on_stage"


STANDING_AT: Final[Mapping[Position, Standing]] = MappingProxyType(
    {position: Standing(position.split("/")[0]) for position in Position}
)

Cell = Standing | Reason

# Table 3 of the rules: what a person may do for themselves.
OWN_TABLE: Final = """
action              mode               viewer              requested           invited             preparing/self      preparing/invitation  on_stage
ask_to_join         everyone_on_stage  request_not_needed  -                   already_invited     already_preparing   already_preparing     already_on_stage
ask_to_join         join_by_request    requested           already_requested   already_invited     already_preparing   already_preparing     already_on_stage
ask_to_join         invite_only        requests_closed     -                   already_invited     already_preparing   already_preparing     already_on_stage
join_stage          everyone_on_stage  preparing           -                   preparing           already_preparing   already_preparing     already_on_stage
join_stage          join_by_request    approval_needed     approval_pending    preparing           already_preparing   already_preparing     already_on_stage
join_stage          invite_only        invitation_needed   -                   preparing           already_preparing   already_preparing     already_on_stage
cancel_request      any                no_open_request     viewer              no_open_request     no_open_request     no_open_request       no_open_request
go_live             any                not_preparing       not_preparing       not_preparing       on_stage            on_stage              already_on_stage
cancel_join         any                not_preparing       not_preparing       not_preparing       viewer              invited               already_on_stage
decline_invitation  any                no_open_invitation  no_open_invitation  viewer              no_open_invitation  viewer                no_open_invitation
leave_stage         any                not_on_stage        not_on_stage        not_on_stage        not_on_stage        not_on_stage          viewer
"""  # noqa: E501

# Where staff differ from table 3: hosts and moderators may always join the stage, and so need no request.
STAFF_TABLE: Final = """
action       mode  viewer
ask_to_join  any   request_not_needed
join_stage   any   preparing
"""

# Table 4 of the rules: what staff may do to others; the columns are the target's.
OTHERS_TABLE: Final = """
action             mode  viewer              requested           invited          preparing/self      preparing/invitation  on_stage
bring_to_stage     any   no_open_request     invited             no_open_request  no_open_request     no_open_request       no_open_request
decline_request    any   no_open_request     viewer              no_open_request  no_open_request     no_open_request       no_open_request
invite             any   invited             invited             already_invited  already_preparing   already_preparing     already_on_stage
revoke_invitation  any   no_open_invitation  no_open_invitation  viewer           no_open_invitation  viewer                no_open_invitation
remove_from_stage  any   not_on_stage        not_on_stage        not_on_stage     not_on_stage        not_on_stage          viewer
"""  # noqa: E501


class Closing(NamedTuple):
    """How an action ends what was open: a request, an invitation, a set-up, a stay on stage; None closes none."""

    request: Outcome | None = None
    invitation: Outcome | None = None
    setup: Cause | None = None
    stay: Cause | None = None


# With which word each action closes what it closes. What an action does not mention, the default cells do not let it
# close; where a variant's cells do, `OTHERWISE` has the word.
OTHERWISE: Final = Closing(Outcome.SUPERSEDED, Outcome.ACCEPTED, Cause.BACKED_OUT, Cause.LEFT)
CLOSINGS: Final[Mapping[Action, Closing]] = MappingProxyType(
    {
        Action.CANCEL_REQUEST: Closing(request=Outcome.CANCELLED),
        Action.GO_LIVE: Closing(invitation=Outcome.ACCEPTED),
        Action.CANCEL_JOIN: Closing(setup=Cause.BACKED_OUT),
        Action.DECLINE_INVITATION: Closing(invitation=Outcome.DECLINED, setup=Cause.DECLINED),
        Action.LEAVE_STAGE: Closing(stay=Cause.LEFT),
        Action.BRING_TO_STAGE: Closing(request=Outcome.APPROVED),
        Action.DECLINE_REQUEST: Closing(request=Outcome.DECLINED),
        Action.INVITE: Closing(request=Outcome.APPROVED),
        Action.REVOKE_INVITATION: Closing(invitation=Outcome.REVOKED, setup=Cause.REVOKED),
        Action.REMOVE_FROM_STAGE: Closing(stay=Cause.MODERATOR),
        Action.CLEAR_REQUESTS: Closing(request=Outcome.CLEARED),
        Action.LEAVE_ROOM: Closing(Outcome.LEFT_ROOM, Outcome.LEFT_ROOM, Cause.LEFT_ROOM, Cause.LEFT_ROOM),
        Action.END_SESSION: Closing(
            Outcome.SESSION_ENDED, Outcome.SESSION_ENDED, Cause.SESSION_ENDED, Cause.SESSION_ENDED
        ),
    }
)

# Rule M2: the outcome of every open request when the mode changes from one to another; what is missing survives.
REQUESTS_AT_MODE_CHANGE: Final[Mapping[tuple[Mode, Mode], Outcome]] = MappingProxyType(
    {
        (Mode.JOIN_BY_REQUEST, Mode.EVERYONE_ON_STAGE): Outcome.SUPERSEDED,
        (Mode.JOIN_BY_REQUEST, Mode.INVITE_ONLY): Outcome.MODE_CHANGED,
    }
)

# Rule M4: the cause with which participants' own set-ups end; what is missing survives.
SETUPS_AT_MODE_CHANGE: Final[Mapping[tuple[Mode, Mode], Cause]] = MappingProxyType(
    {
        (Mode.EVERYONE_ON_STAGE, Mode.JOIN_BY_REQUEST): Cause.MODE_CHANGED,
        (Mode.EVERYONE_ON_STAGE, Mode.INVITE_ONLY): Cause.MODE_CHANGED,
    }
)

# Rule C1: what a full stage does where the room does not say.
WHEN_FULL: Final[Mapping[Mode, FullStage]] = MappingProxyType(
    {
        Mode.EVERYONE_ON_STAGE: FullStage.REPLACE_QUIETEST,
        Mode.JOIN_BY_REQUEST: FullStage.REJECT,
        Mode.INVITE_ONLY: FullStage.REJECT,
    }
)

K = TypeVar("K")
V = TypeVar("V")
OwnKey = tuple[Action, Mode, Position]
OthersKey = tuple[Action, Position]


class RuleSetError(ValueError):
    """A rule set that does not hold together, for example a cell that can be reached and says nothing."""


def _cell(word: str) -> Cell:
    return Standing(word) if word in list(map(str, Standing)) else Reason(word)


def _rows(table: str) -> dict[OwnKey, Cell]:
    """The cells of one table, by action, mode and position; `any` stands for every mode, `-` for no cell."""
    head, *lines = (line.split() for line in table.strip().splitlines())
    return {
        (Action(action), mode, Position(column)): _cell(word)
        for action, modes, *words in lines
        for mode in (Mode if modes == "any" else [Mode(modes)])
        for column, word in zip(head[2:], words, strict=True)
        if word != "-"
    }


def _any_mode(table: str) -> dict[OthersKey, Cell]:
    return {(action, position): cell for (action, _, position), cell in _rows(table).items()}


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One complete set of rules.

    `own` and `others` are tables 3 and 4, `staff` the cells of table 3 that differ for staff. `closings` gives the
    words with which actions close things; `requests_at_mode_change` and `setups_at_mode_change` what a change of mode
    closes (from, to); `promotion` what becomes of a promoted person's request and `demotion` of a demoted person's own
    set-up in a mode that forbids it (None: it stays). `when_full` is the default of each mode, and
    `staff_stay_on_full_stage` exempts staff from making room.
    """

    name: str
    own: Mapping[OwnKey, Cell]
    staff: Mapping[OthersKey, Cell]
    others: Mapping[OthersKey, Cell]
    closings: Mapping[Action, Closing]
    requests_at_mode_change: Mapping[tuple[Mode, Mode], Outcome]
    setups_at_mode_change: Mapping[tuple[Mode, Mode], Cause]
    when_full: Mapping[Mode, FullStage]
    promotion: Outcome | None = Outcome.SUPERSEDED
    demotion: Cause | None = Cause.ROLE_CHANGED
    staff_stay_on_full_stage: bool = True

    def __post_init__(self) -> None:
        """Refuse a rule set in which a request can be open where table 3 has no cell for it."""
        asked = {m for m in Mode if self.own.get((Action.ASK_TO_JOIN, m, Position.VIEWER)) is Standing.REQUESTED}
        survived = {to for was in asked for to in Mode if to != was and (was, to) not in self.requests_at_mode_change}
        for mode in sorted(asked | survived):
            for action in (Action.ASK_TO_JOIN, Action.JOIN_STAGE):
                if (action, mode, Position.REQUESTED) not in self.own:
                    raise RuleSetError(
                        f"rule set `{self.name}`: a request can be open in `{mode}`, "
                        f"but `{action}` has no cell for `requested` there"
                    )

    def __hash__(self) -> int:
        """By name: equal rule sets have equal names."""
        return hash(self.name)

    def variant(
        self,
        name: str,
        *,
        own: Mapping[OwnKey, Cell] | None = None,
        staff: Mapping[OthersKey, Cell] | None = None,
        others: Mapping[OthersKey, Cell] | None = None,
        requests_at_mode_change: Mapping[tuple[Mode, Mode], Outcome | None] | None = None,
        setups_at_mode_change: Mapping[tuple[Mode, Mode], Cause | None] | None = None,
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
            for key in sorted({**mine, **theirs}):
                if mine.get(key) != theirs.get(key):
                    words = ".".join(key) if isinstance(key, tuple) else key
                    lines.append(f"{field}.{words}: {theirs.get(key, '-')} -> {mine.get(key, '-')}")
        return lines


def _merged(base: Mapping[K, V], change: Mapping[K, V | None] | None) -> dict[K, V]:
    both = {**base, **(change or {})}
    return {key: value for key, value in both.items() if value is not None}


RULES: Final = RuleSet(
    name="default",
    own=_rows(OWN_TABLE),
    staff=_any_mode(STAFF_TABLE),
    others=_any_mode(OTHERS_TABLE),
    closings=CLOSINGS,
    requests_at_mode_change=REQUESTS_AT_MODE_CHANGE,
    setups_at_mode_change=SETUPS_AT_MODE_CHANGE,
    when_full=WHEN_FULL,
)
