"""A whole comparison: the variants as plans, grown by a rule with what folders have, then analysed in pairs."""

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from stagesim.experiments.comparison.analysis import Analysis, analyse
from stagesim.experiments.comparison.differences import CHIEF
from stagesim.experiments.comparison.pairs import pairs_of, replications_of
from stagesim.experiments.kept.resume import earlier
from stagesim.experiments.results import Results
from stagesim.experiments.size.grow import Known, grow
from stagesim.experiments.size.rules import FixedSize, Rule
from stagesim.experiments.study import Plan, StudyError, Watch
from stagesim.statistics import Precision


@dataclass(frozen=True, slots=True)
class Question:
    """What a comparison is to tell: by which metrics, which differences do not matter, and when it is large enough.

    `seconds` ends it early. No metrics are the chief ones and those of the rule.
    """

    rule: Rule = field(default_factory=lambda: FixedSize(20))
    metrics: tuple[str, ...] = ()
    margins: Mapping[str, Precision] = field(default_factory=dict)
    seconds: float | None = None


def carry_out(
    plans: Mapping[str, Plan],
    question: Question,
    *,
    known: Mapping[str, Known] | None = None,
    workers: int | Literal["auto"] = 1,
    executor: Executor | None = None,
    watch: Watch | None = None,
    keep: bool = False,
) -> dict[str, Results]:
    """Grow all plans until the question's rule is content."""
    if len(plans) > 1 and not set.intersection(*(set(plan.modes) for plan in plans.values())):
        raise StudyError("the scenarios have no mode in common\n  hint: choose the modes with `--modes`")
    return grow(
        plans,
        question.rule,
        known=known,
        workers=workers,
        executor=executor,
        watch=watch,
        seconds=question.seconds,
        keep=keep,
    )


def found_before(plans: Mapping[str, Plan], folders: Mapping[str, Path]) -> tuple[dict[str, Known], list[str]]:
    """What the folders have of the plans, and a remark for each folder whose content cannot be used."""
    found = {name: earlier(folders[name], plan) for name, plan in plans.items()}
    return {name: each.outcomes for name, each in found.items()}, [
        each.remark for each in found.values() if each.remark
    ]


def analysed(variants: Mapping[str, Results], question: Question) -> Analysis | None:
    """The pairs of a comparison; None where there are none, or fewer than two replications."""
    pairs = pairs_of(variants)
    if replications_of(pairs) < 2:
        return None
    ending = next(iter(variants.values())).ending
    decisive = ending.metrics if ending.looks.at else ()
    metrics = question.metrics or with_more(CHIEF, ending.metrics, tuple(question.margins))
    return analyse(pairs, metrics, decisive=decisive, margins=question.margins, looks=ending.looks)


def with_more(first: Sequence[str], *others: Sequence[str]) -> tuple[str, ...]:
    """The names of all sequences, each once."""
    return tuple(dict.fromkeys((*first, *(name for other in others for name in other))))
