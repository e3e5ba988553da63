"""What the metrics are called in tables, charts and sentences. Files and the documentation have the metrics' names."""

from stagesim.metric_table import METRIC, Metric


def label(metric: str) -> str:
    """A metric as people read it."""
    return METRIC[metric].label


def heading(metric: str) -> str:
    """Its label with a capital, the rest as it is."""
    return label(metric)[0].upper() + label(metric)[1:]


def shown_unit(metric: Metric) -> str:
    """The unit beside a label: a share is printed in per cent; what the label says already is left out."""
    if metric.unit == "share":
        return "%"
    said = metric.unit in {"count", "index"} or label(metric.name).endswith(metric.unit)
    return "" if said else metric.unit


def difference_unit(metric: Metric) -> str:
    """The unit of a difference: shares differ by percentage points."""
    return "points" if metric.unit == "share" else shown_unit(metric)
