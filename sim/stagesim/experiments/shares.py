"""Shares within a time, and quantiles, over all sessions of a study: how many of how many, and the tables of them."""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, Literal

from stagesim.experiments.results import Results
from stagesim.experiments.study import StudyError
from stagesim.metric_table import Metric, Wait, Within
from stagesim.metrics import By, Tally, Times, tally
from stagesim.metrics.times import NO_TIMES
from stagesim.scenario.demands.shares import parse_wait, share_within, shown_shares
from stagesim.scenario.faults import FaultError
from stagesim.scenario.values.units import parse_positive_duration
from stagesim.statistics import quantile, share_interval

if TYPE_CHECKING:
    import pandas as pd

NOTHING: Final = (math.nan,) * 3
"""A quantile of no times, and its limits."""

Split = Literal["group", "client"] | None
"""By what a table is split; None is everybody."""


def counts(results: Results, within: Within, mode: str, by: By = "all", value: str = "") -> list[Tally]:
    """How many got there in time, of how many, in every session of one mode."""
    return [tally(within, outcome.times, by, value) for outcome in results.of(mode)]


def wait_of(text: str) -> Wait:
    """The time that `wishes on stage` or `time_to_stage` is about; StudyError where there is none such."""
    try:
        return parse_wait(text)
    except FaultError as error:
        raise StudyError(str(error)) from None


def share_of(what: str, time: str) -> Metric:
    """The share within a time, such as of `wishes on stage` within `60 s`; StudyError where there is none such."""
    wait = wait_of(what)
    try:
        return share_within(wait, parse_positive_duration(time))
    except FaultError as error:
        raise StudyError(str(error)) from None


def share_frame(results: Results, shares: Sequence[Metric], split: Split, confidence: float) -> "pd.DataFrame":
    """One row a mode, part of the people and share: of `what`, within how many seconds, `share`, `low`, `high`, of how
    many, in how many sessions.
    """
    import pandas as pd

    rows = []
    for mode in results.modes:
        for by, value in _parts(results, split):
            for metric in shares:
                assert metric.within is not None
                each = counts(results, metric.within, mode, by, value)
                found, number = share_interval(each, confidence), sum(one.number for one in each)
                what, limit_s = metric.within.wait.words, metric.within.limit_ms / 1000
                rows.append((mode, value, what, limit_s, found.mean, found.low, found.high, number, found.n))
    columns = ["mode", "part", "what", "within_s", "share", "low", "high", "number", "sessions"]
    table = pd.DataFrame(rows, columns=columns)
    return table.rename(columns={"part": split}) if split else table.drop(columns="part")


def shown_shares_frame(results: Results) -> "pd.DataFrame":
    """The shares that tables show: of everybody, where `group` and `client` are empty, then of each part."""
    import pandas as pd

    shares = shown_shares(results.scenario.shares_within)
    splits: tuple[Split, ...] = (None, "group", "client")
    table = pd.concat([share_frame(results, shares, split, 0.95) for split in splits], ignore_index=True)
    return table[["mode", "group", "client", *(name for name in table if name not in ("mode", "group", "client"))]]


def quantile_frame(results: Results, wait: Wait, part: float, split: Split, confidence: float) -> "pd.DataFrame":
    """One row a mode and part of the people: the quantile in seconds with its limits, infinite for never."""
    import pandas as pd

    rows = []
    for mode in results.modes:
        for by, value in _parts(results, split):
            times = [outcome.times.get((wait.name, by, value), NO_TIMES) for outcome in results.of(mode)]
            number = sum(each.number for each in times)
            rows.append((mode, value, *(_seconds(times, part, confidence) if number else NOTHING), number))
    table = pd.DataFrame(rows, columns=["mode", "part", "seconds", "low", "high", "number"])
    return table.rename(columns={"part": split}) if split else table.drop(columns="part")


def _seconds(times: Sequence[Times], part: float, confidence: float) -> Iterator[float]:
    """The quantile of the times of all sessions, and its limits."""

    def counts_at(limit_ms: int) -> list[Tally]:
        return [Tally(each.within(limit_ms), each.number) for each in times]

    values = sorted({ms for each in times for ms in each.ended_ms})
    return (ms / 1000 for ms in quantile(values, counts_at, part, confidence))


def _parts(results: Results, split: Split) -> list[tuple[By, str]]:
    """Every part of the people that any session has."""
    if split is None:
        return [("all", "")]
    found = (o.by_group if split == "group" else o.by_client for o in results.outcomes)
    return [(split, value) for value in sorted({value for figures in found for value in figures})]
