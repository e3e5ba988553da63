"""How far a figure may be off, as it stands beside it: a margin of error, or a bound where an outcome is too rare."""

import math
from typing import Final

from stagesim.metric_table import Metric
from stagesim.reporting.words.labels import shown_unit
from stagesim.reporting.words.numbers import number
from stagesim.statistics import ENOUGH, Interval

SHARE: Final = Metric("share", "share", "")
SIGNS: Final = {"≤": "at most", "≥": "at least"}


def bounds(n: int) -> str:
    """How to read a figure of `n` sessions with a bound."""
    return (
        f"In brackets, of what fewer than {ENOUGH} of {n} sessions show: the true figure is at most (≤) or at least "
        "(≥) this. A share of 0 or 100 with nothing beside it was so in all sessions."
    )


def margin(found: Interval, metric: Metric) -> str:
    """`± 1.2`, or `(≤ 8.8)` or `(≥ 91.2)` where an outcome is too rare; nothing of a share that no session differs
    from.
    """
    if found.is_bounded:
        return "" if metric.unit == "share" and not found.rarer else bound(found, metric)
    return f"± {_half_width(found, metric)}" if found.half_width > 0 else ""


def with_margin(found: Interval, metric: Metric) -> str:
    """A figure in a sentence, with its unit and margin: `33.4 ± 3.4 %`, `63 s ± 33 s`, or `0.6 % (at most 1.2 %)`."""
    figure, beside, unit = number(found.mean, metric), margin(found, metric), shown_unit(metric)
    if beside.startswith("±"):
        return f"{figure} {beside} {unit}".rstrip()
    most = f" ({SIGNS[beside[1]]} {beside[3:-1]} {unit}".rstrip() + ")" if beside else ""
    return f"{figure} {unit}".rstrip() + most


def share_margin(found: Interval) -> str:
    """The same of a share in per cent."""
    return margin(found, SHARE)


def bound(found: Interval, metric: Metric) -> str:
    """The limit on the side of the rarer outcome, with its sign, in brackets."""
    is_share = metric.unit == "share"
    if found.mean < 0.5 if is_share else found.low <= 0 or found.high - found.mean >= found.mean - found.low:
        return f"(≤ {number(found.high, metric)})" if math.isfinite(found.high) else ""
    return f"(≥ {number(found.low, metric)})"


def too_rare(found: Interval) -> str:
    """That too few sessions show the rarer outcome, if any do."""
    return f"too rare in {found.n} sessions" if found.rarer and found.is_bounded else ""


def _half_width(found: Interval, metric: Metric) -> str:
    """The margin of error with as many decimals as the mean has, unless that would hide it."""
    if metric.unit == "s":
        return number(found.half_width, metric)
    decimals = len(number(found.mean, metric).partition(".")[2])
    scale = 100 if metric.unit == "share" else 1
    said = f"{found.half_width * scale:,.{decimals}f}"
    return said if float(said.replace(",", "")) else number(found.half_width, metric)
