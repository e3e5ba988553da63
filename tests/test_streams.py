"""Random streams: the same draws everywhere, and no stream shifts another."""

import math
import time
from hashlib import blake2b
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest
from scipy import stats

from stagesim.scenario.values.distributions import Exponential
from stagesim.streams import Stream, Streams

ERROR_RATE = 1e-4
"""How often each statistical test below would fail for a perfect generator; with the fixed seeds it passes or not."""

PINNED = [
    0.9755506568186422,
    0.5454831082191464,
    0.012025642297930683,
    0.42409097847516286,
    0.6152291214473117,
    0.502872572614225,
    0.7681540826786751,
    0.1406416337693296,
    0.5189322073493671,
    0.5482135226094543,
]
PINNED_ODD = [0.3166563664408598, 0.41715740546252256]


def draws(stream: Stream, count: int) -> list[float]:
    return [stream.uniform() for _ in range(count)]


def test_the_first_draws_are_pinned() -> None:
    assert draws(Streams(1, 0).stream("pat", "patience"), 10) == PINNED
    assert draws(Streams(2**70, 3).stream("é:1", "x", 2), 2) == PINNED_ODD


def test_a_draw_is_a_hash_of_its_key_and_block() -> None:
    key = b"7:2:0:3:pat:4:stay:"
    digests = [blake2b(key + number.to_bytes(8, "little")).digest() for number in range(3)]
    words = [int.from_bytes(digest[at : at + 8], "little") for digest in digests for at in range(0, 64, 8)]
    expected = [((word >> 12) * 2 + 1) / 2**53 for word in words]
    assert draws(Streams(7, 2).stream("pat", "stay"), 24) == expected


def test_a_stream_asked_for_again_starts_again() -> None:
    streams = Streams(5, 1)
    first = draws(streams.stream("pat", "stay"), 20)
    draws(streams.stream("mia", "stay"), 3)
    assert draws(streams.stream("pat", "stay"), 20) == first


def test_names_that_run_together_are_different_streams() -> None:
    streams = Streams(1, 1)
    keys = [("ab", "c"), ("a", "bc"), ("a:1", "b"), ("a", "1:b"), ("", "abc"), ("abc", ""), ("1:a", "bc")]
    firsts = {streams.stream(person, purpose).uniform() for person, purpose in keys}
    numbers = {Streams(seed, rep).stream("a", "b", n).uniform() for seed, rep, n in product((1, 11), (1, 11), (1, 11))}
    assert len(firsts) == len(keys)
    assert len(numbers) == 8


@pytest.mark.parametrize(("byte", "expected"), [(b"\x00", 2.0**-53), (b"\xff", 1 - 2.0**-53)])
def test_even_the_outermost_draws_lie_strictly_between_0_and_1(
    byte: bytes, expected: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("stagesim.streams.blake2b", lambda _: SimpleNamespace(digest=lambda: byte * 64))
    value = Streams(1, 1).stream("pat", "x").uniform()
    assert value == expected
    assert 0 < 1 - value < 1


def test_draws_are_uniform() -> None:
    sample = draws(Streams(20, 4).stream("pat", "wish"), 100_000)
    counts, _ = np.histogram(sample, bins=1000, range=(0, 1))
    assert stats.chisquare(counts).pvalue > ERROR_RATE
    assert stats.kstest(sample, "uniform").pvalue > ERROR_RATE


def test_the_low_bits_are_uniform_too() -> None:
    sample = draws(Streams(21, 4).stream("pat", "wish"), 50_000)
    low = [int(u * 2**52) & 0xFF for u in sample]
    assert stats.chisquare(np.bincount(low, minlength=256)).pvalue > ERROR_RATE


@pytest.mark.parametrize("part", ["seed", "replication", "person", "purpose", "ordinal"])
def test_neighbouring_streams_are_independent(part: str) -> None:
    def first(number: int) -> float:
        key = {"seed": 1, "replication": 1, "person": 1, "purpose": 1, "ordinal": 1, part: number}
        streams = Streams(key["seed"], key["replication"])
        return streams.stream(f"pat-{key['person']}", f"wish-{key['purpose']}", key["ordinal"]).uniform()

    sample = np.array([first(number) for number in range(20_001)])
    pairs, _, _ = np.histogram2d(sample[:-1], sample[1:], bins=10, range=[[0, 1], [0, 1]])
    assert stats.kstest(sample, "uniform").pvalue > ERROR_RATE
    # Overlapping pairs: the statistic with the singles' taken off has (k - 1) k degrees of freedom (Good, 1953).
    singles = np.histogram(sample[:-1], bins=10, range=(0, 1))[0]
    statistic = _chi(pairs.ravel()) - _chi(singles)
    assert stats.chi2.sf(statistic, 90) > ERROR_RATE
    assert abs(np.corrcoef(sample[:-1], sample[1:])[0, 1]) < 4 / math.sqrt(20_000)


def _chi(counts: "np.ndarray[tuple[int], np.dtype[np.float64]]") -> float:
    expected = counts.sum() / counts.size
    return float(((counts - expected) ** 2 / expected).sum())


def test_the_draws_along_one_stream_are_independent() -> None:
    sample = np.array(draws(Streams(8, 8).stream("pat", "stay"), 80_000)).reshape(-1, 8)
    lags = [np.corrcoef(sample[:, a], sample[:, b])[0, 1] for a in range(8) for b in range(a)]
    assert max(map(abs, lags)) < 4.5 / math.sqrt(10_000)


def test_a_draw_takes_one_number() -> None:
    stream, same = Streams(1, 1).stream("pat", "x"), Streams(1, 1).stream("pat", "x")
    uniform = draws(same, 4)
    assert stream.draw(Exponential(10.0)) == Exponential(10.0).quantile(uniform[0])
    assert stream.chance(1.0)
    assert stream.below(5) == int(uniform[2] * 5)
    assert stream.uniform() == uniform[3]


def test_chance_and_below_keep_to_their_ranges() -> None:
    stream = Streams(1, 2).stream("pat", "x")
    assert not any(stream.chance(0.0) for _ in range(1000))
    assert all(stream.chance(1.0) for _ in range(1000))
    assert sorted({stream.below(3) for _ in range(1000)}) == [0, 1, 2]


def test_a_hundred_thousand_draws_take_a_fraction_of_a_second() -> None:
    stream = Streams(1, 1).stream("pat", "x")
    best = math.inf
    for _ in range(3):
        start = time.perf_counter()
        draws(stream, 100_000)
        best = min(best, time.perf_counter() - start)
    assert best < 0.5  # about 0.03 s on a free machine


def test_any_number_can_be_had_by_its_place() -> None:
    stream, again = Streams(1, 0).stream("ann", "wish"), Streams(1, 0).stream("ann", "wish")
    drawn = [stream.uniform() for _ in range(20)]
    assert [again.at(place) for place in (17, 0, 8)] == [drawn[17], drawn[0], drawn[8]]
    assert again.uniform() == drawn[0], "looking ahead moves nothing"


def test_draws_in_order_can_begin_further_on() -> None:
    stream = Streams(1, 0).stream("ann", "wish")
    drawn = [stream.uniform() for _ in range(14)]
    later = Streams(1, 0).stream("ann", "wish", first=12)
    assert [later.uniform(), later.uniform()] == drawn[12:]
