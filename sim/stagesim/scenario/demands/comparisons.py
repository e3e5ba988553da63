"""What an expectation says: `p(95) of time_to_stage < 90 s`, read word by word into a metric, a relation and a limit.

The vocabulary is closed: the metrics of `metric_table`, the forms in `FORMS`, the shares and quantiles in `shares`, the
relations in `RELATIONS`. Nothing in a file is ever carried out.
"""

import re
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from stagesim.metric_table import METRICS, Metric, Quantile
from stagesim.scenario.demands.shares import parse_quantile, parse_share, share_within, unknown_metric
from stagesim.scenario.faults import FaultError, KeyPath, fault, listed, shown
from stagesim.scenario.values.units import NUMBER, parse_milliseconds, parse_positive_duration

Relation = Literal["<", "<=", ">", ">="]

RELATIONS: Final[tuple[Relation, ...]] = ("<=", ">=", "<", ">")
"""The longer ones first: so they are found in a text."""

FORMS: Final = (
    # as it is written, before the name        after the metric's name
    ("mean", "_mean"),
    ("max", "_max"),
    ("share", "_share"),
    ("number", ""),
)
"""`mean of queue`, `mean queue` and `mean(queue)` are all `queue_mean`; a metric's own name is always right too."""

BY_NAME: Final = {metric.name: metric for metric in METRICS}

EXAMPLE: Final = "write a metric, `<`, `<=`, `>` or `>=`, and a limit, such as `p(95) of time_to_stage < 90 s`"
SIZES: Final = {"s": 1_000, "min": 60_000}
"""Units of metrics that are durations, in milliseconds."""

_OF_SHARE: Final[dict[Relation, Relation]] = {"<": ">=", "<=": ">=", ">": "<", ">=": "<"}
"""What is to hold of the share that gets there within the limit of a quantile."""

_FACTOR: Final = re.compile(r"baseline(?:\s*\*\s*([0-9.]+))?(?:\s*([+-])\s*(.+))?")
_PLAIN: Final = re.compile(NUMBER + r"\s*(%|[a-z ]*)")


class Limit(NamedTuple):
    """What a metric is compared with: `factor` times its baseline, plus `offset` in the metric's unit."""

    offset: float
    factor: float = 0.0

    @property
    def needs_baseline(self) -> bool:
        """Whether the limit depends on a baseline."""
        return self.factor != 0


class Comparison(NamedTuple):
    """A metric, a relation and a limit."""

    metric: Metric
    relation: Relation
    limit: Limit

    def holds(self, value: float, limit: float) -> bool:
        """Whether a value that is known exactly is on the right side of a limit."""
        match self.relation:
            case "<":
                return value < limit
            case "<=":
                return value <= limit
            case ">":
                return value > limit
            case ">=":
                return value >= limit

    @property
    def upper(self) -> bool:
        """Whether the limit is one that the metric is to stay below."""
        return self.relation in {"<", "<="}


@lru_cache(maxsize=1024)
def parse_comparison(text: str, path: KeyPath = ()) -> Comparison:
    """Read a comparison; FaultError, with the path given, where it is not one."""
    relation = next((each for each in RELATIONS if each in text), None)
    if relation is None:
        raise fault(f"expected a comparison, got {shown(text)}", EXAMPLE, path)
    left, _, right = text.partition(relation)
    quantile = parse_quantile(left, path)
    if quantile is not None:
        return _of_quantile(quantile, relation, right.strip(), path)
    metric = parse_metric(left, path)
    return Comparison(metric, relation, _limit(right.strip(), metric, path))


def _of_quantile(quantile: Quantile, relation: Relation, limit: str, path: KeyPath) -> Comparison:
    """What is said of a quantile, said of the share that gets there: that 80 % are on stage in less than 60 s says as
    much as that the 80 % quantile is less. Times are whole milliseconds, so that less than a limit is one less at most.
    """
    if limit.startswith("baseline"):
        hint = "compare a share within a time, such as `share of wishes on stage within 60 s >= baseline * 0.95`"
        raise fault("a quantile has no limit by a baseline", hint, path)
    if not limit:
        raise fault("nothing stands behind the relation", EXAMPLE, path)
    limit_ms = parse_positive_duration(limit, path) - (relation in {"<", ">="})
    return Comparison(share_within(quantile.wait, limit_ms), _OF_SHARE[relation], Limit(quantile.part))


def parse_metric(text: str, path: KeyPath = ()) -> Metric:
    """The metric that a text names: by its name, or in one of the forms."""
    share = parse_share(text, path)
    if share is not None:
        return share
    words = " ".join(text.lower().split())
    name = words.replace(" ", "_").replace("-", "_")
    for form, ending in FORMS:
        if words.startswith(form):
            rest = words.removeprefix(form)
            inner = rest[1:-1] if rest.startswith("(") and rest.endswith(")") else rest
            if inner == rest and not rest.startswith(" "):
                continue
            name = inner.strip().removeprefix("of ").strip().replace(" ", "_") + ending
            break
    if name not in BY_NAME:
        raise unknown_metric(text, name, path)
    return BY_NAME[name]


def parse_value(value: object, metric: Metric, path: KeyPath = ()) -> float:
    """A value in the unit of a metric: a duration needs its unit, a share may be a percentage and is 1 at most."""
    text = str(value).strip()
    if metric.unit in SIZES:
        return float(parse_milliseconds(0 if text in {"0", "0.0"} else text, path) / SIZES[metric.unit])
    match = _PLAIN.fullmatch(text)
    unit = match.group(2).strip() if match else ""
    possible = {"share": ("%",)}.get(metric.unit, (metric.unit,))
    if match is None or unit not in ("", *possible):
        hint = f"`{metric.name}` is in {metric.unit}: write a plain number, or one with {listed(possible)}"
        raise fault(f"expected a number, got {shown(text)}", hint, path)
    value = float(match.group(1)) / (100 if unit == "%" else 1)
    if metric.unit == "share" and value > 1:
        raise _no_share(text, "" if unit == "%" or value > 100 else f"did you mean `{value:g} %`? ", metric, path)
    return value


def written(value: float, metric: Metric) -> str:
    """A value as a person reads it, with its unit."""
    if metric.unit == "share":
        return f"{value:.1%}".replace("%", " %")
    places = metric.format if value != int(value) or metric.unit in SIZES else ".0f"
    return f"{value:{'.2f' if places == '.0f' and value != int(value) else places}} {metric.unit}"


def _limit(text: str, metric: Metric, path: KeyPath) -> Limit:
    if not text.startswith("baseline"):
        if not text:
            raise fault("nothing stands behind the relation", EXAMPLE, path)
        value = parse_value(text, metric, path)
        if metric.unit == "share" and value < 0:
            raise _no_share(text, "", metric, path)
        return Limit(value)
    match = _FACTOR.fullmatch(text)
    factor = _factor(match.group(1)) if match else None
    if match is None or factor is None:
        hint = f"write `baseline`, `baseline * 1.05` or `baseline + 5{' s' if metric.unit in SIZES else ''}`"
        raise fault(f"expected a limit by the baseline, got {shown(text)}", hint, path)
    offset = parse_value(match.group(3), metric, path) if match.group(3) else 0.0
    return Limit(-offset if match.group(2) == "-" else offset, factor)


def _no_share(text: str, question: str, metric: Metric, path: KeyPath) -> FaultError:
    hint = f"{question}`{metric.name}` lies between 0 and 1, which is 0 % and 100 %"
    return fault(f"expected a share, got {shown(text)}", hint, path)


def _factor(text: str | None) -> float | None:
    try:
        factor = 1.0 if text is None else float(text)
    except ValueError:
        return None
    return factor if factor > 0 else None
