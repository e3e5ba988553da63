"""stageaccess: who may come on the virtual stage. A pure policy engine: no clock, no randomness, no input or output.

    from stageaccess import Action, Command, Mode, Role, RoomConfig, StageAccess

    engine = StageAccess(RoomConfig(Mode.JOIN_BY_REQUEST))
    decision = engine.submit(Command(0, Action.ENTER_ROOM, by="pat", role=Role.PARTICIPANT))

Who may know whom, each only what stands before it: vocabulary, messages, config, commands; cells, ruleset, rules,
moves, names, endings; people, agenda, room, audience, emitter, steps, acts; checks, offers, engine; tables; lines,
records, wire, protocol. From wire (which knows messages, config and offers) a server and its client are made.
"""

from stageaccess.cells import Cell, Closing, OthersKey, OwnKey, Position
from stageaccess.config import RequestLimit, RoomConfig
from stageaccess.endings import endings
from stageaccess.engine import StageAccess
from stageaccess.messages import Command, CommandError, Decision, EngineIdentity, Event
from stageaccess.offers import Offer
from stageaccess.room import Room, fold
from stageaccess.rules import RULES
from stageaccess.ruleset import RuleSet, RuleSetError
from stageaccess.version import __version__
from stageaccess.vocabulary import (
    SYSTEM,
    Action,
    Cause,
    Client,
    EventKind,
    FullStage,
    Mode,
    Origin,
    Outcome,
    Presence,
    Reason,
    Role,
    Standing,
    Via,
)

__all__ = [
    "RULES",
    "SYSTEM",
    "Action",
    "Cause",
    "Cell",
    "Client",
    "Closing",
    "Command",
    "CommandError",
    "Decision",
    "EngineIdentity",
    "Event",
    "EventKind",
    "FullStage",
    "Mode",
    "Offer",
    "Origin",
    "OthersKey",
    "Outcome",
    "OwnKey",
    "Position",
    "Presence",
    "Reason",
    "RequestLimit",
    "Role",
    "Room",
    "RoomConfig",
    "RuleSet",
    "RuleSetError",
    "StageAccess",
    "Standing",
    "Via",
    "__version__",
    "endings",
    "fold",
]
