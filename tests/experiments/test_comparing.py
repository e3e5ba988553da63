"""Comparisons as studies: when they end, what they take from before, and what their pairs say."""

import dataclasses
import json
import math
import subprocess
import sys
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest

import stagesim
from stagesim.experiments.comparison.analysis import analyse
from stagesim.experiments.comparison.compare import Aim, analysed, carry_out
from stagesim.experiments.comparison.decision import UntilDecision, chosen_rule
from stagesim.experiments.comparison.pairs import Pair, Side, mode_pairs, variant_pairs
from stagesim.experiments.ending import Ending
from stagesim.experiments.executors import Executors
from stagesim.experiments.kept.identity import DECISIVE, code_digest, identity
from stagesim.experiments.kept.manifests import StoreError
from stagesim.experiments.kept.matter import matter_of, other_study, refuse_other
from stagesim.experiments.kept.resume import resumable
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.experiments.size.grow import grow
from stagesim.experiments.size.rules import FixedSize, UntilPrecision, amounts
from stagesim.experiments.study import Plan, StudyError
from stagesim.metrics.fates import fates
from stagesim.reporting.publish import keep, publish
from stagesim.reporting.words.comparison import same_people_lines
from stagesim.scenario.reading.loader import loads

pytestmark = pytest.mark.usefixtures("blank_charts")

TEXT = """\
title: A small seminar
duration: 8 min
room: {stage_capacity: 2}
audience: {count: 10, mobile: 0.3, wishes: {rate: 12 per hour}, patience: {exponential: {mean: 2 min}}}
moderators: {review: {time: 10 s}}
"""
SCENARIO = loads(TEXT)
MODES = ("everyone_on_stage", "join_by_request")
PLAN = Plan(SCENARIO, MODES, seed=3)


def grown(rule, plan=PLAN, **options) -> Results:
    return grow({"": plan}, rule, **options)[""]


@pytest.fixture(scope="module")
def ten() -> Results:
    return grown(FixedSize(10))


def digests(results: Results) -> list[str]:
    return [outcome.log.digest() for outcome in results.outcomes]


def made_up(values: dict[str, list[float]]) -> Results:
    """Results in which one metric has these values, by mode; only the figures are made up."""
    one = grown(FixedSize(1)).outcomes[0]
    outcomes = [
        dataclasses.replace(
            one, mode=mode, replication=at, metrics={**one.metrics, "requests": 1.0, "queue_mean": value}
        )
        for at in range(len(next(iter(values.values()))))
        for mode, value in ((mode, each[at]) for mode, each in values.items())
    ]
    return Results(SCENARIO, 3, tuple(values), tuple(outcomes))


def test_a_fixed_size_ends_as_asked(ten: Results) -> None:
    assert (ten.replications, ten.ending.reason) == (10, "size")
    assert [(o.replication, o.mode) for o in ten.outcomes] == [(at, mode) for at in range(10) for mode in MODES]


def test_what_is_known_is_not_simulated_again_and_the_result_is_the_same(ten: Results, monkeypatch) -> None:
    asked: list[list[int]] = []
    real = stagesim.experiments.size.grow.replicate

    def counted(job, modes, replications, executors):
        asked.append(list(replications))
        return real(job, modes, replications, executors)

    monkeypatch.setattr("stagesim.experiments.size.grow.replicate", counted)
    known = {(o.mode, o.replication): o for o in ten.outcomes if o.replication < 6}
    again = grown(FixedSize(10), known={"": known})
    assert asked == [[6, 7, 8, 9]]
    assert digests(again) == digests(ten)
    fewer = grown(FixedSize(4), known={"": known})
    assert fewer.replications == 4
    assert len(asked) == 1


def test_until_precision_stops_at_looks_only() -> None:
    rule = UntilPrecision(amounts(["queue_mean=10%"], "x"), at=(40, 60))
    steady, wild = ([10.0 + height * (at % 2) for at in range(60)] for height in (1, 20))
    assert rule.judge({"": made_up({"join_by_request": steady[:3]})}) == 40
    assert rule.judge({"": made_up({"join_by_request": steady[:40]})}).reason == "precision"
    assert rule.judge({"": made_up({"join_by_request": steady[:50]})}) == 60
    assert rule.judge({"": made_up({"join_by_request": wild[:40]})}) == 60
    assert rule.judge({"": made_up({"join_by_request": wild})}).reason == "limit"


def test_until_precision_needs_it_on_every_side() -> None:
    rule = UntilPrecision(amounts(["queue_mean=2"], "x"))
    values = {"everyone_on_stage": [at % 2 for at in range(40)], "join_by_request": [19 * (at % 2) for at in range(40)]}
    assert rule.judge({"": made_up(values)}) == 80


def test_until_decision_looks_where_it_was_declared() -> None:
    rule = UntilDecision(("queue_mean",), amounts(["queue_mean=1"], "x"), at=(20, 40))
    noise = [math.sin(7.0 * at) for at in range(40)]
    apart = {"everyone_on_stage": [1 + each for each in noise], "join_by_request": [90 - each for each in noise]}
    near = {
        "everyone_on_stage": [50 + 30 * each for each in noise],
        "join_by_request": [50 - 30 * each for each in noise],
    }
    first = {mode: values[:20] for mode, values in apart.items()}
    found = rule.judge({"": made_up(first)})
    assert isinstance(found, Ending)
    assert (found.reason, found.looks.at, found.looks.last) == ("decision", (20, 40), 0)
    assert rule.judge({"": made_up({mode: values[:10] for mode, values in apart.items()})}) == 20
    assert rule.judge({"": made_up({mode: values[:20] for mode, values in near.items()})}) == 40
    assert rule.judge({"": made_up(near)}).reason == "limit"


def test_a_decided_study_reports_by_its_look() -> None:
    rule = UntilDecision(("wishes_heard_share",), at=(20, 40))
    found = carry_out({"": PLAN}, Aim(rule))
    analysis = analysed(found, Aim(rule))
    assert analysis is not None
    assert analysis.looks.at == (20, 40)
    assert analysis.contrasts[0].metric == "wishes_heard_share"
    if found[""].ending.reason == "decision":
        assert analysis.contrasts[0].verdict != "undecided"
    plain = analyse(analysis.pairs, ("wishes_heard_share",))
    assert analysis.contrasts[0].difference.interval.half_width > plain.contrasts[0].difference.interval.half_width


def test_an_interruption_keeps_what_is_complete() -> None:
    def watch(outcomes, total, unit):
        for count, outcome in enumerate(outcomes):
            if count == 5:
                raise KeyboardInterrupt
            yield outcome

    found = grown(FixedSize(10), executors=Executors(watch=watch), keep=True)
    assert (found.replications, found.ending.reason) == (2, "interrupted")
    with pytest.raises(KeyboardInterrupt):
        grown(FixedSize(10), executors=Executors(watch=watch))


def test_an_interrupted_study_goes_on_from_its_folder(ten: Results, tmp_path: Path) -> None:
    part = dataclasses.replace(ten, outcomes=ten.outcomes[:8], ending=Ending("interrupted"))
    keep(part, tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert not manifest["complete"]
    found = resumable(tmp_path, PLAN)
    assert (len(found.outcomes), found.remark) == (8, "")
    whole = grown(FixedSize(10), known={"": found.outcomes})
    assert digests(whole) == digests(ten)
    assert str([o.metrics for o in whole.outcomes]) == str([o.metrics for o in ten.outcomes])
    assert str([o.by_client for o in whole.outcomes]) == str([o.by_client for o in ten.outcomes])


def test_another_study_in_a_folder_is_named_and_refused(ten: Results, tmp_path: Path) -> None:
    other = matter_of({"": dataclasses.replace(PLAN, seed=4).results(())})
    keep(dataclasses.replace(ten, ending=Ending("interrupted")), tmp_path)
    with pytest.raises(StoreError, match=r"another seed, and it was interrupted\n  hint: .*`fresh`"):
        refuse_other(tmp_path, other)
    keep(ten, tmp_path)
    assert other_study(tmp_path, other).endswith("has a study of another seed")
    changed = Plan(loads(TEXT.replace("count: 10", "count: 11")), MODES, seed=3, asked=ten.origin)
    assert other_study(tmp_path, matter_of({"": changed.results(())})).endswith("has a study of another scenario")
    same = matter_of({"": dataclasses.replace(PLAN, asked=ten.origin).results(())})
    assert not other_study(tmp_path, same, least=10)
    assert "10 sessions in each mode, more than the 5" in other_study(tmp_path, same, least=5)
    fewer = dataclasses.replace(PLAN, asked=ten.origin, modes=MODES[:1])
    assert "more modes" in other_study(tmp_path, matter_of({"": fewer.results(())}))


def test_other_code_and_damaged_files_are_not_taken_over(ten: Results, tmp_path: Path) -> None:
    keep(ten, tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["identity"] == identity(SCENARIO, 3)
    (tmp_path / "events/join_by_request.parquet").write_bytes(b"nothing")
    found = resumable(tmp_path, PLAN)
    assert not found.outcomes
    assert "cannot be used again" in found.remark
    manifest["identity"]["code"] = "0" * 64
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    assert not resumable(tmp_path, PLAN).outcomes
    assert resumable(tmp_path / "nowhere", PLAN).outcomes == {}


def test_stopping_while_charts_are_drawn_loses_no_session(ten: Results, tmp_path: Path, monkeypatch) -> None:
    def stopped(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("stagesim.reporting.publish.page", stopped)
    with pytest.raises(KeyboardInterrupt):
        publish(ten, tmp_path)
    monkeypatch.undo()
    (tmp_path / "charts").mkdir()
    (tmp_path / "charts/notes.txt").write_text("somebody's own")
    assert len(resumable(tmp_path, PLAN).outcomes) == 20
    assert publish(ten, tmp_path).is_file()
    assert (tmp_path / "charts/notes.txt").is_file()


def test_the_expectations_of_a_script_survive_a_folder(tmp_path: Path) -> None:
    scripted = loads(
        "title: One\nduration: 2 min\nscript:\n"
        "  - {at: 1 s, do: enter_room, by: pat, role: participant, expect: accepted}\n"
        "  - {at: 2 s, do: ask_to_join, by: pat, expect: viewer}\n",
        "one.yaml",
    )
    plan = Plan(scripted, ("join_by_request",))
    results = grow({"": plan}, FixedSize(2))[""]
    keep(results, tmp_path)
    found = resumable(tmp_path, plan).outcomes
    assert [found["join_by_request", at].checks for at in range(2)] == [o.checks for o in results.outcomes]
    assert results.outcomes[0].checks[1].line == 5
    assert not results.outcomes[0].checks[1].ok


def test_the_code_digest_is_of_all_code_that_decides() -> None:
    """A module that a session runs through, and that `DECISIVE` forgets, would let old sessions pass for new ones."""
    program = "import sys, stagesim.simulate; print(*(m.__file__ for n, m in sys.modules.items() if n[:5] == 'stage'))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    # The digest is of the sources, which lie beside what is compiled of them.
    loaded = {file.with_name(file.name.partition(".")[0] + ".py") for file in map(Path, done.stdout.split())}
    covered = [Path(str(files(package) / part)) for package, part in DECISIVE]
    missed = {file.name for file in loaded if not any(file == place or place in file.parents for place in covered)}
    said = {"errors.py", "given_files.py", "plain_text.py", "version.py"}
    assert missed == {"__init__.py", "metric_table.py", *said}, "what only names, reads or measures is left out"
    assert len(code_digest()) == 64


def test_sessions_with_behaviours_of_ones_own_are_marked() -> None:
    def silent(agent):
        yield from ()

    plan = dataclasses.replace(PLAN, behaviours={"audience": silent})
    (code,) = grown(FixedSize(1), plan=plan).origin.behaviours.values()
    assert code.endswith("test_sessions_with_behaviours_of_ones_own_are_marked.<locals>.silent")


@pytest.mark.parametrize(
    ("text", "said"),
    [("queue_mean", "expected METRIC=NUMBER"), ("queue_mean=0", "expected METRIC"), ("queue_men=5%", "queue_mean")],
)
def test_amounts_that_mean_nothing_are_errors_with_a_hint(text: str, said: str) -> None:
    with pytest.raises(StudyError, match=said) as error:
        amounts([text], "`--margin`")
    assert "hint:" in str(error.value)


def test_one_rule_at_a_time() -> None:
    with pytest.raises(StudyError, match="a precision or with a decision"):
        chosen_rule(None, amounts(["queue_mean=5%"], "x"), ["queue_mean"], {})
    assert chosen_rule(None, {}, [], {}) == FixedSize(40)
    assert chosen_rule(70, {}, ["queue_mean"], {}).at == (40, 70)


# Pairs.


def test_every_mode_is_compared_with_those_before_it(ten: Results) -> None:
    three = dataclasses.replace(ten, modes=("a", "b", "c"))
    assert [(p.side.mode, p.base.mode) for p in mode_pairs(three)] == [("b", "a"), ("c", "a"), ("c", "b")]
    pairs = variant_pairs({"one": ten, "two": ten})
    assert [(p.side.variant, p.base.variant, p.side.mode) for p in pairs] == [("two", "one", mode) for mode in MODES]


def test_the_same_twice_differs_in_nothing(ten: Results) -> None:
    analysis = analyse(variant_pairs({"one": ten, "two": ten}))
    assert analysis.contrasts
    assert {each.verdict for each in analysis.contrasts} == {"equivalent"}
    assert {each.difference.interval.mean for each in analysis.contrasts} == {0.0}
    assert not analysis.same_people.other_wishes
    for each in analysis.effects:
        assert (each.better.mean, each.worse.mean, each.change_s.mean, each.lost.mean) == (0, 0, 0, 0)


def test_differences_are_those_of_the_replications(ten: Results) -> None:
    (each,) = [c for c in analyse(mode_pairs(ten)).contrasts if c.metric == "wishes_heard_share"]
    gaps = [
        mine - theirs
        for mine, theirs in zip(
            ten.values("wishes_heard_share", MODES[1]), ten.values("wishes_heard_share", MODES[0]), strict=True
        )
    ]
    assert each.difference.interval.mean == pytest.approx(sum(gaps) / 10)
    assert each.mean - each.base_mean == pytest.approx(sum(gaps) / 10)


def test_no_verdict_where_too_many_pairs_lack_a_value() -> None:
    values = {"everyone_on_stage": [1.0 + at / 100 for at in range(10)], "join_by_request": [9.0] * 8 + [math.nan] * 2}
    (each,) = analyse(mode_pairs(made_up(values)), ("queue_mean",)).contrasts
    assert each.verdict == "undecided"
    assert each.difference.interval.mean > 7
    assert math.isnan(each.difference.interval.low)


def test_people_wish_alike_in_all_modes_unless_one_wish_follows_another(ten: Results) -> None:
    kept = analyse(mode_pairs(ten)).same_people
    assert kept.people > 10
    assert kept.other_wishes == ()
    follows = loads(TEXT.replace("rate: 12 per hour", "on_arrival: 1, after_settled: {exponential: {mean: 1 min}}"))
    found = grown(FixedSize(3), plan=Plan(follows, MODES))
    apart = analyse(mode_pairs(found)).same_people
    assert apart.other_wishes
    assert apart.names[0] in fates(found.outcomes[0].log, 60_000)
    assert len(apart.other_wishes) <= apart.people


def session(lines: list[tuple[int, str, str, dict]], mode: str) -> Outcome:
    """An outcome with a log of these events, for people p1, p2 … who came at once."""
    from stagesim.eventlog import EventLog, Header

    one = grown(FixedSize(1)).outcomes[0]
    log = EventLog(Header("made up", "0" * 64, mode, 1))
    log.note(0, "session_started", "system", "system")
    for at in range(1, 11):
        log.register(f"p{at}", "audience")
        log.note(0, "entered", f"p{at}", role="participant", client="mobile" if at > 8 else "desktop")
    for at_ms, kind, who, fields in sorted(lines, key=lambda line: line[0]):
        log.note(at_ms, kind, who, **fields)
    log.note(600_000, "session_ended", "system", "system")
    return dataclasses.replace(one, mode=mode, replication=0, log=log, horizon_ms=600_000)


def arising(numbers: range) -> list[tuple[int, str, str, dict]]:
    """A wish of each of these people at the start."""
    return [(0, "wish_arose", f"p{at}", {"wish": at, "wanted_ms": 60_000}) for at in numbers]


def heard(numbers: range, at_ms: int) -> Iterator[tuple[int, str, str, dict]]:
    """The stays of these people from a moment on, for as long as they want."""
    for at in numbers:
        yield at_ms, "wish_satisfied", f"p{at}", {"wish": at}
        yield at_ms + 60_000, "wish_ended", f"p{at}", {"wish": at, "cause": "left", "had_ms": 60_000}


def test_a_better_mean_that_starves_a_tenth_is_flagged() -> None:
    """Ten people wish at the start. On the base each waits 100 s; on the side nine wait 10 s, and one for ever."""
    wishes = arising(range(1, 11))
    base = session([*wishes, *heard(range(1, 11), 100_000)], MODES[0])
    side = session([*wishes, *heard(range(1, 10), 10_000)], MODES[1])
    pair = Pair(Side("", MODES[1], (side,)), Side("", MODES[0], (base,)))
    effects = {(each.by, each.value): each for each in analyse([pair], ()).effects}
    all_of_them = effects["all", ""]
    assert (all_of_them.people, all_of_them.better.mean, all_of_them.worse.mean) == (10, 0.9, 0.1)
    assert all_of_them.change_s.mean == pytest.approx((-90 * 9 + 500) / 10)
    assert all_of_them.worst_s.mean == pytest.approx(500)
    assert (all_of_them.base_never.mean, all_of_them.never.mean, all_of_them.lost.mean) == (0, 0.1, 0.1)
    assert all_of_them.starves
    assert effects["client", "mobile"].lost.mean == 0.5
    assert not effects["client", "desktop"].starves


def test_shares_of_a_part_are_of_all_its_people_in_all_sessions() -> None:
    """Nine people of one session keep the stage, the only one of another loses it: one in ten, not one in two."""

    def of(numbers: range, lost: bool) -> tuple[Outcome, Outcome]:
        wishes, base = arising(numbers), heard(numbers, 100_000)
        side = [] if lost else heard(numbers, 40_000)
        return session([*wishes, *side], MODES[1]), session([*wishes, *base], MODES[0])

    many, alone, nobody = of(range(1, 10), lost=False), of(range(10, 11), lost=True), of(range(0), lost=False)
    sides, bases = (
        tuple(dataclasses.replace(each, replication=at) for at, each in enumerate(outcomes))
        for outcomes in zip(many, alone, nobody, strict=True)
    )
    pair = Pair(Side("", MODES[1], sides), Side("", MODES[0], bases))
    effect = analyse([pair], ()).effects[0]
    assert effect.people == pytest.approx(10 / 3)
    assert effect.lost.mean == pytest.approx(1 / 10)
    assert effect.better.mean == pytest.approx(9 / 10)
    assert effect.change_s.mean == pytest.approx((9 * -60 + 500) / 10)
    assert effect.heard_change_s.mean == pytest.approx(40 - 100)
    assert effect.worst_s.mean == pytest.approx((-60 + 500) / 2)
    assert effect.lost.left_out == 1


# From Python, and as a report.


def test_pairs_from_python(tmp_path: Path) -> None:
    found = stagesim.compare(SCENARIO, modes=MODES, replications=16, seed=3)
    table = found.differences(["wishes_heard_share"], margins={"wishes_heard_share": 3})
    assert table["verdict"].tolist() == ["equivalent"]
    assert found.winners()["by"].tolist()[0] == "all"
    assert found.same_people().other_wishes == ()
    more = found.extended(18)
    assert [o.log.digest() for o in more.results.outcomes[:32]] == [o.log.digest() for o in found.results.outcomes]
    assert more.results.replications == 18
    report = more.save(tmp_path).read_text()
    assert "Differences in pairs" in report
    assert "Who wins, who loses" in report
    for name in ("differences.csv", "winners.csv", "charts/paired_differences.svg", "charts/winners_and_losers.svg"):
        assert (tmp_path / name).stat().st_size > 0
    with pytest.raises(StudyError, match="pairs need two sides"):
        stagesim.compare(SCENARIO, modes=MODES[:1], replications=2).differences()


def test_variants_from_python(tmp_path: Path) -> None:
    narrow = loads(TEXT.replace("stage_capacity: 2", "stage_capacity: 1"))
    found = stagesim.compare_variants({"as it is": SCENARIO, "narrow": narrow}, modes=MODES, replications=4)
    table = found.differences()
    assert set(table["variant"]) == {"narrow"}
    assert set(table["base_variant"]) == {"as it is"}
    assert set(table["mode"]) == set(MODES)
    page = found.save(tmp_path).read_text()
    assert 'href="as_it_is/report.html"' in page
    assert (tmp_path / "narrow/metrics.csv").is_file()
    assert found["narrow"].results.replications == 4
    with pytest.raises(StudyError, match="two or more"):
        stagesim.compare_variants({"one": SCENARIO})


def test_a_report_on_one_mode_has_no_pairs(ten: Results, tmp_path: Path) -> None:
    one = grown(FixedSize(2), plan=Plan(SCENARIO, MODES[:1]))
    assert analysed({"": one}, Aim()) is None
    assert "Differences in pairs" not in publish(one, tmp_path).read_text()


def test_only_wishes_that_are_the_same_on_both_sides_tell_who_wins() -> None:
    """One who wishes at 0 and again after the first wish is settled: the second wish is another one on each side."""

    def side(mode: str, second_ms: int, first_at_ms: int) -> Outcome:
        later = [(second_ms, "wish_arose", "p1", {"wish": 2, "wanted_ms": 60_000})]
        return session([*arising(range(1, 2)), *heard(range(1, 2), first_at_ms), *later], mode)

    base, other = side("everyone_on_stage", 200_000, 10_000), side("join_by_request", 300_000, 100_000)
    pair = Pair(Side("", "join_by_request", (other,)), Side("", "everyone_on_stage", (base,)))
    found = analyse([pair])
    assert [each.person for each in found.same_people.other_wishes] == ["p1"]
    (effect,) = found.effects
    assert effect.people == 1
    assert effect.change_s.mean == 90  # of the first wish; the second one is left open on both sides
    assert effect.worse.mean == 1
    assert "`wishes.after_settled`" in same_people_lines(found)[-1]
