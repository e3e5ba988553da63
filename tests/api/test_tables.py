"""The tables of a study: one name, one type and one clock for one thing; variants have all that a study has."""

import copy
import pickle
from pathlib import Path

import matplotlib.figure
import pandas as pd
import pytest

import stagesim

TABLES = "events metrics by_group by_client wishes requests invitations stays people steps checks".split()


@pytest.fixture(scope="module")
def variants(path: Path) -> stagesim.Variants:
    scenario = stagesim.load(path)
    both = {"wide": scenario, "narrow": scenario.changed({"room.stage_capacity": 1})}
    return stagesim.compare_variants(both, replications=2, seed=4)


@pytest.fixture(scope="module")
def run(path: Path) -> stagesim.Run:
    return stagesim.run(path, mode="join_by_request", seed=4)


@pytest.mark.parametrize("name", TABLES)
def test_mode_and_replication_come_first_and_are_the_same_everywhere(
    comparison: stagesim.Comparison, variants: stagesim.Variants, run: stagesim.Run, name: str
) -> None:
    for study in (comparison, run):
        table = getattr(study, name)
        assert list(table.columns[:2]) == ["mode", "replication"]
        assert table["mode"].dtype == run.metrics["mode"].dtype
        assert table["mode"].cat.ordered
        assert list(table["mode"].cat.categories) == ["everyone_on_stage", "join_by_request", "invite_only"]
    whole = getattr(variants, name)
    assert list(whole.columns[:3]) == ["variant", "mode", "replication"]
    assert whole["mode"].dtype == run.metrics["mode"].dtype
    assert len(whole) == sum(len(getattr(each, name)) for each in variants.values())
    mine = whole[whole["variant"] == "narrow"].drop(columns="variant").reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, getattr(variants["narrow"], name), check_dtype=False, check_categorical=False)


def test_events_join_with_metrics_and_requests(comparison: stagesim.Comparison) -> None:
    events, key = comparison.events, ["mode", "replication"]
    assert len(events.merge(comparison.metrics, on=key)) == len(events)
    assert events.groupby("mode").size().sum() == len(events)
    asked = events[events["event"] == "request_created"]
    both = asked.merge(comparison.requests, on=[*key, "request", "who"])
    assert len(both) == len(asked) > 0
    assert (both["t_s"] == both["asked_s"]).all()
    closed = events[events["event"] == "request_closed"].merge(comparison.requests, on=[*key, "request", "who"])
    assert (closed["t_s"] == closed["closed_s"]).all()
    invited = events[events["event"] == "invitation_created"].merge(
        comparison.invitations, on=[*key, "invitation", "who"]
    )
    assert (invited["t_s"] == invited["invited_s"]).all()
    assert comparison.requests["request"].dtype == events["request"].dtype == "Int64"


def test_there_is_one_clock_beside_the_logs_own(comparison: stagesim.Comparison) -> None:
    events = comparison.events
    assert (events["at"] - events["t_s"]).round(6).eq(60).all()
    assert events.loc[events["event"] == "session_started", "t_s"].eq(0).all()
    assert events.attrs["units"] == {
        "t_s": "seconds from the session's start",
        "at": "seconds from the making of the room",
    }
    assert comparison.steps["t_s"].min() <= 0 < comparison.steps["t_s"].max() <= 480
    units = comparison.metrics.attrs["units"]
    assert units["time_to_stage_mean"] == "s"
    assert set(comparison.metrics) == {"mode", "replication", *units}


def test_who_was_where_agrees_with_the_events(run: stagesim.Run) -> None:
    minute = 4.5
    table = run.at(minute=minute).set_index("who")
    stays = run.stays
    live = stays[(stays["from_s"] <= minute * 60) & ~(stays["to_s"] <= minute * 60)]
    assert sorted(live["who"]) == sorted(table.index[table["standing"] == "on_stage"]) != []
    assert (table["since_s"] <= minute * 60).all()
    asked = run.requests
    waiting = asked[(asked["asked_s"] <= minute * 60) & ~(asked["closed_s"] <= minute * 60)]
    assert sorted(waiting["who"]) == sorted(table.index[table["standing"] == "requested"])
    assert run.at(second=270).equals(run.at(minute=minute))
    assert len(run.at(minute=0)) > 0


def test_tables_are_copies_and_take_no_room_in_a_pickle(path: Path) -> None:
    study = stagesim.compare(path, modes="invite_only", replications=2)
    before = len(pickle.dumps(study))
    metrics, events = study.metrics, study.events
    metrics["wishes"] = 0
    events.loc[:, "t_s"] = 0.0
    assert study.metrics["wishes"].sum() > 0
    assert study.events["t_s"].any()
    assert len(pickle.dumps(study)) == before
    again = copy.deepcopy(pickle.loads(pickle.dumps(study)))
    assert again.metrics.equals(study.metrics)
    assert repr(copy.deepcopy(study.plot)) == repr(study.plot)


def test_a_column_of_ones_own_is_added_without_a_warning(
    comparison: stagesim.Comparison, variants: stagesim.Variants
) -> None:
    """Pandas warned of more than a hundred columns that stand by themselves, and warnings are errors here."""
    for found in (comparison, variants):
        for table in (found.metrics, found.by_group, found.by_client):
            table["mine"] = 1
            assert table["mine"].eq(1).all()


def test_variants_have_all_that_a_study_has(variants: stagesim.Variants, path: Path) -> None:
    assert list(variants) == variants.names == ["wide", "narrow"]
    assert len(variants) == 2
    assert "narrow" in variants
    assert [name for name, _ in variants.items()] == ["wide", "narrow"]
    with pytest.raises(stagesim.StudyError, match="no variant is called `narow`\n  hint: did you mean `narrow`"):
        _ = variants["narow"]
    assert variants.summary().loc[("narrow", "wishes", "invite_only"), "n"] == 2
    assert set(variants.share_within("wishes on stage", "60 s")["variant"]) == {"wide", "narrow"}
    assert len(variants.quantile("wishes on stage", 50)) == 6
    assert isinstance(variants.plot.time_to_stage("narrow"), matplotlib.figure.Figure)
    assert isinstance(variants.plot.timeline("invite_only", 1, variant="wide"), matplotlib.figure.Figure)
    assert isinstance(variants.plot.differences(), matplotlib.figure.Figure)
    with pytest.raises(stagesim.StudyError, match=r"expected the name of a variant\n  hint: .*`narrow`"):
        variants.plot.time_to_stage()
    assert variants._repr_html_().count("<details") == len(variants)
    more = variants.extended(3)
    fresh = stagesim.compare(path, replications=3, seed=4, sets={"room.stage_capacity": 1})
    assert more["narrow"].metrics.equals(fresh.metrics)
    assert variants["narrow"].extended(3).metrics.equals(fresh.metrics)


def test_variants_take_behaviours_sets_and_rules(path: Path) -> None:
    scenario = stagesim.load(path)
    rules = {"name": "at once", "cells": {"bring_to_stage.requested": "on_stage"}}
    both = {"as it is": scenario, "at once": scenario.changed({"rules": rules})}
    found = stagesim.compare_variants(
        both, modes="join_by_request", replications=2, sets="audience.count=4", disciplines={"moderators": by_place}
    )
    assert found.metrics["people"].tolist() == [4] * 4
    assert found["at once"].stays["via"].tolist() != found["as it is"].stays["via"].tolist()


def by_place(who: object) -> int:
    return who.place  # type: ignore[attr-defined, no-any-return]


def test_sweeps_are_studies_of_their_kind(path: Path) -> None:
    found = stagesim.sweep(path, "audience.count=4,8", metrics="queue_mean", replications=2, seed=4)
    table = found.metrics
    assert list(table.columns[:3]) == ["mode", "replication", "audience.count"]
    whole = stagesim.compare(path, replications=2, seed=4, sets={"audience.count": 8}).metrics
    mine = table[table["audience.count"] == 8].sort_values(["mode", "replication"])
    assert mine["wishes"].tolist() == whole["wishes"].tolist()
    assert isinstance(found.plot.sweep_queue_mean(), matplotlib.figure.Figure)
    assert isinstance(found.plot("sweep_queue_mean"), matplotlib.figure.Figure)
    assert pickle.loads(pickle.dumps(found)).table.equals(found.table)
    assert "<table" in found._repr_html_()
    assert set(found.tables) >= {"sweep"}
