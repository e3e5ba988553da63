"""A second implementation of one scenario, written from docs/explanation/model.md alone, agrees with the simulation.

Its sessions are independent of ours, so each difference of averages has a Welch interval. All of them together hold
with 99 % when there is nothing to find: each has 1 - 0.01 / (figures x modes).
"""

import pytest

import stagesim
from plain_model import READY, SCENARIO, Session
from stagesim.statistics import welch_interval

SESSIONS = 80

SHARES = {
    "heard": ("wishes", ["wishes_heard_share"]),
    "suitable heard": ("suitable_wishes", ["suitable_wishes_heard_share"]),
    "suitable turned away": ("suitable_wishes", ["suitable_wishes_turned_away_share"]),
    "not tried": ("wishes", ["wishes_not_tried_share"]),
    "given up": ("wishes", ["wishes_patience_share", "wishes_not_accepted_share"]),
}
"""Counts of the plain model, and of which number they are which shares here."""

PLAIN = {
    "wishes": "wishes",
    "unsuitable stays": "unsuitable_stays",
    "unsuitable stage time": "unsuitable_stage_time",
    "reviewing": "attention_reviewing_share",
    "removing": "attention_removing_share",
    "watching": "attention_watching_share",
    "presenting": "attention_presenting_share",
    "reading chat": "attention_reading_chat_share",
}


EACH = 1 - 0.01 / (len({**SHARES, **PLAIN}) * len(READY))
"""The confidence of one interval."""


@pytest.fixture(scope="module")
def ours() -> dict[str, dict[str, list[float]]]:
    """Each figure of each session, by mode."""
    study = stagesim.compare(SCENARIO, modes=list(READY), replications=SESSIONS, workers=1, keep="metrics")
    found = {}
    for mode, rows in study.metrics.fillna(0.0).groupby("mode", observed=True):
        counts = {name: rows[of] * rows[shares].sum(axis=1) for name, (of, shares) in SHARES.items()}
        counts |= {name: rows[metric] for name, metric in PLAIN.items()}
        found[str(mode)] = {name: [float(value) for value in values] for name, values in counts.items()}
    return found


@pytest.mark.parametrize("mode", READY)
def test_a_second_implementation_agrees(mode: str, ours: dict[str, dict[str, list[float]]]) -> None:
    theirs = [Session(mode, seed).run() for seed in range(SESSIONS)]
    for name, values in ours[mode].items():
        other = [figures[name] for figures in theirs]
        if set(values) == set(other) and len(set(values)) == 1:
            continue  # nobody reviews anybody where everybody may join
        found = welch_interval(values, other, EACH)
        assert found.low <= 0 <= found.high, (name, found)


def test_the_second_implementation_can_disagree(ours: dict[str, dict[str, list[float]]]) -> None:
    """Sessions of another mode are told apart from it."""
    mode = "invite_only"
    theirs = [Session("join_by_request", seed).run() for seed in range(SESSIONS)]
    apart = []
    for name, values in ours[mode].items():
        found = welch_interval(values, [figures[name] for figures in theirs], EACH)
        apart += [name] * (not found.low <= 0 <= found.high)
    assert {"heard", "not tried", "reviewing"} <= set(apart)
