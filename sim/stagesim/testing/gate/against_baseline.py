"""The question whether a scenario still gives what its baseline says, in one mode.

A changed decision settles it at the first look: all that were kept are put to the engine again. Otherwise the logs of
all replications are compared with those that were kept, and where one differs, or a figure, the metrics of them all.
"""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.errors import StagesimError
from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Outcome
from stagesim.scenario.demands.statements import LEAST_SAMPLES
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import clock
from stagesim.testing.baselines.baseline import Baseline, BaselineError
from stagesim.testing.baselines.baseline_file import load_baseline
from stagesim.testing.baselines.fit import check_engine, check_fits
from stagesim.testing.baselines.regression import counted, different_logs, effects, how_many, shares_of
from stagesim.testing.difference import Report, Side, difference, of_baseline
from stagesim.testing.differences.changed import changed_decisions
from stagesim.testing.differences.rule_names import with_setting
from stagesim.testing.gate.verdicts import Finding, Kind, Question, Seen, Verdict

MOST_LINES: Final = 12
"""Kinds of changed decisions, or metrics, that are shown of one mode."""


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
    compared: int = 0
    is_silent: bool = False

    @property
    def name(self) -> str:
        """What is asked."""
        return f"not worse than {self.baseline.name}"

    @property
    def end(self) -> int:
        """A baseline has no more to compare with."""
        return self.baseline.replications

    def see(self, outcome: Outcome) -> None:
        """Keep an outcome, as long as the baseline has one to compare it with."""
        if len(self.outcomes) < self.baseline.replications:
            self.outcomes.append(outcome)

    def judge(self, n: int, last: bool) -> Finding:  # noqa: ARG002  it counts itself
        """Judge by the first layer that says something."""
        try:
            check_engine(self.baseline, self.outcomes[0].log)
            changed = None if self.compared else self._changed_decisions()
        except BaselineError as error:
            return refused(str(error))
        except EngineError as error:
            if error.line is None:
                raise
            fault, *more = (line.strip() for line in str(error).splitlines())
            return Finding(Verdict.FAIL, fault, 0, tuple(more))
        if changed is not None:
            return changed
        seen, kept = len(self.outcomes), self.baseline.replications
        if seen < kept:
            said = f"no decision changed, and {seen} of the {kept} replications of the baseline were compared"
            details = (f"hint: give `--budget {kept}`",) if last else ()
            return Finding(Verdict.UNDECIDED, said, seen, details)
        found = self._figures()
        if found.verdict is Verdict.PASS and self.is_silent:
            said = f"{found.said}; who is told was not compared, since the engine does not say it"
            return Finding(Verdict.NOT_TESTED, said, seen, found.details)
        return found

    def _changed_decisions(self) -> Finding | None:
        tapes = self.baseline.tapes(self.mode)
        changes = changed_decisions(self.scenario, self.mode, tapes, self.engine)
        self.compared, self.is_silent = changes.compared, changes.is_silent
        if not changes.changes:
            return None
        first = changes.changes[0]
        said = f"{how_many(changes)}; first in replication {first.replication}: {first}"
        rules = list(counted(changes))
        more = [f"and {len(rules) - MOST_LINES} more kinds of changes"] if len(rules) > MOST_LINES else []
        seen = Seen(first.replication, first.at_ms, self.baseline.path or "")
        details = (*rules[:MOST_LINES], *more, *self._help())
        return Finding(Verdict.FAIL, said, len(tapes), details, seen=seen)

    def _help(self, what: Literal["decisions", "figures"] = "decisions") -> Iterator[str]:
        """The commands with which one goes on from here."""
        source = self.scenario.source
        if source is not None and self.baseline.path is not None:
            yield "look: " + shlex.join(["stagesim", "diff", self.baseline.path, source.name, "--mode", self.mode])
            accept = ["stagesim", "baseline", "accept", source.name, "--file", self.baseline.path]
            only = "decisions" if what == "decisions" else "'*'"
            yield f"accept: {shlex.join(accept)} --only {only} --reason ..."

    def _figures(self) -> Finding:
        """What the figures of all replications say, the gravest of them in full."""
        found = effects(self.baseline, self.mode, self.outcomes, shares_of(self.scenario), alpha=self.alpha)
        others = different_logs(self.baseline, self.mode, self.outcomes)
        counted_ones, seen = Counter(effect.verdict for effect in found), len(self.outcomes)
        so_far = f"no decision changed in {seen} replications"
        if not found and not others:
            return Finding(Verdict.PASS, f"identical in all {seen} replications", seen)
        if others:
            so_far += f", people do other things in {len(others)}"
        shown = [str(effect) for effect in found[:MOST_LINES]]
        more = [f"and {len(found) - MOST_LINES} more metrics"] if len(found) > MOST_LINES else []
        details = (*shown, *more)
        if counted_ones["worse"]:
            said = f"{so_far}, and {_metrics(counted_ones['worse'])} worse"
            return Finding(Verdict.FAIL, said, seen, (*details, *self._help("figures")))
        if counted_ones["undecided"]:
            said = f"{so_far}; {_metrics(counted_ones['undecided'])} perhaps worse"
            if seen < LEAST_SAMPLES:
                hint = f"hint: `stagesim baseline save --replications {LEAST_SAMPLES}`, or more"
                return refused(f"the baseline is too short: {said}\n{hint}")
            return Finding(Verdict.UNDECIDED, said, seen, (*details, *self._help("figures")))
        better = f", {_metrics(counted_ones['better'])} better" if counted_ones["better"] else ""
        return Finding(Verdict.PASS, f"{so_far}{better}, and none is worse", seen, details)


def _metrics(count: int) -> str:
    return f"{count} metric{'s are' if count > 1 else ' is'}"


@dataclass(slots=True)
class Refused:
    """A baseline that cannot be used, as a question that has its answer already.

    Where it is of another state of the `scenario`, such as before a changed time, it says what first came of that.
    """

    mode: str
    fault: str
    scenario: Scenario | None = None
    earlier: Baseline | None = None
    name: str = "not worse than the baseline"
    line: int | None = None
    marks: tuple[str, ...] = ()
    lasting: bool = False
    kind: Kind = "baseline"
    end: int | None = None

    def see(self, outcome: Outcome) -> None:
        """Take no notice of outcomes."""

    def judge(self, n: int, last: bool) -> Finding:  # noqa: ARG002  it knows
        """Say why."""
        found = refused(self.fault)
        report = self._since_then()
        if report is None or self.earlier is None:
            return found
        part, number = report.divergence, report.key[1]
        if part is None:
            nothing = f"nothing came otherwise in the {len(report.compared)} replications of the baseline"
            return replace(found, details=(nothing, *found.details))
        at = clock(part.at_ms)
        before, now = (each if each.startswith(at) else "nothing then" for each in (part.first, part.second))
        rule = f" ({with_setting(part.rule)})" if part.rule else ""
        said = f"first difference: replication {number}, {at}, {part.person}; before: {before}; now: {now}{rule}"
        return replace(found, details=(said, *found.details), seen=Seen(number, part.at_ms, self.earlier.path or ""))

    def _since_then(self) -> Report | None:
        """What comes otherwise than in the baseline; None where that cannot be known."""
        if self.scenario is None or self.earlier is None or self.earlier.path is None:
            return None
        now = Side("now", scenario=self.scenario)
        try:
            return difference(of_baseline(Path(self.earlier.path)), now, mode=self.mode, seed=self.earlier.seed)
        except StagesimError:  # such as a baseline without this mode: the reason is said, and that is enough
            return None


def refused(fault: str) -> Finding:
    """Why a baseline cannot be used."""
    said, *details = (each.strip() for each in fault.splitlines())
    return Finding(Verdict.FAIL, said, 0, tuple(details), code=ExitCode.BASELINE)


def baseline_questions(
    scenario: Scenario, modes: Sequence[str], baseline: Path | Baseline, *, seed: int, engine: EngineMaker | None = None
) -> list[Question]:
    """One question for each mode; where the baseline cannot be used, each is answered with the reason."""
    loaded: Baseline | None = None
    try:
        loaded = baseline if isinstance(baseline, Baseline) else load_baseline(baseline)
        check_fits(loaded, scenario, modes)
        if loaded.seed != seed:
            raise BaselineError(
                f"the baseline `{loaded.name}` was made with the seed {loaded.seed}, not {seed}\n"
                f"  hint: give `--seed {loaded.seed}`"
            )
    except BaselineError as error:
        earlier = loaded if engine is None and loaded is not None and loaded.seed == seed else None
        return [Refused(mode, str(error), scenario, earlier) for mode in modes]
    return [AgainstBaseline(scenario, loaded, mode, 0.05 / len(modes), engine) for mode in modes]
