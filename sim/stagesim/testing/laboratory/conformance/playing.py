"""An engine is asked the lines of a talk, and what it answers is held against what the rules give."""

from collections.abc import Iterator
from typing import Final, NamedTuple, Protocol

from stageaccess.lines import WireError, parse
from stagesim.engines.contract import EngineError
from stagesim.engines.process import Process
from stagesim.testing.laboratory.conformance.difference import ASKED, Difference, Part, difference
from stagesim.testing.laboratory.conformance.talk import QUESTIONS, TOLD, Talk, fields_of

LESS_PATIENCE_S: Final = 1.0
"""How long an answer may take of an engine that has hung before."""


DECIDED: Final = '{"accepted"'
FAULTY: Final = '{"error"'
ROOM_TAKEN: Final = '{"ok": true}'
ID: Final = '"id"'
"""How answers of the reference begin, by which most of them need not be read; and what a line has that names itself."""


class Peer(Protocol):
    """Somebody who answers lines."""

    def ask(self, line: str) -> str:
        """The answer to one line. Raises EngineError where there is none."""

    def restart(self) -> None:
        """Begin anew, with nothing of what was said before."""


class Program:
    """A program in a process of its own; one that has ended is started again."""

    def __init__(self, command: str, patience_s: float) -> None:
        self.command = command
        self.patience_s = patience_s
        self._process: Process | None = None

    def ask(self, line: str) -> str:
        """The answer to one line."""
        if self._process is None or self._process.ended:
            self._process = Process(self.command, self.patience_s)
        try:
            return self._process.ask(line)
        except EngineError as error:
            if error.fault.startswith("gave no answer"):
                self.patience_s = min(self.patience_s, LESS_PATIENCE_S)
            raise

    def restart(self) -> None:
        """End it; the next line starts it again."""
        if self._process is not None:
            self._process.close()


class Played(NamedTuple):
    """What came of a talk: what is wrong, and all that was answered."""

    wrong: tuple[Difference, ...]
    answers: tuple[str, ...]

    @property
    def end(self) -> Difference | None:
        """What ended it before its last line, if something did."""
        return self.wrong[-1] if self.wrong and self.wrong[-1].ends else None


def play(peer: Peer, talk: Talk) -> Played:
    """Ask every line, up to a difference after which the rest shows nothing more."""
    wrong: list[Difference] = []
    answers: list[str] = []
    for found in _differences(peer, talk, answers):
        wrong.append(found)
        if found.ends:
            break
    return Played(tuple(wrong), tuple(answers))


def _differences(peer: Peer, talk: Talk, answers: list[str]) -> Iterator[Difference]:
    ids: set[object] = set()
    for number, (line, expected) in enumerate(zip(talk.lines, talk.expected, strict=True)):
        try:
            said = peer.ask(line)
        except EngineError as error:
            fault = error.fault.partition("\n")[0]
            yield Difference(number, Part.PROTOCOL, fault, f"{Part.PROTOCOL}: {fault}", error.answer or "", ends=True)
            return
        answers.append(said)
        is_again = _is_again(line, expected, ids)
        if said == expected:
            continue
        found = difference(number, fields_of(line), parse(expected), said, again=is_again)
        if found is not None:
            yield found


def _is_again(line: str, expected: str, ids: set[object]) -> bool:
    """Whether a command has an id that came before in its room; the ids are kept."""
    if expected == ROOM_TAKEN:
        ids.clear()
    if ID not in line or not expected.startswith(DECIDED):
        return False
    key = fields_of(line).get("id")
    is_again = key in ids
    ids.update({key} if key else ())
    return is_again


def silences(peer: Peer) -> frozenset[str]:
    """What the engine does not know of what it need not know. Raises EngineError where it does not answer at all."""
    room = '{"room": {"mode": "join_by_request"}'
    lines = {word: f'{{"ask": "{word}"' + (', "of": "pat"}' if word == "actions" else "}") for word in QUESTIONS}
    unknown = [TOLD] if _is_error(peer.ask(f'{room}, "told": true}}')) else []
    peer.ask(f"{room}}}")
    return frozenset([*unknown, *(word for word in lines if _is_error(peer.ask(lines[word])))])


def _is_error(said: str) -> bool:
    """Whether an answer finds fault with its line."""
    try:
        return "error" in parse(said)
    except WireError:
        return False


def parts_of(talk: Talk) -> Iterator[Part]:
    """The parts that a talk asks about, each as often as it does."""
    ids: set[object] = set()
    for line, expected in zip(talk.lines, talk.expected, strict=True):
        if expected.startswith(FAULTY):
            yield Part.FAULTS
        elif expected.startswith(DECIDED):
            yield Part.AGAIN if _is_again(line, expected, ids) else Part.DECISIONS
            yield from [Part.EVENTS] * expected.count('"event": ')
            yield from [Part.NOTICES] * expected.count('"told": ')
            yield from () if '"due": []' in expected else (Part.DUE_EVENTS,)
        elif expected == ROOM_TAKEN:
            ids.clear()
            yield Part.PROTOCOL
        else:
            yield ASKED[fields_of(line)["ask"]]
