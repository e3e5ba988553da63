"""Baselines: what is kept, what is refused, what is compared, and what an acceptance takes over."""

import dataclasses
import json
import math
import re
from pathlib import Path

import pytest

import stagesim
from stageaccess import Command, Decision, RoomConfig, RuleSet
from stagesim.engines.contract import EngineError
from stagesim.experiments.executors import Executors
from stagesim.experiments.study import StudyError
from stagesim.metric_table import WAITS
from stagesim.metrics import METRICS
from stagesim.reporting.page.difference import html, markdown, text
from stagesim.scenario.demands.shares import share_within
from stagesim.scenario.reading.loader import load, loads
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.acceptance import accept
from stagesim.testing.baselines.baseline import Baseline, BaselineError, equal, mean
from stagesim.testing.baselines.baseline_file import accepted_lines, baseline_path, described, load_baseline, save
from stagesim.testing.baselines.fit import check_fits
from stagesim.testing.baselines.made import make
from stagesim.testing.baselines.regression import compare_with_baseline
from stagesim.testing.baselines.situation import situation
from stagesim.testing.difference import Side, difference, of_baseline
from stagesim.testing.gate.against_baseline import baseline_questions
from stagesim.testing.gate.pipeline import Settings, Target, judge
from stagesim.testing.gate.verdicts import Judgement, verdict_code
from worsened import OneTooMany, Renamed, SecondApproval, Silent

MODES = ("join_by_request", "invite_only")


@pytest.fixture(scope="module")
def kept(seminar_text: str) -> Baseline:
    return make(loads(seminar_text, "seminar.yaml"), modes=MODES, replications=6)


def changed_rules(file: Path) -> Scenario:
    """The seminar with a rule by which an approval only closes the request."""
    rules = "rules: {name: lost, cells: {bring_to_stage.requested: viewer}}\n"
    file.write_text(file.read_text() + rules, encoding="utf-8")
    return load(file)


def test_a_file_gives_back_what_was_kept(kept: Baseline, tmp_path: Path) -> None:
    path = tmp_path / "deep/down/seminar.json"
    save(path, kept)
    back = load_baseline(path)
    assert all(equal(back.values[mode], kept.values[mode]) for mode in MODES)
    assert back.modes == MODES
    for field in (
        "situation",
        "settings",
        "made_by",
        "seed",
        "replications",
        "logs",
        "reels",
        "times",
        "answers",
        "commands",
    ):
        assert getattr(back, field) == getattr(kept, field)
    assert back.tapes("invite_only") == kept.tapes("invite_only")
    assert len(back.tapes("invite_only")) == len(back.logs["invite_only"]) == 6
    save(tmp_path / "again.json", back)
    assert (tmp_path / "again.json").read_bytes() == path.read_bytes()


def test_a_file_has_one_line_a_metric_and_nothing_of_the_machine(
    seminar: Scenario, kept: Baseline, tmp_path: Path
) -> None:
    path = tmp_path / "seminar.json"
    save(path, kept)
    text = path.read_text()
    assert sum('"time_to_stage_mean": [' in line for line in text.splitlines()) == len(MODES)
    assert str(tmp_path) not in text
    assert "NaN" not in text
    save(path, make(seminar, modes=MODES, replications=6, executors=Executors(2)))
    assert path.read_text() == text


def test_a_comparison_with_itself_is_exactly_zero(seminar: Scenario, kept: Baseline) -> None:
    found = compare_with_baseline(seminar, kept, modes=MODES)
    assert (found.identical, found.verdict, found.replications) == (True, "pass", 6)
    assert list(found.lines()) == [f"baseline {seminar.title}: identical after 6 replications in each of 2 modes"]


def test_a_renaming_in_the_engine_is_identical(seminar: Scenario, kept: Baseline) -> None:
    assert compare_with_baseline(seminar, kept, modes=MODES, engine=Renamed).identical


def test_a_worse_rule_fails_with_person_moment_and_rule(seminar: Scenario, kept: Baseline) -> None:
    found = compare_with_baseline(seminar, kept, modes=MODES, engine=SecondApproval)
    assert found.verdict == "fail"
    assert [changes.mode for changes in found.changes] == ["join_by_request"]
    first = found.changes[0].changes[0]
    tape = kept.tapes("join_by_request")[0]
    approval = next(entry for entry in tape.entries if entry.command and entry.command.do == "bring_to_stage")
    assert approval.command is not None
    assert (first.person, first.at_ms) == (approval.command.to, approval.at_ms)
    assert first.rule == "cell `bring_to_stage.requested`"
    assert {effect.mode for effect in found.effects} == {"join_by_request"}
    # The differences are those of now to before.
    for effect in found.effects:
        if not math.isnan(effect.difference.interval.mean) and effect.difference.interval.n == 6:
            assert effect.difference.interval.mean == pytest.approx(effect.now - effect.before, abs=1e-9)


TALK = """\
title: A talk with questions
duration: 20 min
modes: [join_by_request]
room: {stage_capacity: 3, invitation_ttl: 60 s}
audience:
  count: 20
  wishes: {rate: 4 per hour}
  patience: {exponential: {mean: 3 min}}
  answer: {time: 5 s, accept: 0.9}
  on_stage: {stay: {exponential: {mean: 60 s}}}
moderators: {approve_up_to: 4, review: {approve: 0.9, time: {gamma: {mean: 8 s, cv: 1}}}}
"""


def test_a_capacity_check_off_by_one_is_red_in_whatever_replication_it_shows() -> None:
    """In the first one it does not: one sample was taken for all, and the check was green."""
    talk = loads(TALK)
    kept = make(talk, replications=20)
    (worse,) = compare_with_baseline(talk, kept, engine=OneTooMany).changes
    assert 0 < worse.changed_replications < worse.replications == 20
    assert 0 not in {change.replication for change in worse.changes}
    first = worse.changes[0]
    assert (first.rule, first.before, first.standing) == ("C1", "rejected, stage_full", "preparing")
    assert first.now.endswith("stage_joined")
    assert first.command == f"`{first.person}` `go_live`"

    (question,) = baseline_questions(talk, ["join_by_request"], kept, seed=1, engine=OneTooMany)
    settings = Settings(engine=OneTooMany)
    (judged_,) = judge(Target("talk.yaml", talk, ("join_by_request",)), settings, [question])
    said = judged_.finding.said
    assert str(judged_.verdict) == "fail"
    assert f"in {worse.changed_replications} of 20 replications; first in replication {first.replication}: " in said
    assert f"`{first.person}` `go_live`: {first.person} was preparing; before: rejected, stage_full" in said
    assert "(C1)" in said


def test_a_lost_notice_is_red_with_person_moment_and_rule(seminar: Scenario, kept: Baseline) -> None:
    found = compare_with_baseline(seminar, kept, modes=MODES, engine=Silent)
    assert [changes.mode for changes in found.changes] == ["join_by_request"]
    asked = [
        entry
        for tape in kept.tapes("join_by_request")
        for entry in tape.entries
        if any(event.event == "request_created" for event in entry.answer.events)
    ]
    changes = found.changes[0].changes
    assert [change.at_ms for change in changes] == [entry.at_ms for entry in asked]
    assert {(change.person, change.rule) for change in changes} == {
        ("moderators-1", "who is told of `request_created`")
    }
    assert (changes[0].before, changes[0].now) == ("1 told of request_created", "nobody told of request_created")
    assert found.verdict == "fail"


class Mute(Renamed):
    """Does not say who is told."""

    def report_told(self) -> bool:
        return False


def test_who_is_told_is_not_tested_where_the_engine_does_not_say(seminar: Scenario, kept: Baseline) -> None:
    """Never green for that; a baseline of such an engine holds nothing of it, and is compared without."""
    for baseline, verdict in ((kept, "not tested"), (make(seminar, modes=MODES, replications=6, engine=Mute), "pass")):
        questions = baseline_questions(seminar, MODES, baseline, seed=1, engine=Mute)
        found = list(judge(Target("seminar.yaml", seminar, MODES), Settings(engine=Mute), questions))
        assert {str(each.verdict) for each in found} == {verdict}
        assert verdict_code(found) == (3 if verdict == "not tested" else 0)


class Dead(Renamed):
    """An engine that has ended."""

    def submit(self, order: Command) -> Decision:
        raise EngineError("theirs", "ended", str(order))


def test_an_engine_that_breaks_on_a_kept_decision_fails_that_mode_alone(seminar: Scenario, kept: Baseline) -> None:
    """The rooms of the first replications go well, and then that of a decision that is put to it again."""
    rooms: list[Renamed] = []

    def engine(settings: RoomConfig, law: RuleSet) -> Renamed:
        rooms.append((Dead if len(rooms) == 4 else Renamed)(settings, law))
        return rooms[-1]

    questions = baseline_questions(seminar, MODES, kept, seed=1, engine=engine)
    found = list(judge(Target("seminar.yaml", seminar, MODES), Settings(engine=engine), questions))
    assert [(each.mode, str(each.verdict)) for each in found] == [(MODES[0], "fail"), (MODES[1], "pass")]
    assert found[0].finding.said == "the engine `theirs` ended"


def test_a_difference_to_a_baseline_is_looked_for_in_all_of_its_replications(tmp_path: Path) -> None:
    talk = loads(TALK)
    kept = make(talk, replications=20)
    save(tmp_path / "talk.json", kept)
    report = difference(of_baseline(tmp_path / "talk.json"), Side("talk", scenario=talk, engine=OneTooMany))
    first = compare_with_baseline(talk, kept, engine=OneTooMany).changes[0].changes[0]
    assert report.key == ("join_by_request", first.replication)
    assert report.divergence is not None
    assert (report.divergence.at_ms, report.divergence.person, report.divergence.rule) == (
        first.at_ms,
        first.person,
        "C1",
    )
    assert difference(of_baseline(tmp_path / "talk.json"), Side("talk", scenario=talk)).divergence is None


def test_a_lost_notice_is_a_difference_though_the_logs_are_the_same(
    seminar: Scenario, kept: Baseline, tmp_path: Path
) -> None:
    save(tmp_path / "kept.json", kept)
    found = difference(of_baseline(tmp_path / "kept.json"), Side("silent", scenario=seminar, engine=Silent))
    assert found.differs
    assert found.divergence is None
    assert "the logs are the same" in text(found)
    assert "(who is told of `request_created`)" in text(found)
    assert "who is told of" in markdown(found)
    assert "<figure>" not in html(found)
    assert not difference(of_baseline(tmp_path / "kept.json"), Side("same", scenario=seminar)).differs


def test_an_acceptance_of_decisions_takes_over_who_is_told(seminar: Scenario, kept: Baseline) -> None:
    fresh = make(seminar, modes=MODES, replications=6, engine=Silent)
    assert fresh.logs == kept.logs
    accepted = accept(kept, fresh, ["decisions"], "staff look at the list themselves")
    assert compare_with_baseline(seminar, accepted, modes=MODES, engine=Silent).identical


def test_where_no_decision_changed_the_figures_are_compared(seminar_file: Path, seminar: Scenario) -> None:
    slow = load(seminar_file, ["moderators.review.time=10.001 s"])
    kept = dataclasses.replace(make(slow, modes=MODES, replications=20), situation=situation(seminar))
    found = compare_with_baseline(seminar, kept, modes=MODES)
    assert found.changed_decisions == 0
    assert "join_by_request" in [changes.mode for changes in found.changes]
    assert found.verdict in ("pass", "undecided")
    assert "what people do has changed" in "\n".join(found.lines())
    slower = load(seminar_file, ["moderators.review.time=90 s"])
    found = compare_with_baseline(slower, dataclasses.replace(kept, situation=situation(slower)), modes=MODES)
    assert found.verdict == "fail"
    worse = {effect.metric for effect in found.effects if effect.verdict == "worse"}
    assert "time_to_review_mean" in worse or "time_to_decision_mean" in worse


def test_remarks_rules_and_expectations_leave_a_baseline_valid(seminar_file: Path, kept: Baseline) -> None:
    text = seminar_file.read_text()
    seminar_file.write_text(text.replace("A small seminar", "Another name") + "description: New words.\n")
    check_fits(kept, load(seminar_file), MODES, replications=6)
    check_fits(kept, changed_rules(seminar_file), MODES)


@pytest.mark.parametrize("change", ["room.stage_capacity=3", "audience.count=11", "duration=13 min"])
def test_another_scenario_is_refused(seminar_file: Path, kept: Baseline, change: str) -> None:
    with pytest.raises(BaselineError, match="another scenario"):
        check_fits(kept, load(seminar_file, [change]), MODES)


def test_a_refusal_names_what_the_scenario_says_otherwise(seminar_file: Path, kept: Baseline, tmp_path: Path) -> None:
    changed = load(seminar_file, ["room.request_cooldown=90 s", "audience.patience={gamma: {mean: 1 min, cv: 1}}"])
    file = tmp_path / "kept.json"
    save(file, kept)
    with pytest.raises(BaselineError) as refused:
        check_fits(load_baseline(file), changed, MODES)
    said, hint = str(refused.value).splitlines()
    assert re.search(r"`room\.request_cooldown` was \w+( s)?, is 90 s", said)
    assert "`audience.patience` was " in said
    assert said.endswith(", is gamma: {mean: 1 min, cv: 1}")
    assert f"`stagesim diff {file} {seminar_file}`" in hint
    assert f"`stagesim baseline save {seminar_file} --replace`" in hint


def test_a_narrower_or_older_baseline_is_refused(seminar: Scenario, kept: Baseline, tmp_path: Path) -> None:
    with pytest.raises(BaselineError, match="narrower: it has no `everyone_on_stage`"):
        check_fits(kept, seminar)
    with pytest.raises(BaselineError, match="narrower: it has 6 replications, not 7"):
        check_fits(kept, seminar, MODES, 7)
    values = {mode: {k: v for k, v in table.items() if k != "queue_mean"} for mode, table in kept.values.items()}
    with pytest.raises(BaselineError, match="older: it has no `queue_mean`"):
        check_fits(dataclasses.replace(kept, values=values), seminar, MODES)
    path = tmp_path / "old.json"
    save(path, kept)
    path.write_text(path.read_text().replace("stagesim.baseline/4", "stagesim.baseline/0"))
    with pytest.raises(BaselineError, match=r"reads `stagesim\.baseline/4`"):
        load_baseline(path)
    path.write_text(json.dumps({"schema": "stagesim.baseline/4"}))
    with pytest.raises(BaselineError, match="edited"):
        load_baseline(path)
    for edit in (
        lambda data: data["values"]["invite_only"]["queue_mean"].__setitem__(3, 1e9),
        lambda data: data["logs"].__setitem__("invite_only", ["0" * 64] * 6),
        lambda data: data["logs"].pop("invite_only"),
        lambda data: data.__setitem__("replications", 60),
    ):
        save(path, kept)
        data = json.loads(path.read_text())
        edit(data)
        path.write_text(json.dumps(data))
        with pytest.raises(BaselineError, match="was edited, or merged"):
            load_baseline(path)
        assert verdict_code(judged(seminar, path)) == 4
    for short in (
        dataclasses.replace(kept, logs={**kept.logs, "invite_only": kept.logs["invite_only"][:5]}),
        dataclasses.replace(kept, reels={"join_by_request": kept.reels["join_by_request"]}),
        dataclasses.replace(kept, replications=7),
    ):
        save(path, short)
        with pytest.raises(BaselineError, match=r"too short: `(invite_only|join_by_request)` has not all of its"):
            load_baseline(path)
    path.write_text("[1")
    with pytest.raises(BaselineError, match="cannot read"):
        load_baseline(path)
    with pytest.raises(BaselineError, match="there is no baseline"):
        load_baseline(tmp_path / "none.json")


def test_an_acceptance_takes_over_only_what_is_named(seminar: Scenario, kept: Baseline, seminar_file: Path) -> None:
    worse = changed_rules(seminar_file)
    fresh = make(worse, modes=MODES, replications=6)
    some = accept(kept, fresh, ["time_to_stage_*"], "the talk goes on longer")
    taken = [metric.name for metric in METRICS if metric.name.startswith("time_to_stage_")]
    for name, series in kept.values["join_by_request"].items():
        expected = fresh.values["join_by_request"][name] if name.split(" @ ")[0] in taken else series
        assert [*map(repr, some.values["join_by_request"][name])] == [*map(repr, expected)]
    assert some.logs == kept.logs
    assert compare_with_baseline(worse, some, modes=MODES).verdict == "fail"
    assert some.accepted[0].reason == "the talk goes on longer"

    decisions = accept(some, fresh, ["decisions"], "approval is not enough")
    assert decisions.logs == fresh.logs
    found = compare_with_baseline(worse, decisions, modes=MODES)
    assert (found.changed_decisions, found.changes, found.replications) == (0, (), 6)
    assert "wishes_heard_share" in {effect.metric for effect in found.effects}

    everything = accept(decisions, fresh, ["*"], "all of it")
    assert compare_with_baseline(worse, everything, modes=MODES).identical
    assert [each.only for each in everything.accepted] == [("time_to_stage_*",), ("decisions",), ("*",)]
    assert compare_with_baseline(seminar, everything, modes=MODES).verdict == "fail"


@pytest.mark.parametrize(("only", "reason"), [(["no_metric"], "x"), ([], "x"), (["decisions"], "  ")])
def test_an_acceptance_needs_a_name_and_a_reason(kept: Baseline, only: list[str], reason: str) -> None:
    with pytest.raises(BaselineError):
        accept(kept, kept, only, reason)


def judged(scenario: Scenario, baseline: Baseline | Path, seed: int = 1) -> list[Judgement]:
    settings = Settings(seed=seed, budget=20)
    questions = baseline_questions(scenario, MODES, baseline, seed=seed)
    return list(judge(Target("seminar.yaml", scenario, MODES), settings, questions))


def test_the_gate_passes_when_all_was_compared_and_fails_at_the_first_look(
    seminar: Scenario, kept: Baseline, seminar_file: Path
) -> None:
    found = judged(seminar, kept)
    said = "identical in all 6 replications"
    assert [(each.verdict, each.replications, each.finding.said) for each in found] == [("pass", 6, said)] * 2
    assert verdict_code(found) == 0
    found = judged(changed_rules(seminar_file), kept)
    assert {each.mode: str(each.verdict) for each in found} == {"join_by_request": "fail", "invite_only": "pass"}
    failed = next(each for each in found if each.verdict == "fail")
    assert failed.replications == 1
    assert "--replication" not in failed.again  # the command compares with the baseline again
    assert "`bring_to_stage`" in failed.finding.said
    assert verdict_code(found) == 1


def test_the_gate_says_why_a_baseline_cannot_be_used(seminar: Scenario, kept: Baseline, tmp_path: Path) -> None:
    assert verdict_code(judged(seminar, tmp_path / "none.json")) == 4
    found = judged(seminar, kept, seed=2)
    assert verdict_code(found) == 4
    assert "the seed 1, not 2" in found[0].finding.said


def test_the_gate_goes_on_to_figures_where_only_people_changed(seminar_file: Path) -> None:
    slow = load(seminar_file, ["moderators.review.time=90 s"])
    kept = dataclasses.replace(make(load(seminar_file), modes=MODES, replications=20), situation=situation(slow))
    found = {each.mode: each for each in judged(slow, kept)}
    assert str(found["join_by_request"].verdict) == "fail"
    assert found["join_by_request"].replications == 20
    assert found["join_by_request"].finding.said.startswith("no decision changed in 20 replications, ")
    assert str(found["invite_only"].verdict) in ("pass", "fail")


def test_a_mean_wait_is_that_of_all_wishes_of_all_replications(kept: Baseline) -> None:
    waits, wishes = (kept.series(name, "join_by_request") for name in ("time_to_stage_mean", "wishes"))
    seconds = sum(wait * number for wait, number in zip(waits, wishes, strict=True) if number)
    assert kept.mean("time_to_stage_mean", "join_by_request") == pytest.approx(seconds / sum(wishes))
    queues = kept.series("queue_mean", "join_by_request")
    assert kept.mean("queue_mean", "join_by_request") == pytest.approx(sum(queues) / len(queues))
    with pytest.raises(BaselineError, match="narrower"):
        kept.series("time_to_stage_mean", "join_by_request", "group", "nobody")
    assert math.isnan(kept.mean("time_to_decision_mean", "invite_only"))


def test_a_baseline_in_words(kept: Baseline) -> None:
    text = "\n".join(described(accept(kept, kept, ["queue_mean"], "as before"), ["queue_mean"]))
    assert "accepted 1: queue_mean: as before" in text
    assert f"{kept.mean('queue_mean', 'join_by_request'):.4g}" in text
    assert baseline_path("a/b/seminar.yaml") == Path("a/b/baselines/seminar.json")
    with pytest.raises(StudyError, match="unknown metric"):
        list(described(kept, ["queue"]))
    (line,) = (each for each in described(kept, ["share of wishes on stage within 20 s"]) if "within" in each)
    assert line.split()[0] == "wishes_on_stage_within_20_s"


def test_a_baseline_keeps_the_times_from_which_any_share_within_a_time_is_told(
    seminar: Scenario, kept: Baseline, tmp_path: Path
) -> None:
    save(tmp_path / "kept.json", kept)
    read = load_baseline(tmp_path / "kept.json")
    assert read.times == kept.times
    numbers = range(kept.replications)
    for limit_ms in (5_000, 47_000, 600_000):
        share = share_within(WAITS[0], limit_ms)
        for mode in MODES:
            found = stagesim.compare(seminar, modes=[mode], replications=6, seed=kept.seed)
            table = found.share_within("wishes on stage", f"{limit_ms} ms")
            assert mean(read.kept(share, mode, numbers)) == pytest.approx(table["share"][0])


def test_shares_within_a_time_are_compared_and_taken_over_together(seminar: Scenario, kept: Baseline) -> None:
    worse = make(seminar, modes=MODES, replications=6, seed=kept.seed, engine=SecondApproval)
    found = compare_with_baseline(seminar, kept, modes=MODES, engine=SecondApproval)
    names = {effect.metric for effect in found.effects}
    assert "wishes_on_stage_within_1_min" in names
    taken = accept(kept, worse, ["wishes_on_stage_within_1_min"], "the second look takes time")
    assert taken.times["join_by_request"]["time_to_stage"] == worse.times["join_by_request"]["time_to_stage"]
    assert taken.times["join_by_request"]["time_to_decision"] == kept.times["join_by_request"]["time_to_decision"]
    assert taken.values == kept.values
    assert "  join_by_request wishes on stage, within any time: taken over" in list(accepted_lines(kept, taken))
    assert accept(kept, worse, ["*"], "all of it").times == worse.times
    with pytest.raises(BaselineError, match="cannot accept `wishes_on_fire_within_1_min`"):
        accept(kept, worse, ["wishes_on_fire_within_1_min"], "why not")
