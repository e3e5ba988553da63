"""Arguments are checked as on the command line, numbers of numpy are numbers, and every error has one base."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import stagesim
from stagesim.agents.clock import EndlessMoment
from stagesim.agents.faults import BehaviourError
from stagesim.engines.contract import EngineError
from stagesim.eventlog import LogError
from stagesim.testing.baselines.baseline import BaselineError


def idle(me: Any) -> Any:
    me.enter()
    yield from me.wait()


WRONG: dict[str, tuple[Callable[[Path], object], str]] = {
    "variants without names": (
        lambda path: stagesim.compare_variants([path, path]),  # type: ignore[arg-type]
        "variants are two or more, by name",
    ),
    "one name twice": (
        lambda path: stagesim.compare_variants({1: path, "1": path}),  # type: ignore[dict-item]
        "`variants`: two have the same name",
    ),
    "a name of nothing": (lambda path: stagesim.compare_variants({"": path, "b": path}), "`variants`: a name is empty"),
    "scenarios beside without a name": (lambda path: stagesim.replay(path, beside={" ": path}), "a name is empty"),
    "variants of a tip without a name": (
        lambda path: stagesim.tip(path, by="queue_mean", ranges="audience.silent=0:1", variants={"": {}, "b": {}}),
        "`variants`: a name is empty",
    ),
    "a key that is varied and set": (
        lambda path: stagesim.sweep(path, "audience.count=1,2", sets="audience.count=3"),
        "`audience.count` is varied, and another setting sets it",
    ),
    "a key that is varied and set by a variant": (
        lambda path: stagesim.tip(
            path,
            by="queue_mean",
            ranges="audience.silent=0:1",
            variants={"as it is": {}, "a": {"audience.silent": 0.5}},
        ),
        "`audience.silent` is varied, and the variant `a` sets it",
    ),
    "a goal twice": (
        lambda path: stagesim.rank(path, "queue_max <= 3", "queue_max <= 3"),
        "the goal `queue_max <= 3` comes twice",
    ),
    "a number for a wait": (lambda path: stagesim.run(path).quantile(3, 80), "`what`: expected a text, got `3`"),  # type: ignore
    "studies without names": (lambda _: stagesim.paired([1, 2]), "pairs need two studies or more, by name"),  # type: ignore
    "no comparisons": (lambda _: stagesim.paired({"a": 1, "b": 2}), "`paired`: expected a comparison, got `1`"),  # type: ignore
    "no seed": (lambda path: stagesim.run(path, seed=None), "`seed`: expected a whole number of 0 or more, got `null`"),
    "seed as text": (
        lambda path: stagesim.run(path, seed="1"),
        "`seed`: expected a whole number of 0 or more, got `1`",
    ),
    "seed with a point": (lambda path: stagesim.compare(path, seed=1.0), "`seed`: expected a whole number"),
    "negative replication": (lambda path: stagesim.run(path, replication=-1), "`replication`: expected a whole number"),
    "no workers": (lambda path: stagesim.compare(path, workers=0), "`workers`: expected a whole number of 1 or more"),
    "replications as text": (lambda path: stagesim.compare(path, replications="2"), "`replications`: expected a whole"),
    "replications with a point": (
        lambda path: stagesim.sweep(path, "audience.count=1,2", replications=2.0),
        "`replications`",
    ),
    "true as a number": (lambda path: stagesim.compare(path, replications=True), "`replications`: expected a whole"),
    "unknown mode": (lambda path: stagesim.compare(path, modes="all"), "unknown mode `all`"),
    "unknown group": (
        lambda path: stagesim.compare(path, behaviours={"audince": idle}),
        "`behaviours`: no group is called `audince`\n  hint: did you mean `audience`?",
    ),
    "called behaviour": (
        lambda path: stagesim.run(path, behaviours={"audience": idle(None)}),
        "`behaviours`: expected a function for `audience`",
    ),
    "behaviours of a sweep": (
        lambda path: stagesim.sweep(path, "audience.count=1,2", behaviours={"nobody": idle}),
        "`behaviours`: no group is called `nobody`",
    ),
    "unknown metric": (
        lambda path: stagesim.compare(path, replications=2).differences("queue_meen"),
        "unknown metric `queue_meen`",
    ),
    "margins as text": (
        lambda path: stagesim.compare(path, until=stagesim.Until(decision="queue_mean", margins="1")),
        "`margins`: expected a mapping",
    ),
    "confidence": (
        lambda path: stagesim.rank(path, "queue_max <= 3", confidence=95),
        "`confidence`: expected a number",
    ),
    "one variant": (lambda path: stagesim.compare_variants({"one": path}), "variants are two or more"),
    "no moment": (lambda path: stagesim.run(path).at(), "`at`: expected one moment of the session"),
    "moment before the start": (
        lambda path: stagesim.run(path).at(minute=-1),
        "`minute`: expected a number of 0 or more, got `-1`",
    ),
    "no number of a moment": (lambda path: stagesim.run(path).at(second=float("nan")), "`second`: expected a number"),
    "late moment": (
        lambda path: stagesim.run(path).at(minute=9),
        "`9` is after the end of the session\n  hint: the session",
    ),
    "folder of a number": (lambda _: stagesim.open(3), "`folder`: expected the path of a folder, got `3`"),  # type: ignore
    "no folder": (lambda path: stagesim.run(path).save(""), "`save`: expected the path of a folder, got ``"),
    "folder on two lines": (lambda path: stagesim.run(path).save("a\nb"), "`save`: a line break"),
    "out as a number": (lambda path: stagesim.compare(path, out=3), "`out`: expected the path of a folder, got `3`"),  # type: ignore
    "progress in words": (
        lambda path: stagesim.compare(path, progress="no"),  # type: ignore
        "`progress`: expected `True` or `False`, got `no`",
    ),
    "progress of a question": (
        lambda path: stagesim.rank(path, "queue_max <= 3", progress=1),  # type: ignore
        "`progress`: expected `True` or `False`, got `1`",
    ),
    "fresh in words": (lambda path: stagesim.compare(path, fresh="no"), "`fresh`: expected `True` or `False`"),  # type: ignore
    "PNG in words": (lambda path: stagesim.run(path).save("out", png="no"), "`png`: expected `True` or `False`"),  # type: ignore
    "largest in words": (
        lambda path: stagesim.size(path, "queue_max <= 3", vary="moderators.count", largest="no"),  # type: ignore
        "`largest`: expected `True` or `False`",
    ),
    "until in words": (
        lambda path: stagesim.compare(path, until="5%"),
        "`until`: expected a `stagesim.Until`, got `5%`",
    ),  # type: ignore
    "two modes of a run": (
        lambda path: stagesim.run(path, mode=["invite_only", "join_by_request"]),  # type: ignore
        "`mode`: expected a text, got `[… 2 items]`",
    ),
    "unknown part": (lambda path: stagesim.run(path).summary(by="device"), "`by`: expected `group` or `client`"),  # type: ignore
    "per cent in words": (
        lambda path: stagesim.run(path).quantile("wishes on stage", "80 %"),  # type: ignore
        "expected per cent above 0 and below 100, got `80 %`",
    ),
    "vary a number": (lambda path: stagesim.size(path, "queue_max <= 3", vary=3), "`vary`: expected a text"),  # type: ignore
    "goal as a number": (lambda path: stagesim.rank(path, 3), "`goals`: expected a text or several, got `3`"),  # type: ignore
    "tip by a number": (lambda path: stagesim.tip(path, by=3), "`by`: expected a text, got `3`"),  # type: ignore
    "variants of a tip": (
        lambda path: stagesim.tip(path, "queue_max <= 3", variants=["narrow"]),  # type: ignore
        "`variants`: expected a mapping",
    ),
    "no engine": (lambda path: stagesim.run(path, engine=3), "`engine`: expected an engine, got `3`"),  # type: ignore
    "too large": (lambda path: stagesim.compare(path, replications=10**9), "are more than"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_in_words_of_python(path: Path, name: str) -> None:
    ask, said = WRONG[name]
    with pytest.raises(stagesim.StagesimError) as raised:
        ask(path)
    assert said in str(raised.value)
    assert "\n  hint: " in str(raised.value)
    assert "`--" not in str(raised.value)


def test_numbers_and_words_of_a_table_are_as_good_as_plain_ones(path: Path, tmp_path: Path) -> None:
    study = stagesim.compare(path, replications=2, seed=np.int64(4))
    worst = study.metrics.sort_values("wishes").iloc[-1]
    run = stagesim.run(path, mode=worst["mode"], replication=worst["replication"], seed=np.uint8(4))
    run.save(tmp_path)
    assert run.metrics["wishes"].item() == worst["wishes"]
    assert stagesim.compare(
        path, modes=np.array(["invite_only"]), replications=np.int32(1), seed=4
    ).results.replications
    assert stagesim.compare(path, modes=pd.Series(["invite_only"]), replications=1).results.modes == ("invite_only",)


def test_a_moment_may_be_the_first_and_a_number_of_numpy(path: Path) -> None:
    run = stagesim.run(path)
    assert run.at(minute=0).equals(run.at(second=np.int64(0)))
    assert run.at(minute=np.float32(1.5)).equals(run.at(second=90))
    assert run.summary(confidence=np.float32(0.5)).equals(run.summary(confidence=0.5))


def test_a_set_has_no_order_and_gives_none(path: Path) -> None:
    """Otherwise the order of the modes, and with it who is compared with whom, would be another in each process."""
    modes = {"join_by_request", "invite_only", "everyone_on_stage"}
    assert stagesim.compare(path, modes=modes, replications=1).results.modes == tuple(sorted(modes))


def test_a_table_of_nothing_has_its_columns(path: Path) -> None:
    """Where no pair has anything but zeros there is no row, and a reader of the columns is no worse off."""
    quiet = stagesim.compare(path, modes="invite_only,everyone_on_stage".split(","), replications=2)
    nothing = quiet.differences("rejected_stage_full")
    assert nothing.empty
    assert list(nothing) == list(quiet.differences())
    assert nothing[nothing.verdict == "better"].empty
    silent = stagesim.compare(
        path, sets={"audience.wishes": {}}, modes="invite_only,everyone_on_stage".split(","), replications=2
    )
    assert silent.winners().empty
    assert list(silent.winners()) == list(quiet.winners())


def test_all_errors_have_one_base() -> None:
    kinds = (
        stagesim.ScenarioError,
        stagesim.StudyError,
        stagesim.StoreError,
        BehaviourError,
        EndlessMoment,
        EngineError,
    )
    for kind in (*kinds, LogError, BaselineError):
        assert issubclass(kind, stagesim.StagesimError)
    assert issubclass(stagesim.StagesimError, ValueError)


def test_texts_and_mappings_are_good_where_several_are_asked_for(path: Path) -> None:
    one = stagesim.compare(path, replications=2, sets="audience.count=4", modes="invite_only")
    assert one.metrics["people"].tolist() == [4, 4]
    both = stagesim.compare(path, replications=2, sets={"audience.count": 4}, modes=["invite_only", "join_by_request"])
    assert both.differences("queue_mean", margins={"queue_mean": 1})["metric"].tolist() == ["queue_mean"]


SAID_TO_BOTH = {"engine", "seed", "replications", "workers"}
"""Keys that somebody may look for in a file: there both ways of saying them are named."""


def test_no_error_of_python_names_an_option_of_the_shell() -> None:
    """Errors below the command line name what both have, `out` or `modes`, and no `--out`."""
    package = Path(stagesim.__file__).parent
    below = [*package.glob("experiments/**/*.py"), *package.glob("api/*.py"), *package.glob("scenario/**/*.py")]
    assert len(below) > 80
    for file in (each for each in below if each.name != "origin.py"):
        for each in re.findall(r"`--(\w+)[^`]*`", file.read_text(encoding="utf-8")):
            assert each in SAID_TO_BOTH, f"{file.name}: --{each}"
