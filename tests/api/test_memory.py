"""Very many sessions: of each the figures are kept, and what pairs need, and no events."""

import gc
import pickle
import sys
import tracemalloc
import types
from pathlib import Path
from typing import Any

import pytest

import stagesim

pytestmark = pytest.mark.usefixtures("blank_charts")


@pytest.fixture(scope="module")
def both(path: Path) -> tuple[stagesim.Comparison, stagesim.Comparison]:
    options: dict[str, Any] = {"replications": 3, "seed": 4}
    return stagesim.compare(path, **options), stagesim.compare(path, keep="metrics", **options)


def test_figures_and_pairs_are_the_same_without_logs(both: tuple[stagesim.Comparison, stagesim.Comparison]) -> None:
    whole, figures = both
    assert figures.metrics.equals(whole.metrics)
    assert figures.by_client.equals(whole.by_client)
    assert figures.summary().equals(whole.summary())
    assert figures.share_within("wishes on stage", "60 s").equals(whole.share_within("wishes on stage", "60 s"))
    assert figures.differences().equals(whole.differences())
    assert figures.winners().equals(whole.winners())
    assert figures.same_people() == whole.same_people()
    assert "A small seminar" in figures._repr_html_()
    assert [each.log.digest() for each in figures.results.outcomes] == [
        each.log.digest() for each in whole.results.outcomes
    ]


def test_it_is_said_what_is_not_kept(both: tuple[stagesim.Comparison, stagesim.Comparison], tmp_path: Path) -> None:
    _, figures = both
    for ask in (lambda: figures.events, lambda: figures.wishes, figures.plot.timeline):
        with pytest.raises(stagesim.StagesimError, match=r'were not kept, its figures alone\n  hint: .*`keep="logs"`'):
            ask()
    with pytest.raises(stagesim.StagesimError, match="were not kept"):
        figures.save(tmp_path / "out")
    with pytest.raises(stagesim.StudyError, match="a folder of results has the logs"):
        stagesim.compare(both[0].results.scenario, keep="metrics", out=tmp_path / "other")
    with pytest.raises(stagesim.StudyError, match="`keep`: expected `logs` or `metrics`, got `all`"):
        stagesim.compare(both[0].results.scenario, keep="all")  # type: ignore[arg-type]


def test_a_study_of_figures_grows_and_travels(
    both: tuple[stagesim.Comparison, stagesim.Comparison], path: Path
) -> None:
    whole, figures = both
    more = pickle.loads(pickle.dumps(figures)).extended(4)
    assert more.metrics.equals(whole.extended(4).metrics)
    shared = stagesim.compare(path, replications=3, seed=4, keep="metrics", workers=2)
    assert shared.winners().equals(whole.winners())


def test_a_session_of_a_town_hall_takes_less_than_a_third_of_a_megabyte() -> None:
    """1,000 town halls in three modes are 3,000 sessions: below 1 GiB."""
    file = Path(__file__).parents[2] / "scenarios/town_hall.yaml"
    study = stagesim.compare(file, modes=["everyone_on_stage", "join_by_request"], replications=1, keep="metrics")
    for outcome in study.results.outcomes:
        assert in_memory(outcome) < 2**30 / 3_000 / 2


def in_memory(thing: Any) -> int:
    """Bytes that an outcome takes, what is shared by all outcomes counted each time."""
    seen: set[int] = set()
    found, whole = [thing], 0
    while found:
        each = found.pop()
        if id(each) in seen or isinstance(each, type | types.ModuleType | types.FunctionType):
            continue
        seen.add(id(each))
        whole += sys.getsizeof(each)
        found += gc.get_referents(each)
    return whole


def test_what_is_held_grows_by_figures_alone_and_what_is_used_meanwhile_does_not_grow() -> None:
    """Sixty sessions more: no log, no room and no person of a session outlives it, but for what waits for the collector
    of garbage, which is less than a megabyte however many there are.
    """
    small = {"title": "t", "duration": "2 min", "audience": {"count": 3, "wishes": {"on_arrival": 1}}}

    def used(replications: int) -> tuple[int, int]:
        tracemalloc.start()
        study = stagesim.compare(small, modes="invite_only", replications=replications, keep="metrics")
        gc.collect()
        held, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert study.results.replications == replications
        return held, peak - held

    stagesim.compare(small, replications=1, keep="metrics")  # whatever is prepared once
    (held_by_few, meanwhile_by_few), (held_by_many, meanwhile_by_many) = used(5), used(65)
    assert held_by_many - held_by_few < 60 * 20_000
    assert meanwhile_by_many < meanwhile_by_few + 1_000_000
