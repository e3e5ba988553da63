"""The rules of stage access as data: two tables of cells, what each action closes, and what a change of mode closes.

A cell says the standing that a command leads to, or the reason why it is rejected; `-` is a combination that cannot
occur. `RULES` is the default `RuleSet`, and a variant is a small difference from it (`RULES.variant(...)`).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from stageaccess.cells import Cell, Closing, OthersKey, OwnKey, Position
from stageaccess.ruleset import RuleSet
from stageaccess.vocabulary import Action, Cause, FullStage, Mode, Outcome, Reason, Standing

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

# With which word each action closes what it closes. What an action does not mention, the default cells do not let it
# close; where a variant's cells do, `OTHERWISE` has the word.
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

# Rule M5: the cause with which participants' stays on stage end; by rule M1 there is none, a variant may have some.
STAYS_AT_MODE_CHANGE: Final[Mapping[tuple[Mode, Mode], Cause]] = MappingProxyType({})

# Rule C1: what a full stage does where the room does not say.
WHEN_FULL: Final[Mapping[Mode, FullStage]] = MappingProxyType(
    {
        Mode.EVERYONE_ON_STAGE: FullStage.REPLACE_QUIETEST,
        Mode.JOIN_BY_REQUEST: FullStage.REJECT,
        Mode.INVITE_ONLY: FullStage.REJECT,
    }
)


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


RULES: Final = RuleSet(
    name="default",
    own=_rows(OWN_TABLE),
    staff=_any_mode(STAFF_TABLE),
    others=_any_mode(OTHERS_TABLE),
    closings=CLOSINGS,
    requests_at_mode_change=REQUESTS_AT_MODE_CHANGE,
    setups_at_mode_change=SETUPS_AT_MODE_CHANGE,
    stays_at_mode_change=STAYS_AT_MODE_CHANGE,
    when_full=WHEN_FULL,
)
