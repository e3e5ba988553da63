"""From targets to judgements: simulate as many replications as the open questions need, and ask at declared looks.

The looks are fixed before the first replication: one after a single replication, for questions that need no statistics,
then the usual ones within the budget, and one where a question has seen all that it can make use of. Whatever is
decided at a look stands. A mode goes on only as long as one of its questions is open.
"""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from stagesim.engines.contract import EngineError, EngineMaker
from stagesim.exit_codes import ExitCode
from stagesim.experiments.executors import THIS_PROCESS, Executors, replicate
from stagesim.experiments.replications import Job
from stagesim.looks import BUDGET
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import clock
from stagesim.scenario.variant import DEFAULT
from stagesim.statistics import planned_looks
from stagesim.testing.baselines.orphans import said_of
from stagesim.testing.gate.breach import after_breach
from stagesim.testing.gate.verdicts import Finding, Judgement, Question, Verdict


@dataclass(frozen=True, slots=True)
class Settings:
    """How a check is carried out.

    `replication` is the only one to simulate, to see one fault again. `baseline` is a file, or `auto`: the one beside
    each scenario, where there is one; with `required` there has to be. `engine` None is `stageaccess`.
    """

    seed: int = 1
    budget: int = BUDGET
    executors: Executors = THIS_PROCESS
    replication: int | None = None
    baseline: Path | Literal["auto", "required"] | None = None
    engine: EngineMaker | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """One scenario to judge: one case of one file.

    `modes` are those to run; `line` picks the statements of one line. `sets` are the settings beside the file, those of
    the case not among them.
    """

    path: str
    scenario: Scenario
    modes: tuple[str, ...]
    case: str = ""
    line: int | None = None
    sets: tuple[str, ...] = field(default=())


def judge(target: Target, settings: Settings, questions: Sequence[Question]) -> Iterator[Judgement]:
    """Judge all questions of one target; each judgement comes when it stands.

    Where the engine breaks its contract, what was being played fails, and what comes after it is not reached; each mode
    has an engine of its own. A program that never was an engine is an EngineError.
    """
    job = Job(target.scenario, settings.seed, engine=settings.engine)
    open_by_mode: dict[str, list[Question]] = {}
    for question in questions:
        open_by_mode.setdefault(question.mode, []).append(question)
    numbers, looks = _declared(settings, questions)
    seen = 0
    for n in looks:
        asked = {mode: list(left) for mode, left in open_by_mode.items() if left}
        if not asked:
            return
        broken: dict[str, EngineError] = {}
        for modes in [[mode] for mode in asked] if settings.engine is not None else [list(asked)]:
            try:
                for outcome in replicate(job, modes, numbers[seen:n], settings.executors):
                    for question in asked[outcome.mode]:
                        question.see(outcome)
            except EngineError as error:
                if error.line is None:
                    raise
                broken |= dict.fromkeys(modes, error)
        findings = {
            mode: after_breach(left, broken[mode]) if mode in broken else _settled(left, n, n == looks[-1])
            for mode, left in asked.items()
        }
        seen = n
        for mode, left in asked.items():
            settled = findings[mode]
            open_by_mode[mode] = [question for question in left if id(question) not in settled]
            for question in left:
                if id(question) in settled:
                    yield _judgement(target, settings, question, settled[id(question)], n)


def _declared(settings: Settings, questions: Sequence[Question]) -> tuple[range, tuple[int, ...]]:
    """The numbers of the replications, and after how many of them one looks."""
    if settings.replication is not None:
        return range(settings.replication, settings.replication + 1), (1,)
    ends = [question.end for question in questions if question.end is not None]
    looks = {1, *planned_looks(max(2, settings.budget)), *ends, settings.budget}
    return range(settings.budget), tuple(sorted(n for n in looks if 1 <= n <= settings.budget))


def _settled(questions: Sequence[Question], n: int, last: bool) -> dict[int, Finding]:
    """The findings that stand after this look, by the identity of their question.

    What is lasting and holds so far stands only when nothing else of its mode is open.
    """
    over = {id(each): last or (each.end is not None and n >= each.end) for each in questions}
    findings = [(question, question.judge(n, over[id(question)])) for question in questions]
    going_on = any(each[1].verdict is Verdict.UNDECIDED and not over[id(each[0])] for each in findings)
    return {
        id(question): finding
        for question, finding in findings
        if over[id(question)]
        or finding.verdict is Verdict.FAIL
        or (finding.verdict is not Verdict.UNDECIDED and not (question.lasting and going_on))
    }


def _judgement(target: Target, settings: Settings, question: Question, finding: Finding, n: int) -> Judgement:
    return Judgement(
        path=target.path,
        case=target.case,
        title=target.scenario.title,
        mode=question.mode,
        kind=question.kind,
        name=question.name,
        line=question.line,
        finding=finding,
        replications=n,
        again=again(target, settings, question, finding),
        replay=replay(target, settings, question, finding),
    )


def of_orphan(file: Path) -> Judgement:
    """The judgement on a baseline that belongs to no scenario: it is in nobody's mode."""
    said, *details = (each.strip() for each in said_of(file).splitlines())
    finding = Finding(Verdict.FAIL, said, 0, tuple(details), code=ExitCode.BASELINE)
    shown = shlex.join(["stagesim", "baseline", "show", str(file)])
    return Judgement(str(file), "", "", "all modes", "baseline", "belongs to a scenario", None, finding, 0, shown)


def replay(target: Target, settings: Settings, question: Question, finding: Finding) -> str:
    """The command that plays the moment at which something went wrong; empty where it has none, and for a case."""
    seen = finding.seen
    if seen is None or target.case:
        return ""
    own_rules = target.scenario.rules is not None and not seen.against
    options: Mapping[str, object] = {
        "--modes": question.mode,
        "--seed": settings.seed,
        "--replication": seen.replication,
        "--at": f"{'-' * (seen.at_ms < 0)}{clock(abs(seen.at_ms))}",
        "--against": seen.against or None,
        "--rules": DEFAULT.name if own_rules else None,
        "--engine": getattr(settings.engine, "command", None),
    }
    given = [part for name, value in options.items() if value is not None for part in (name, str(value))]
    changes = [part for change in target.sets for part in ("--set", change)]
    return shlex.join(["stagesim", "replay", target.path, *given, *changes])


def again(target: Target, settings: Settings, question: Question, finding: Finding) -> str:
    """The command that shows one finding again."""
    place = target.path if question.line is None else f"{target.path}:{question.line}"
    options: Mapping[str, object] = {
        "--case": target.case or None,
        "--modes": question.mode,
        "--seed": settings.seed,
        "--budget": settings.budget if settings.budget != BUDGET and finding.replication is None else None,
        "--replication": finding.replication,
        "--engine": getattr(settings.engine, "command", None),
        "--baseline": settings.baseline if question.kind != "property" and settings.baseline != "auto" else None,
    }
    given = [part for name, value in options.items() if value is not None for part in (name, str(value))]
    changes = [part for change in target.sets for part in ("--set", change)]
    return shlex.join(["stagesim", "check", place, *given, *changes])
