"""Scenario files: everything that is wrong is said at once, with its place and a hint."""

import os
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

from stageaccess.vocabulary import Mode, Role, Standing
from stagesim.scenario.faults import one_of
from stagesim.scenario.participants import Participants
from stagesim.scenario.reading.loader import Problem, ScenarioError, load, loads
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.distributions import Exponential, Fixed, Minus
from stagesim.scenario.values.field_types import MARK

GOOD = """\
title: Town hall
duration: 30 min
doors_open: 5 min
room: {mode: join_by_request, stage_capacity: 4, request_ttl: 2 min}
audience:
  count: 40
  arrival: {minus: {exponential: {mean: 2 min}}}
  patience: 90 s
moderators: {count: 2, role: host}
script:
  - {at: -1 min, do: enter_room, by: pat, role: participant}

  - at: 10 s
    do: ask_to_join
    by: pat
    expect: requested
"""


def problems(text: str, *sets: str) -> list[Problem]:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "x.yaml", sets)
    return list(caught.value.problems)


def only(text: str, *sets: str) -> Problem:
    (problem,) = problems(text, *sets)
    return problem


def with_line(line: str) -> str:
    return f"title: t\nduration: 10 min\n{line}\n"


def test_a_file_becomes_a_scenario(tmp_path: Path) -> None:
    path = tmp_path / "town_hall.yaml"
    path.write_text(GOOD, encoding="utf-8")
    scenario = load(path)
    people = scenario.audience["audience"]
    assert scenario.duration == 1_800_000
    assert scenario.room.mode is Mode.JOIN_BY_REQUEST
    assert people.arrival == Minus(Exponential(120_000.0))
    assert people.patience == Fixed(90_000.0)
    assert scenario.moderators["moderators"].role is Role.HOST
    assert scenario.script[1].expect is Standing.REQUESTED
    assert scenario.source is not None
    assert scenario.source.name == str(path)
    assert scenario.source.step_lines == (11, 13)


def test_a_scenario_can_be_built_in_python_and_travels_between_processes() -> None:
    built = Scenario(title="t", duration="10 min", audience={"audience": Participants(count=3, patience="90 s")})
    assert built.audience["audience"].patience == Fixed(90_000.0)
    assert built.source is None
    read = loads(GOOD, "x.yaml")
    copy = pickle.loads(pickle.dumps(read))
    assert copy == read
    assert copy.source == read.source


def test_everything_that_is_wrong_is_said_at_once_in_the_order_of_the_file() -> None:
    text = """\
title: t
duration: 10 min
audience:
  count: many
  patiense: 3 min
  patience: 5
  wishes: {rate: 4}
moderators:
  discipline: prioriti
titel: x
"""
    assert [(p.line, p.column, p.path, p.message) for p in problems(text)] == [
        (4, 10, "audience.count", "expected a whole number, got `many`"),
        (5, 3, "audience.patiense", "unknown key `patiense`"),
        (6, 13, "audience.patience", "expected a duration, got `5`"),
        (7, 18, "audience.wishes.rate", "expected a rate, got `4`"),
        (9, 15, "moderators.discipline", "expected one of 5 words, got `prioriti`"),
        (10, 1, "titel", "unknown key `titel`"),
    ]


def test_a_problem_is_one_line_and_a_hint() -> None:
    text = with_line("audience: {count: many}")
    assert str(only(text)) == (
        "x.yaml:3:19: audience.count: expected a whole number, got `many`\n  hint: write digits only, without quotes"
    )


@pytest.mark.parametrize(
    ("line", "at", "path", "message", "hint"),
    [
        ("audience: {count: 1.0}", "3:19", "audience.count", "expected a whole number", "digits"),
        ("audience: {count: '5'}", "3:19", "audience.count", "expected a whole number, got `5`", "without quotes"),
        ("audience: {count: yes}", "3:19", "audience.count", "expected a whole number, got `yes`", "digits"),
        ("audience: {count: -1}", "3:19", "audience.count", "expected 0 or more, got `-1`", "number"),
        ("audience: {count: 1, mobile: 20}", "3:30", "audience.mobile", "expected 1 at most", "between 0 and 1"),
        ("audience: {count: 1, mobile: 20}", "3:30", "audience.mobile", "got `20`", "write `0.2`"),
        ("audience: {count: 1, mobile: 60 %}", "3:30", "audience.mobile", "expected a number", "write `0.6`"),
        ("audience: {count: 1, mobile: 2.5%}", "3:30", "audience.mobile", "expected a number", "write `0.025`"),
        (
            "audience: {count: 1, mobile: '20'}",
            "3:30",
            "audience.mobile",
            "expected a number, got `20`",
            "plain number",
        ),
        ("audience: {count: 1, mobile: 200}", "3:30", "audience.mobile", "expected 1 at most", "such as `0.25`"),
        ("audience: {count: 1, mobile: .nan}", "3:30", "audience.mobile", "expected 1 at most, got `nan`", "share"),
        ("audience: {count: 1, mobile: '0.1'}", "3:30", "audience.mobile", "expected a number, got `0.1`", "plain"),
        ("audience: {count: 1, hopes: 'true'}", "3:29", "audience.hopes", "expected `true` or `false`", "quotes"),
        ("audience: {count: 1, setup: 3}", "3:29", "audience.setup", "expected a mapping", "`{`"),
        ("audience: {count: 1, setup: null}", "3:29", "audience.setup", "expected a mapping", "`{`"),
        ("audience: [1]", "3:11", "audience", "expected names", "`{`"),
        ("modes: invite_only", "3:8", "modes", "expected a list, got `invite_only`", "`[`"),
        ("modes: [invite]", "3:9", "modes.0", "expected one of 3 words, got `invite`", "did you mean `invite_only`"),
        ("description: 5", "3:14", "description", "expected a text, got `5`", "quotes"),
        ("room: {mode: invited}", "3:14", "room.mode", "expected one of 3 words", "did you mean `invite_only`"),
        ("room: {request_ttl: 60}", "3:21", "room.request_ttl", "expected a duration, got `60`", "`60 s`"),
        ("room: {request_limit: {count: 3}}", "3:23", "room.request_limit", "missing `window`", "how far back"),
        ("room: {ttl: 3 s}", "3:8", "room.ttl", "unknown key `ttl`", "possible: `mode`, `stage_capacity`"),
        (
            "room: {mode invite_only}",
            "3:8",
            "room.mode invite_only",
            "unknown key `mode invite_only`",
            "`mode: invite_only`",
        ),
        (
            "moderators: {role: participant}",
            "3:20",
            "moderators.role",
            "expected one of 2 words",
            "`moderator`, `host`",
        ),
        (
            "moderators: {share: 1}",
            "3:14",
            "moderators.share",
            "unknown key `share`",
            "in all, see `stagesim keys`",
        ),
        (
            "moderators: {anna: {role: host}}",
            "3:14",
            "moderators.anna",
            "unknown key `anna`",
            "`moderators: {groups: {anna: …}}`",
        ),
        ("script: [{at: 0, do: ask}]", "3:22", "script.0.do", "got `ask`", "did you mean `ask_to_join`?"),
        ("source: x", "3:1", "source", "unknown key `source`", "nearest: "),
        ("<<: {}", "3:1", "<<", "unknown key `<<`", "`title`"),
        (
            "script: [{at: 0, do: dance}]",
            "3:22",
            "script.0.do",
            "expected one of 22 words",
            "22 in all, see `stagesim schema`",
        ),
        (
            "script: [{at: 0, of: a, expect: seated}]",
            "3:33",
            "script.0.expect",
            "expected one of 36 words",
            "36 in all",
        ),
        ("rules: {cells: {}}", "3:8", "rules", "missing `name`", "the variant's name"),
    ],
)
def test_what_a_field_does_not_take(line: str, at: str, path: str, message: str, hint: str) -> None:
    problem = only(with_line(line))
    assert f"{problem.line}:{problem.column}" == at
    assert problem.path == path
    assert message in problem.message
    assert hint in problem.hint


def test_no_message_speaks_of_the_machinery() -> None:
    fields = ["duration", "room", "modes", "audience", "moderators", "timetable", "script", "session", "rules", "shows"]
    values = ["3", "'x'", "[1]", "{a: 1}", "{1: 2}", "true", "null", "1.5", "[[x]]", "[{}]", "{groups: 3}", ".inf"]
    texts = [
        f"title: t\nduration: 1 min\n{f}: {v}\n".replace("duration: 1 min\nduration", "duration")
        for f in fields
        for v in values
    ]
    nested = [f"audience: {{count: 1, {name}: {v}}}" for name in Participants.model_fields for v in values]
    spoken = []
    for text in [*texts, *map(with_line, nested)]:
        try:
            loads(text, "x.yaml")
        except ScenarioError as error:
            spoken.append(str(error))
            for problem in error.problems:
                assert problem.hint
                assert problem.message[0] == "`" or problem.message[0].islower()
    jargon = (
        "pydantic",
        "Input",
        "validation",
        "str-enum",
        "literal[",
        "function-",
        MARK,
        "NoneType",
        "Mapping",
        "dict",
    )
    assert len(spoken) > 150
    assert not [(word, text) for word in jargon for text in spoken if word in text]


@pytest.mark.parametrize(
    ("text", "at", "message", "hint"),
    [
        ("title: t\n\tduration: 3 s\n", (2, 1), "a tab in the indentation", "spaces"),
        ("audience:\n\tcount: 3\n", (2, 1), "a tab in the indentation", "spaces"),
        ("title: a: b\n", (1, 9), "a `:` where no key can be", "quotes"),
        ("title: 'x\n", (2, 1), "a quote that is not closed", "quote"),
        ("modes: [a\n", (2, 1), "a bracket that is not closed", "`]`"),
        ("title: @x\n", (1, 8), "a value cannot start with this character", "quotes"),
        ("title: t\n---\ntitle: u\n", (2, 1), "a second document", "`---`"),
        ("title: *x\n", (1, 8), "an alias that is not defined", "&name"),
        ('title: "\\q"\n', (1, 10), "an unknown escape", "single quotes"),
        ("room:\n    mode: x\n  stage_capacity: 3\n", (3, 3), "the indentation does not fit", "alike"),
        ("title: a\x07b\n", (1, 9), "a control character", "remove"),
        ("", (None, None), "the file is empty", "title"),
        ("# only a comment\n", (None, None), "the file is empty", "title"),
        ("- title: t\n", (None, None), "expected a mapping, got `[… 1 item]`", "title"),
        ("just words\n", (None, None), "expected a mapping, got `just words`", "title"),
        ("title: " + "[" * 5000, (None, None), "nested too deeply", "levels"),
    ],
)
def test_what_is_not_yaml_or_no_scenario(text: str, at: tuple[int | None, int | None], message: str, hint: str) -> None:
    problem = only(text)
    assert (problem.line, problem.column) == at
    assert message in problem.message
    assert hint in problem.hint


def test_a_key_that_comes_twice_is_named_with_both_lines() -> None:
    problem = only("title: t\nduration: 3 s\nroom:\n  mode: invite_only\n  mode: invite_only\n")
    assert (problem.line, problem.column, problem.path) == (5, 3, "room.mode")
    assert problem.message == "the key `mode` comes twice"
    assert "line 4" in problem.hint


def test_odd_yaml_is_refused_with_its_place() -> None:
    assert only(with_line("? [a]\n: 1")).message == "a key cannot be a mapping or a list"
    assert (
        "unknown tag `!python/name:os.system`"
        in problems(with_line("description: !python/name:os.system x"))[0].message
    )
    assert only(with_line("room: &r {request_limit: *r}")).message == "an alias that contains itself"
    bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 9)
    )
    assert only(bomb).message == "too many values"


def test_dates_and_words_stay_text() -> None:
    assert loads(with_line("description: 2024-05-01")).description == "2024-05-01"
    assert loads(with_line("description: yes")).description == "yes"


def test_aliases_and_a_byte_order_mark_are_allowed(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + b"title: &t a\ndescription: *t\nduration: 3 s\n")
    assert load(path).description == "a"


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "town_hall.yaml").write_text(GOOD, encoding="utf-8")
    (tmp_path / "latin.yaml").write_bytes(b"title: t\ndescription: caf\xe9\n")
    for name, message, hint in [
        ("townhall.yaml", "no such file", "did you mean `town_hall.yaml`"),
        ("none/x.yaml", "no such file", "no folder"),
        ("", "expected a file, got a folder", "name one"),
    ]:
        with pytest.raises(ScenarioError) as caught:
            load(tmp_path / name)
        assert caught.value.problems[0].message == message
        assert hint in caught.value.problems[0].hint
    (tmp_path / "latin.yaml").rename(tmp_path / "alone.yaml")
    (tmp_path / "town_hall.yaml").unlink()
    with pytest.raises(ScenarioError, match=r"aline.yaml: no such file\n  hint: did you mean `alone.yaml`\?$"):
        load(tmp_path / "aline.yaml")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / "alone.yaml")
    assert caught.value.problems[0][1:5] == (2, 17, "", "a byte that is not UTF-8")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("README.md", "# A project\n\nIts *best* part: **all** of it\n"),
        ("notes.txt", "nothing but a line"),
        ("Makefile", "all:\n\ttrue\n"),
        ("empty.toml", ""),
    ],
)
def test_a_file_of_another_kind_is_no_scenario(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        load(tmp_path / name)
    (problem,) = caught.value.problems
    assert problem.message == "no scenario"
    assert "`*.yaml`" in problem.hint


def test_a_scenario_may_have_another_name(tmp_path: Path) -> None:
    (tmp_path / "talk.stage").write_text(GOOD, encoding="utf-8")
    assert load(tmp_path / "talk.stage").title == loads(GOOD).title
    (tmp_path / "talk.stage").write_text(GOOD + "people: 3\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match="unknown key `people`"):
        load(tmp_path / "talk.stage")


def test_an_error_travels_between_processes() -> None:
    with pytest.raises(ScenarioError) as caught:
        loads("title: 5\n", "x.yaml")
    assert pickle.loads(pickle.dumps(caught.value)).problems == caught.value.problems


class TestSettings:
    """`path=value` beside the file."""

    def test_a_value_is_replaced_before_validation(self) -> None:
        scenario = loads(GOOD, "x.yaml", ["audience.count=5", "room.request_ttl=3 min", "script.1.at=20 s"])
        assert scenario.audience["audience"].count == 5
        assert scenario.room.request_ttl == 180_000
        assert scenario.script[1].at == 20_000

    def test_what_the_file_does_not_say_is_added(self) -> None:
        sets = ["audience.setup.time={exponential: {mean: 5 s}}", "audience.wishes.rate=4 per hour", "title=a=b"]
        scenario = loads(GOOD, "x.yaml", sets)
        assert scenario.audience["audience"].setup.time == Exponential(5000.0)
        assert scenario.title == "a=b"

    def test_a_later_setting_wins_and_a_part_may_be_taken_away(self) -> None:
        scenario = loads(GOOD, "x.yaml", ["audience.count=5", "audience.count=6", "room.stage_capacity=null"])
        assert scenario.audience["audience"].count == 6
        assert scenario.room.stage_capacity is None

    def test_a_setting_reaches_into_a_distribution(self) -> None:
        scenario = loads(GOOD, "x.yaml", ["audience.arrival.minus.exponential.mean=1 min"])
        assert scenario.audience["audience"].arrival == Minus(Exponential(60_000.0))

    @pytest.mark.parametrize(
        ("setting", "path", "message", "hint"),
        [
            ("audience.cuont=5", "audience.cuont", "unknown key `cuont`", "did you mean `count`"),
            ("audince.count=5", "audince", "unknown key `audince`", "did you mean `audience`"),
            ("audience.count=many", "audience.count", "expected a whole number, got `many`", "digits"),
            ("audience.patience.exponential.mean=2 min", "audience.patience", "it is `90 s`", "as a whole"),
            ("script.9.at=2 s", "script", "expected the index of an item, got `9`", "2 items"),
            ("script.first.at=2 s", "script", "expected the index of an item, got `first`", "2 items"),
            ("audience.count", "", "expected `path=value`, got `audience.count`", "audience.count=50"),
            ("=5", "", "expected `path=value`", "path of a key"),
            ("audience..count=5", "", "expected `path=value`", "path of a key"),
            ("room={mode: x", "", "a bracket that is not closed", "`]`"),
        ],
    )
    def test_what_is_wrong_with_a_setting(self, setting: str, path: str, message: str, hint: str) -> None:
        problem = only(GOOD, setting)
        assert problem.place == f"setting {setting}"
        assert problem.line is None
        assert problem.path == path
        assert message in problem.message
        assert hint in problem.hint

    def test_a_value_in_a_setting_that_replaces_a_mapping_is_blamed_itself(self) -> None:
        assert only(GOOD, "room={mode: x}").place == "setting room={mode: x}"


def test_loading_a_scenario_imports_nothing_slow() -> None:
    code = (
        "import sys; from stagesim.scenario.reading.loader import loads; import stagesim.streams;"
        f"loads({GOOD!r}); print(sorted({{m.partition('.')[0] for m in sys.modules}}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=dict(os.environ)
    )
    slow = {"numpy", "scipy", "pandas", "matplotlib", "pyarrow", "simpy", "jinja2", "rich"}
    assert not slow & set(eval_names(result.stdout))
    assert "pydantic" in result.stdout


def eval_names(text: str) -> list[str]:
    return [name.strip(" '[]\n") for name in text.split(",")]


@pytest.mark.parametrize("key", ["expect", "goals"])
def test_a_share_beyond_everything_is_refused_with_its_line(key: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        loads(f"title: t\nduration: 10 min\n{key}:\n  - share of wishes given up < 20\n", "x.yaml")
    (problem,) = caught.value.problems
    assert (problem.place, problem.line) == ("x.yaml", 4)
    assert "did you mean `20 %`?" in problem.hint


def test_a_scenario_is_found_by_its_bare_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("scenarios").mkdir()
    Path("scenarios/town_hall.yaml").write_text("title: t\nduration: 1 min\n")
    for name in ("town_hall", "town_hall.yaml", "scenarios/town_hall"):
        with pytest.raises(ScenarioError, match=r"did you mean `scenarios/town_hall\.yaml`"):
            load(name)


def test_a_hint_lists_few_possibilities_and_counts_many() -> None:
    few, many = [f"name{number}" for number in range(12)], [f"name{number}" for number in range(13)]
    assert one_of(few, "x").count("`") == 24
    assert (
        one_of(many, "nam12", "`there`") == "did you mean `name12`? also near: `name2`, `name1`; 13 in all, see `there`"
    )
    assert one_of(many, "???").startswith("nearest: ")
    assert one_of(many, "???").count("`") == 6


@pytest.mark.parametrize("key", ["engine", "seed", "replications", "workers"])
def test_how_a_scenario_is_run_is_no_part_of_it(key: str) -> None:
    line = f"{key}: 1"
    for text, sets, place in ((f"{GOOD}{line}\n", [], "x.yaml"), (GOOD, [f"{key}=1"], f"setting {key}=1")):
        with pytest.raises(ScenarioError) as caught:
            loads(text, "x.yaml", sets)
        (problem,) = caught.value.problems
        assert (problem.place, problem.path) == (place, key)
        assert problem.message == f"unknown key `{key}`: it is no part of a scenario"
        assert f"`{key}=` in Python" in problem.hint
