"""Which rule is at stake in a wrong answer: by its id, its cell in the tables, or the section of the protocol."""

from collections.abc import Mapping, Sequence
from typing import Final

from stageaccess import RuleSet
from stageaccess.lines import WireError, parse
from stageaccess.protocol import Conversation
from stageaccess.wire import command_of, decision_of
from stagesim.testing.differences.rule_names import rule_of_change
from stagesim.testing.laboratory.conformance.difference import Part
from stagesim.testing.laboratory.conformance.talk import as_sent, fields_of

OF_PARTS: Final[Mapping[Part, str]] = {
    Part.STATE: "11.8, and Q1 for the order of the queue",
    Part.AGAIN: "Q4",
    Part.NOTICES: "who is told, in `stagesim protocol`",
    Part.OFFERS: "11.12",
    Part.NEXT_DUE: "T7",
    Part.IDENTITY: "questions, in `stagesim protocol`",
    Part.FAULTS: "errors, in `stagesim protocol`",
    Part.PROTOCOL: "lines, in `stagesim protocol`",
}
"""Where no single answer says it."""


def rule_at_stake(part: Part, lines: Sequence[str], expected: str, got: str, rules: RuleSet) -> str:
    """The rule of the wrong answer to the last line."""
    if part in OF_PARTS:
        return OF_PARTS[part]
    conversation = Conversation(rules)
    for line in lines[:-1]:
        conversation.answer_text(as_sent(line))
    assert conversation.engine is not None
    asked = fields_of(lines[-1])
    try:
        command = command_of(asked) if "do" in asked else None
        return rule_of_change(conversation.engine.room, command, decision_of(parse(expected)), decision_of(parse(got)))
    except WireError:
        return OF_PARTS[Part.PROTOCOL]  # it is no decision that anybody can read
