"""A whole comparison: the variants as plans, grown by a rule with what folders have, then analysed in pairs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from stagesim.experiments.comparison.analysis import Analysis, analyse
from stagesim.experiments.comparison.differences import chief
from stagesim.experiments.comparison.pairs import pairs_of, replications_of
from stagesim.experiments.executors import THIS_PROCESS, Executors
from stagesim.experiments.kept.resume import resumable
from stagesim.experiments.origin import Origin
from stagesim.experiments.results import Results
from stagesim.experiments.size.grow import Known, grow
from stagesim.experiments.size.rules import FixedSize, Rule, amounts
from stagesim.experiments.study import Plan, StudyError, known_metric, one_horizon
from stagesim.looks import FIRST_LOOK
from stagesim.plain_text import one_line, trouble
from stagesim.statistics import Precision


@dataclass(frozen=True, slots=True)
class Aim:
    """What a comparison is to tell: by which metrics, which differences do not matter, and when it is large enough.

    No metrics are the chief ones and those of the rule.
    """

    rule: Rule = field(default_factory=lambda: FixedSize(FIRST_LOOK))
    metrics: tuple[str, ...] = ()
    margins: Mapping[str, Precision] = field(default_factory=dict)


def carry_out(
    plans: Mapping[str, Plan],
    aim: Aim,
    executors: Executors = THIS_PROCESS,
    *,
    known: Mapping[str, Known] | None = None,
    keep: bool = False,
) -> dict[str, Results]:
    """Grow all plans until the aim's rule is content."""
    for name in plans:
        found = trouble(name)
        if found is not None:
            raise StudyError(f"the variant `{one_line(name)}`: {found[0]}\n  hint: {found[1]}")
    if len(plans) > 1 and not set.intersection(*(set(plan.modes) for plan in plans.values())):
        raise StudyError("the scenarios have no mode in common\n  hint: choose the `modes`")
    one_horizon(plan.scenario for plan in plans.values())
    return grow(plans, aim.rule, executors, known=known, keep=keep)


def found_before(plans: Mapping[str, Plan], folders: Mapping[str, Path]) -> tuple[dict[str, Known], list[str]]:
    """What the folders have of the plans, and a remark for each folder whose content cannot be used."""
    found = {name: resumable(folders[name], plan) for name, plan in plans.items()}
    return {name: each.outcomes for name, each in found.items()}, [
        each.remark for each in found.values() if each.remark
    ]


def analysed(variants: Mapping[str, Results], aim: Aim) -> Analysis | None:
    """The pairs of a comparison; None where there are none, or fewer than two replications."""
    pairs = pairs_of(variants)
    if replications_of(pairs) < 2:
        return None
    first = next(iter(variants.values()))
    ending = first.ending
    decisive = ending.metrics if ending.looks.at else ()
    metrics = with_more(aim.metrics) or with_more(chief(first.scenario), ending.metrics, tuple(aim.margins))
    return analyse(pairs, metrics, decisive=decisive, margins=aim.margins, looks=ending.looks)


def aim_of(origin: Origin) -> Aim:
    """What a comparison that is there was to tell, by what was asked for; it grows no more."""
    options = origin.options
    margins = options.get("margins") or ()
    texts = [f"{name}={size}" for name, size in margins.items()] if isinstance(margins, Mapping) else _texts(margins)
    return Aim(metrics=tuple(map(known_metric, _texts(options.get("metrics")))), margins=amounts(texts, "margins"))


def _texts(given: object) -> list[str]:
    return [str(each) for each in given] if isinstance(given, tuple | list) else []


def with_more(first: Sequence[str], *others: Sequence[str]) -> tuple[str, ...]:
    """The names of all sequences, each once."""
    return tuple(dict.fromkeys((*first, *(name for other in others for name in other))))
