"""Shares within a time, of which there are as many as times: `share of wishes on stage within 60 s`; and quantiles.

That `p(80) of time_to_decision <= 20 s` says that 80 % of the requests or more were decided within 20 s, and is read as
just that: a share is judged over all wishes or requests of all sessions together, and whoever never gets there counts.
"""

import difflib
import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from stagesim.metric_table import METRIC, QUANTILES, WAITS, Metric, Quantile, Wait, Within
from stagesim.scenario.faults import METRICS_LISTED, FaultError, KeyPath, fault, one_of, shown
from stagesim.scenario.values.units import format_duration, parse_positive_duration

SERVED: Final = (
    "`share of wishes heard` counts those that had enough of the stage, `share of wishes on stage` all that got there, "
    "however shortly"
)
"""What a wish that was served may be."""

SHARE_EXAMPLE: Final = "`share of wishes on stage within 60 s`"

_SHARE: Final = re.compile(r"(?:share (?:of )?)?(.+?) within(?: (.*))?")
_QUANTILE: Final = re.compile(r"(?:p ?(?:\(([^()]*)\)|([0-9.]+))|median)(.*)")
_BY_NAME: Final = re.compile(r"(.+)_(?:p([0-9.]+)|median)")
_OF_NAME: Final = re.compile(r" ?\((.+)\)| (?:of )?(.+)")


def share_within(wait: Wait, limit_ms: int) -> Metric:
    """The share that got there after at most so many milliseconds, of all things that this is a time of."""
    # A limit that a wait must be less than is a millisecond less, since times are whole ones; nobody says it like that.
    said = f"within {format_duration(limit_ms)}"
    if limit_ms % 1000 == 999:
        said = f"in less than {format_duration(limit_ms + 1)}"
    return Metric(
        f"{wait.words} within {format_duration(limit_ms)}".replace(" ", "_"),
        "share",
        f"{wait.things.capitalize()} {wait.got} {said}, of all {wait.things} of all sessions. {wait.never}",
        "higher",
        ".1%",
        split=True,
        label=f"{wait.got} {said}",
        brief=wait.name == "time_to_stage",
        theme=wait.theme,
        within=Within(wait, limit_ms),
    )


def quantile_metric(found: Quantile) -> Metric:
    """The time within which a part of all things of all sessions got there."""
    wait, percent = found.wait, f"{found.part * 100:g}"
    end = "median" if found.part == QUANTILES["median"] else f"p{percent}"
    return Metric(
        f"{wait.name}_{end}",
        "s",
        f"The time within which {percent} % of all {wait.things} of all sessions are {wait.got}; never where fewer get "
        f"there. {wait.never}",
        "lower",
        split=True,
        label=f"wait for {wait.goal}, {'median' if end == 'median' else f'for {percent} %'}",
        theme=wait.theme,
        quantile=found,
    )


def shown_shares(limits_ms: Iterable[int]) -> tuple[Metric, ...]:
    """The shares within these times that tables show, of wishes and then of requests."""
    limits = tuple(limits_ms)
    return tuple(share_within(wait, limit_ms) for wait in WAITS for limit_ms in limits)


@lru_cache(maxsize=256)
def metric_named(name: str) -> Metric:
    """The metric with this name, one of `METRICS`, a share within a time or a quantile of one; FaultError where there
    is none such.
    """
    quantile = None if name in METRIC else parse_quantile(name)
    found = METRIC.get(name) or parse_share(name) if quantile is None else quantile_metric(quantile)
    if found is None:
        raise unknown_metric(name, name)
    return found


def unknown_metric(text: str, name: str, path: KeyPath = ()) -> FaultError:
    """The error that says that a text, read as a name, is no metric. A wish is *served* in two ways, and the hint says
    which.
    """
    hint = SERVED
    if "served" not in name.split("_"):
        close = difflib.get_close_matches(name, METRIC, n=3, cutoff=0.4)
        hint = f"did you mean {' or '.join(f'`{each}`' for each in close)}? " if close else ""
        hint += f"{METRICS_LISTED} has them all"
    return fault(f"unknown metric {shown(text.strip())}", hint, path)


def parse_share(text: str, path: KeyPath = ()) -> Metric | None:
    """The share within a time that a text names, None where it names none; FaultError where it is none that there is.

    Such a metric's own name, `wishes_on_stage_within_60_s`, is always right, too.
    """
    match = _SHARE.fullmatch(" ".join(text.lower().replace("_", " ").split()))
    if match is None:
        return None
    wait = parse_wait(match[1], path)
    if not match[2]:
        raise fault("nothing stands behind `within`", f"write a time, such as {SHARE_EXAMPLE}", path)
    return share_within(wait, parse_positive_duration(match[2], path))


def parse_wait(text: str, path: KeyPath = ()) -> Wait:
    """The time that is meant by the things that got there, `wishes on stage`, or by its name, `time_to_stage`."""
    words = " ".join(text.lower().replace("_", " ").split())
    known = {name.replace("_", " "): wait for wait in WAITS for name in (wait.words, wait.name)}
    if words not in known:
        names = [name for wait in WAITS for name in (wait.words, wait.name)]
        raise fault(f"unknown share within a time: {shown(text.strip())}", one_of(names, text.strip()), path)
    return known[words]


def parse_quantile(text: str, path: KeyPath = ()) -> Quantile | None:
    """The quantile that a text names, None where it names none: `p(80) of time_to_stage`, `median time_to_stage`, or
    the name of a row in tables, `time_to_stage_p95`.
    """
    words = " ".join(text.lower().split())
    match = _QUANTILE.fullmatch(words)
    named = _OF_NAME.fullmatch(match[3]) if match else None
    if match is not None and named is not None:
        part, wait = match[1] if match[1] is not None else match[2], named[1] or named[2]
    elif by_name := _BY_NAME.fullmatch(words):
        part, wait = by_name[2], by_name[1]
    else:
        return None
    share = 0.5 if part is None else parse_part(part, path)
    wait = wait.strip().replace(" ", "_")
    known = {each.name: each for each in WAITS}
    if wait not in known:
        raise fault(f"there is no quantile of {shown(wait)}", one_of(known, wait), path)
    return Quantile(known[wait], share)


def parse_part(text: str, path: KeyPath = ()) -> float:
    """The share that `80` is, in per cent, above 0 and below 100."""
    try:
        percent = float(text)
    except ValueError:
        percent = -1.0
    if not 0 < percent < 100:
        hint = "write a number above 0 and below 100, such as `p(80)`: so many per cent get there"
        raise fault(f"expected a quantile, got {shown(f'p({text})')}", hint, path)
    return percent / 100
