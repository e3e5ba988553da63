"""The expectations of a scenario's script: each must be met in every replication."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from stageaccess.lines import seconds
from stageaccess.vocabulary import MEANINGS
from stagesim.agents.script import describe
from stagesim.agents.script_checks import Check
from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Outcome
from stagesim.scenario.script import NOTICES, Step
from stagesim.testing.gate.verdicts import Finding, Kind, Seen, Verdict


@dataclass(slots=True)
class Scripted:
    """What one step of the script expects with some of its words, in one mode."""

    step: Step
    index: int
    words: tuple[str, ...]
    mode: str
    line: int | None
    exact: bool = False
    kind: Kind = "script"
    lasting: bool = True
    end: int | None = None
    marks: tuple[str, ...] = ()
    checked: int = 0
    failed: list[tuple[int, Check]] = field(default_factory=list)
    untested: list[Check] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The step in words, with its time and what is expected."""
        expected = [_said(word, getattr(self.step, word)) for word in self.words]
        return f"{seconds(self.step.at)} s: {describe(self.step)}: {', '.join(expected)}"

    def see(self, outcome: Outcome) -> None:
        """Take the checks of this step."""
        self.take(outcome.checks, outcome.replication)

    def take(self, checks: Iterable[Check], replication: int) -> None:
        """Take those of this step among the checks of a replication, also of one that was never finished."""
        for check in checks:
            if check.step == self.index and check.word in self.words:
                self.checked += 1
                if not check.tested:
                    self.untested.append(check)
                elif not check.ok:
                    self.failed.append((replication, check))

    def judge(self, n: int, last: bool) -> Finding:
        """Fail at the first replication in which it came differently; all that came differently there is said."""
        if self.failed:
            replication, first = self.failed[0]
            others = tuple(check.said for number, check in self.failed[1:] if number == replication)
            said = f"{first.said}, in replication {replication}"
            reason = next((each for each in MEANINGS if each == first.got), None)
            meaning = () if reason is None else (f"`{reason}`: {MEANINGS[reason]}",)
            seen = Seen(replication, round(first.at_s * 1000))
            return Finding(Verdict.FAIL, said, self.checked, (*meaning, *others), replication, seen=seen)
        if self.untested:
            return Finding(Verdict.NOT_TESTED, self.untested[0].said, 0)
        if not self.checked:
            said = f"no samples: the step was not carried out in {n} replications"
            return Finding(Verdict.UNDECIDED, said, 0, code=ExitCode.NOTHING)
        enough = last or n > 1 or self.exact
        return Finding(Verdict.PASS if enough else Verdict.UNDECIDED, f"as expected in {n} replications", self.checked)


def apart(step: Step) -> Iterator[tuple[str, ...]]:
    """The words of a step in groups that are judged apart: of notices not every engine can say anything."""
    for group in (
        tuple(word for word in step.expected if word not in NOTICES),
        tuple(word for word in step.expected if word in NOTICES),
    ):
        if group:
            yield group


def _said(word: str, expected: object) -> str:
    """One expectation, as short as it can be said."""
    if word in ("expect", "standing"):
        return str(expected)
    if isinstance(expected, tuple):
        return f"{word} [{', '.join(expected)}]"
    if isinstance(expected, int) and not isinstance(expected, bool):
        return f"{word} {seconds(expected)} s"
    return f"{word} {str(expected).lower() if isinstance(expected, bool) else expected}"
