"""The expectations of a scenario's script: each must be met in every replication."""

from dataclasses import dataclass, field

from stagesim.agents.script import Check, describe
from stagesim.experiments.replications import Outcome
from stagesim.scenario.script import Step
from stagesim.testing.gate.verdicts import Finding, Kind, Verdict


@dataclass(slots=True)
class Scripted:
    """One step of the script that expects something, in one mode."""

    step: Step
    index: int
    mode: str
    line: int | None
    exact: bool = False
    kind: Kind = "script"
    lasting: bool = True
    marks: tuple[str, ...] = ()
    checked: int = 0
    failed: list[tuple[int, Check]] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The step in words, with its time and what is expected."""
        expected = [str(each) for each in (self.step.expect, self.step.standing) if each is not None]
        return f"{self.step.at / 1000:g} s: {describe(self.step)}: {', '.join(expected)}"

    def see(self, outcome: Outcome) -> None:
        """Take the checks of this step."""
        for check in outcome.checks:
            if check.step == self.index:
                self.checked += 1
                if not check.ok:
                    self.failed.append((outcome.replication, check))

    def judge(self, n: int, last: bool) -> Finding:
        """Fail at the first replication in which it came differently."""
        if self.failed:
            replication, check = self.failed[0]
            said = f"expected {check.expected}, got {check.got}, in replication {replication}"
            return Finding(Verdict.FAIL, said, self.checked, (), replication)
        enough = last or n > 1 or self.exact
        return Finding(Verdict.PASS if enough else Verdict.UNDECIDED, f"as expected in {n} replications", self.checked)
