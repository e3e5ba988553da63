"""Engines that are talked to in lines, without a process: somebody to answer `stagesim conform` in a test."""

from collections.abc import Callable

from stageaccess import RULES, StageAccess
from stageaccess.lines import Answer, Line
from stageaccess.protocol import Conversation
from stagesim.engines.contract import EngineMaker

Change = Callable[[str, str], str]
"""What becomes of a line's answer: the line, the right answer, the one that is given."""


class Talking(Conversation):
    """The line protocol over an engine of one's own."""

    def __init__(self, maker: EngineMaker) -> None:
        super().__init__()
        self.maker = maker

    def answer(self, line: Line) -> Answer:
        answer = super().answer(line)
        if line.get("room") is not None:
            assert self.engine is not None
            engine = self.maker(self.engine.room.config, RULES)
            if line.get("told"):
                engine.report_told()
            self.engine = engine  # type: ignore[assignment]  # what is asked of it is in the contract
        return answer


class Spoken:
    """A peer in this process: an engine, and what becomes of its answers."""

    def __init__(self, maker: EngineMaker = StageAccess, speech: Callable[[], Change] = lambda: _unchanged) -> None:
        self.maker, self.speech = maker, speech
        self.heard: list[str] = []
        self.restart()

    def restart(self) -> None:
        """Begin anew."""
        self.conversation, self.change = Talking(self.maker), self.speech()

    def ask(self, line: str) -> str:
        """The answer to one line."""
        self.heard.append(line)
        return self.change(line, self.conversation.answer_text(line.encode("utf-8", "surrogateescape")))


def _unchanged(_: str, answer: str) -> str:
    return answer
