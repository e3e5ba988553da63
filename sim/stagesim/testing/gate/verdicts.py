"""What the gate says: a verdict on each question, what it rests on, and the command that shows it again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal, NamedTuple, Protocol

from stagesim.exit_codes import ExitCode, gravest
from stagesim.experiments.replications import Outcome
from stagesim.statistics import Interval

Kind = Literal["expectation", "property", "script", "baseline", "conformance"]


class Verdict(StrEnum):
    """Undecided is an answer of its own: neither does a statement hold, nor is it violated, as far as is known.

    Not tested is what this engine cannot answer, however long one goes on; not reached is what comes after it broke its
    contract.
    """

    PASS = "pass"
    FAIL = "fail"
    UNDECIDED = "undecided"
    NOT_TESTED = "not tested"
    NOT_REACHED = "not reached"


CODES: Final = {
    Verdict.PASS: ExitCode.DONE,
    Verdict.FAIL: ExitCode.VIOLATED,
    Verdict.UNDECIDED: ExitCode.UNDECIDED,
    Verdict.NOT_TESTED: ExitCode.UNDECIDED,
    Verdict.NOT_REACHED: ExitCode.UNDECIDED,
}


class Seen(NamedTuple):
    """Where a fault can be seen: the session, the moment (ms from the session's start), a baseline to put beside it."""

    replication: int
    at_ms: int
    against: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a question says at a look.

    `said` is one line with the figures behind the verdict, `details` are further lines (a counterexample, a diagram).
    `samples` is how many replications, or occasions, it rests on. `replication` is one that shows the fault on its own.
    `code` is the exit code where the verdict alone does not say it: no samples, or a baseline that cannot be used.
    `seen` is where the fault can be seen, if it came at a moment.
    """

    verdict: Verdict
    said: str
    samples: int
    details: tuple[str, ...] = ()
    replication: int | None = None
    code: ExitCode | None = None
    seen: Seen | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What this finding alone would end a check with."""
        return CODES[self.verdict] if self.code is None else self.code


class Question(Protocol):
    """One statement in one mode.

    `name` is the statement as it was written, `line` where. `lasting` says that a pass holds only for what was seen:
    the question goes on looking as long as the others of its mode need replications. `end` is after how many
    replications it has seen all that it can make use of, where that is known.
    """

    @property
    def kind(self) -> Kind: ...
    @property
    def name(self) -> str: ...
    @property
    def mode(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def marks(self) -> tuple[str, ...]: ...
    @property
    def lasting(self) -> bool: ...
    @property
    def end(self) -> int | None: ...

    def see(self, outcome: Outcome) -> None:
        """Take in one replication in the question's mode. They come in the order of their numbers, each once."""

    def judge(self, n: int, last: bool) -> Finding:
        """Say what is known after `n` replications; `last` says that no more will come. The first look is at 1."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on one question, ready for every kind of report. `again` is the command that shows it again, `replay`
    the one that plays the moment at which it went wrong, or the page of that; empty where there is none.
    """

    path: str
    case: str
    title: str
    mode: str
    kind: Kind
    name: str
    line: int | None
    finding: Finding
    replications: int
    again: str
    replay: str = ""

    @property
    def verdict(self) -> Verdict:
        return self.finding.verdict

    @property
    def place(self) -> str:
        """`file:line`, as editors open it."""
        return self.path if self.line is None else f"{self.path}:{self.line}"


def verdict_code(judgements: Iterable[Judgement]) -> ExitCode:
    """The exit code of a whole check; with no judgement at all, `NOTHING`."""
    return gravest(judgement.finding.exit_code for judgement in judgements)


def limits_said(found: Interval, confidence: float, write: Callable[[float], str]) -> str:
    """`95 % interval 3 s to 5 s, 40 replications`; or bounds, where the rarer outcome is too rare for an interval."""
    said = f"{write(found.low)} to {write(found.high)}"
    if found.is_bounded:
        return f"{confidence * 100:g} % bounds {said}: too rare in {found.n} replications for an interval"
    return f"{confidence * 100:g} % interval {said}, {found.n} replications"
