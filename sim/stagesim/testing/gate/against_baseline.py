"""The question whether a scenario still gives what its baseline says, in one mode.

An equal log settles it after one replication, a changed decision as well. Otherwise only what people do has changed:
then the metrics are compared once, over as many replications as the baseline has.
"""

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stagesim.engines.contract import EngineMaker
from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Outcome
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.baseline import Baseline, BaselineError, check_engine, check_fits, content
from stagesim.testing.baselines.baseline_file import load_baseline
from stagesim.testing.baselines.regression import as_at_first, counted, effects
from stagesim.testing.differences.changed import changed_decisions
from stagesim.testing.gate.verdicts import Finding, Kind, Question, Verdict


@dataclass(slots=True)
class AgainstBaseline:
    """Whether one mode is as in the baseline. `alpha` is this mode's share of the error."""

    scenario: Scenario
    baseline: Baseline
    mode: str
    alpha: float = 0.05
    engine: EngineMaker | None = None
    line: int | None = None
    marks: tuple[str, ...] = ()
    lasting: bool = False
    kind: Kind = "baseline"
    outcomes: list[Outcome] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What is asked."""
        return f"as in {self.baseline.name}"

    def see(self, outcome: Outcome) -> None:
        """Keep an outcome, as long as the baseline has one to compare it with."""
        if len(self.outcomes) < self.baseline.replications:
            self.outcomes.append(outcome)

    def judge(self, n: int, last: bool) -> Finding:  # noqa: ARG002  it counts itself
        """Judge by the first layer that says something."""
        first = self.outcomes[0]
        try:
            check_engine(self.baseline, first.log)
        except BaselineError as error:
            return refused(str(error))
        same = content(first.log) == self.baseline.logs[self.mode]
        if same and self.baseline.whole and as_at_first(self.baseline, first):
            return Finding(Verdict.PASS, "identical", len(self.outcomes))
        if not same and (found := self._changed_decisions()) is not None:
            return found
        if len(self.outcomes) < self.baseline.replications and not last:
            return Finding(Verdict.UNDECIDED, "people do other things than in the baseline", len(self.outcomes))
        return self._figures()

    def _changed_decisions(self) -> Finding | None:
        changes = changed_decisions(self.scenario, self.mode, self.baseline.tape(self.mode), self.engine)
        if not changes.changes:
            return None
        said = f"{len(changes.changes)} of {changes.compared} decisions changed; first {changes.changes[0]}"
        return Finding(Verdict.FAIL, said, 1, (*counted(changes), *self._help()))

    def _help(self) -> Iterator[str]:
        """The commands with which one goes on from here."""
        source = self.scenario.source
        if source is not None and self.baseline.path is not None:
            yield "look: " + shlex.join(["stagesim", "diff", self.baseline.path, source.name, "--mode", self.mode])
            accept = ["stagesim", "baseline", "accept", source.name, "--file", self.baseline.path]
            yield f"accept: {shlex.join(accept)} --only decisions --reason ..."

    def _figures(self) -> Finding:
        found = effects(self.baseline, self.mode, self.outcomes, alpha=self.alpha)
        details = tuple(map(str, found))
        verdicts = [effect.verdict for effect in found]
        counted = len(self.outcomes)
        if "worse" in verdicts:
            said = f"no decision changed, but {verdicts.count('worse')} metrics are worse"
            return Finding(Verdict.FAIL, said, counted, details)
        if "undecided" in verdicts:
            said = f"no decision changed; {verdicts.count('undecided')} metrics may be better or worse"
            return Finding(Verdict.UNDECIDED, said, counted, details)
        return Finding(Verdict.PASS, "no decision changed, and no metric is worse", counted, details)


@dataclass(slots=True)
class Refused:
    """A baseline that cannot be used, as a question that has its answer already."""

    mode: str
    fault: str
    name: str = "as in the baseline"
    line: int | None = None
    marks: tuple[str, ...] = ()
    lasting: bool = False
    kind: Kind = "baseline"

    def see(self, outcome: Outcome) -> None:
        """Take no notice of outcomes."""

    def judge(self, n: int, last: bool) -> Finding:  # noqa: ARG002  it knows
        """Say why."""
        return refused(self.fault)


def refused(fault: str) -> Finding:
    """Why a baseline cannot be used."""
    said, *details = fault.splitlines()
    return Finding(Verdict.FAIL, said, 0, tuple(details), code=ExitCode.BASELINE)


def baseline_questions(
    scenario: Scenario, modes: Sequence[str], baseline: Path | Baseline, *, seed: int, engine: EngineMaker | None = None
) -> list[Question]:
    """One question for each mode; where the baseline cannot be used, each is answered with the reason."""
    try:
        loaded = baseline if isinstance(baseline, Baseline) else load_baseline(baseline)
        check_fits(loaded, scenario, modes)
        if loaded.seed != seed:
            raise BaselineError(
                f"the baseline `{loaded.name}` was made with the seed {loaded.seed}, not {seed}\n"
                f"  hint: give `--seed {loaded.seed}`"
            )
    except BaselineError as error:
        return [Refused(mode, str(error)) for mode in modes]
    return [AgainstBaseline(scenario, loaded, mode, 0.05 / len(modes), engine) for mode in modes]
