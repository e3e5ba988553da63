"""What is written comes back, and what is damaged is named."""

import json
from dataclasses import replace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from handmade import session
from stagesim.eventlog import (
    KINDS,
    EventLog,
    Header,
    LogError,
    read_jsonl,
    read_parquet,
    write_csv,
    write_jsonl,
    write_parquet,
)
from stagesim.eventlog.schema import FIELDS, LONGEST_MS, NAMED, NUMBERED, SYSTEM, TIMED, WORDS

MODES = ("everyone_on_stage", "join_by_request", "invite_only")


@pytest.mark.parametrize("mode", MODES)
def test_jsonl_keeps_everything(mode, tmp_path):
    log = session(mode)
    write_jsonl(tmp_path / "log.jsonl", log)
    back = read_jsonl(tmp_path / "log.jsonl")
    assert back.digest() == log.digest()
    assert back.header == log.header
    lines = (tmp_path / "log.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(lines[0])["schema"] == "stagesim.events/2"
    assert [json.loads(line) for line in lines[1:]] == list(log.rows())


@pytest.mark.parametrize("mode", MODES)
def test_parquet_keeps_everything_of_many_replications(mode, tmp_path):
    logs = [session(mode, replication=replication) for replication in range(4)]
    write_parquet(tmp_path / "logs.parquet", logs)
    back = read_parquet(tmp_path / "logs.parquet")
    assert [log.digest() for log in back] == [log.digest() for log in logs]
    assert [log.header for log in back] == [log.header for log in logs]


def test_replications_of_different_people_share_a_file(tmp_path):
    logs = [session("join_by_request", replication=number, people=10 * number, minutes=10) for number in (3, 1, 2)]
    write_parquet(tmp_path / "logs.parquet", logs)
    assert [log.digest() for log in read_parquet(tmp_path / "logs.parquet")] == [log.digest() for log in logs]


def test_a_study_takes_less_than_ten_bytes_an_event_in_parquet(tmp_path):
    logs = [session("join_by_request", replication=replication, people=300, minutes=60) for replication in range(12)]
    events = sum(map(len, logs))
    assert events > 30_000
    write_parquet(tmp_path / "logs.parquet", logs)
    assert (tmp_path / "logs.parquet").stat().st_size < 10 * events
    write_parquet(tmp_path / "one.parquet", logs[:1])
    assert (tmp_path / "one.parquet").stat().st_size < 10 * len(logs[0])


def test_parquet_is_a_sensible_table_for_others(tmp_path):
    logs = [session("join_by_request", replication=replication, people=20) for replication in range(2)]
    write_parquet(tmp_path / "logs.parquet", logs)
    table = pd.read_parquet(tmp_path / "logs.parquet")
    assert len(table) == sum(map(len, logs))
    for replication, log in enumerate(logs):
        mine, frame = table[table.replication == replication], log.frame()
        for column in ("event", "who", "by", "group", "outcome", "cause", "client"):
            assert mine[column].astype(object).tolist() == pytest.approx(
                frame[column].astype(object).tolist(), nan_ok=True
            )
        assert (mine["at_ms"].to_numpy() / 1000 == frame["at"].to_numpy()).all()
        assert mine["request"].fillna(0).tolist() == frame["request"].fillna(0).tolist()


people = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
values = {
    **dict.fromkeys(FIELDS, st.sampled_from(WORDS[1:])),
    **dict.fromkeys(NUMBERED, st.integers(1, 2**31 - 1)),
    **dict.fromkeys(TIMED, st.integers(0, LONGEST_MS)),
    **dict.fromkeys(NAMED, people | st.just(SYSTEM)),
}


@st.composite
def any_log(draw):
    log = EventLog(Header("t", "d", "invite_only", seed=draw(st.integers(0, 2**64)), packages={"a": "1"}))
    for person in draw(st.lists(people, max_size=3)):
        log.register(person, draw(people))
    kinds = draw(st.lists(st.sampled_from(KINDS), max_size=20))
    times = sorted(draw(st.integers(-(2**40), 2**40)) for _ in kinds)
    for at_ms, kind in zip(times, kinds, strict=True):
        carried = [name for name in kind.optional if draw(st.booleans())]
        extra = {name: draw(values[name]) for name in (*kind.fields, *carried)}
        log.record((0, at_ms, kind.name, draw(people), draw(people), extra, None))
    return log


@given(any_log())
def test_any_log_at_all_survives_both_formats(tmp_path_factory, log):
    folder = tmp_path_factory.mktemp("logs")
    write_parquet(folder / "log.parquet", [log])
    write_jsonl(folder / "log.jsonl", log)
    assert read_parquet(folder / "log.parquet")[0].digest() == log.digest()
    assert read_jsonl(folder / "log.jsonl").digest() == log.digest()


def test_csv_holds_every_event_of_every_log(tmp_path):
    logs = [session("invite_only", replication=replication, people=10) for replication in range(2)]
    write_csv(tmp_path / "logs.csv", logs)
    table = pd.read_csv(tmp_path / "logs.csv")
    assert table.groupby("replication").size().tolist() == [len(log) for log in logs]
    assert set(table["mode"]) == {"invite_only"}
    assert table.event.tolist() == [row["event"] for log in logs for row in log.rows()]


def lines_of(tmp_path, change):
    path = tmp_path / "log.jsonl"
    write_jsonl(path, session("join_by_request", people=10))
    lines = path.read_text(encoding="utf-8").splitlines()
    path.write_text("\n".join(change(lines)), encoding="utf-8")
    return path


def newer(lines):
    return [lines[0].replace("stagesim.events/2", "stagesim.events/3"), *lines[1:]]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (newer, "has the schema `stagesim.events/3`, and this version reads `stagesim.events/2`"),
        (lambda lines: lines[:-3], "the file was cut short"),
        (lambda lines: [*lines[:4], *lines[5:]], "does not hold what its header says"),
        (lambda lines: [*lines[:4], lines[4].replace("participant", "host"), *lines[5:]], "does not hold"),
        (lambda lines: [*lines[:4], lines[4][:-5], *lines[5:]], "line 5 is not JSON"),
        (lambda lines: [*lines[:4], "[]", *lines[5:]], "line 5 is not an object"),
        (lambda lines: [*lines[:4], '{"at": 1}', *lines[5:]], "line 5 is not an event"),
        (
            lambda lines: [*lines[:4], lines[4].replace("entered", "flew_in"), *lines[5:]],
            "unknown event kind `flew_in`",
        ),
        (lambda lines: lines[1:], "has the schema `None`"),
        (lambda _: [], "has the schema `None`"),
        (lambda lines: [lines[0].replace('"seed"', '"sead"'), *lines[1:]], "has the fields"),
    ],
)
def test_a_damaged_jsonl_is_an_error_that_says_what_is_wrong(change, message, tmp_path):
    with pytest.raises(LogError) as caught:
        read_jsonl(lines_of(tmp_path, change))
    assert message in str(caught.value)
    assert "hint:" in str(caught.value)


def test_a_damaged_parquet_is_an_error(tmp_path):
    path = tmp_path / "logs.parquet"
    write_parquet(path, [session("join_by_request", people=10)])
    whole = path.read_bytes()
    flipped = bytes([*whole[:600], whole[600] ^ 1, *whole[601:]])
    for damaged in (whole[: len(whole) // 2], flipped, b"no log"):
        path.write_bytes(damaged)
        with pytest.raises(LogError, match="is not a log"):
            read_parquet(path)


def test_a_parquet_of_a_newer_schema_is_an_error(tmp_path):
    log = session("join_by_request", people=10)
    newer_log = EventLog.restored(replace(log.header, schema="stagesim.events/3"), log.packed, log.names, log.groups)
    write_parquet(tmp_path / "logs.parquet", [newer_log])
    with pytest.raises(LogError, match="hint: read it with the version that wrote it"):
        read_parquet(tmp_path / "logs.parquet")


def test_another_table_is_no_log(tmp_path):
    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "other.parquet")
    with pytest.raises(LogError, match="is not a log"):
        read_parquet(tmp_path / "other.parquet")


def test_logs_of_different_studies_do_not_go_into_one_file(tmp_path):
    with pytest.raises(LogError, match="differ in their replication only"):
        write_parquet(tmp_path / "logs.parquet", [session("invite_only"), session("join_by_request")])
    with pytest.raises(LogError, match="there is no log to write"):
        write_parquet(tmp_path / "logs.parquet", [])
