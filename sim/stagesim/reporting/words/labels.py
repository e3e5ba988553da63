"""What metrics and modes are called in tables, charts and sentences. Files and the documentation have their names."""

from collections.abc import Sequence
from typing import Final

from stagesim.metric_table import Metric
from stagesim.scenario.demands.shares import metric_named
from stagesim.scenario.values.units import format_duration

MODE_NAMES: Final = {
    "everyone_on_stage": "Everyone on stage",
    "join_by_request": "Join by request",
    "invite_only": "Invite only",
}


def label(metric: str, horizon_ms: int) -> str:
    """A metric as people read it; the horizon is how much of a wait is counted."""
    return labelled(metric_named(metric), horizon_ms)


def labelled(metric: Metric, horizon_ms: int) -> str:
    """The same of a metric that is at hand."""
    return metric.label.format(horizon=format_duration(horizon_ms))


def heading(metric: str, horizon_ms: int) -> str:
    """Its label with a capital, the rest as it is."""
    text = label(metric, horizon_ms)
    return text[0].upper() + text[1:]


def shown_unit(metric: Metric) -> str:
    """The unit beside a label: a share is printed in per cent; what the label or the figure says is left out."""
    if metric.unit == "share":
        return "%"
    said = metric.unit in {"count", "index", "s"} or f" {metric.unit} " in f" {metric.label} "
    return "" if said else metric.unit


def axis_unit(metric: Metric) -> str:
    """The unit of an axis, on which figures stand without theirs."""
    return "s" if metric.unit == "s" else shown_unit(metric)


def difference_unit(metric: Metric) -> str:
    """The unit of a difference: shares differ by percentage points."""
    return "points" if metric.unit == "share" else shown_unit(metric)


def mode_name(mode: str) -> str:
    """A mode as people read it."""
    return MODE_NAMES.get(mode, plain(mode))


def counted(modes: Sequence[str]) -> str:
    """How many modes there are, in words."""
    return f"{len(modes)} mode{'s' * (len(modes) != 1)}"


def only_mode(modes: Sequence[str]) -> str:
    """The mode for a subtitle, where there is but one and so no legend."""
    return f", {mode_name(modes[0]).lower()}" if len(modes) == 1 else ""


def plain(word: str) -> str:
    """`on_stage` as "on stage"."""
    return word.replace("_", " ")
