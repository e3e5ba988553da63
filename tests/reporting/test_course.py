"""One session on the terminal: told as it went, and played by a clock of the test's own."""

import io
from collections.abc import Callable

import pytest
from rich.console import Console

from stagesim.api import calls as api
from stagesim.eventlog import EventLog
from stagesim.experiments.results import Results
from stagesim.metrics.known_sessions import session_of
from stagesim.reporting.terminal.course import print_course, strip
from stagesim.reporting.terminal.watch import TICK_S, Scene, play
from stagesim.reporting.words.course import ON_STAGE, deeds, phases, summary
from stagesim.scenario.reading.loader import loads

HOST = "{at: -30 s, do: enter_room, by: mia, role: host}"

TALK = """\
title: A talk
duration: 10 min
doors_open: 1 min
room: {mode: join_by_request, stage_capacity: 1}
session: automatic
timetable: [{at: 5 min, mode: everyone_on_stage}]
audience: {count: 12, wishes: {rate: 20 per hour}, patience: 2 min, on_stage: {stay: 40 s}}
moderators: {review: {time: 10 s}}
"""

SCRIPT = f"""\
title: Somebody asks
duration: 2 min
doors_open: 1 min
modes: [join_by_request]
script:
  - {HOST}
  - {{at: -20 s, do: enter_room, by: pat, role: participant}}
  - {{at: 5 s, do: ask_to_join, by: pat, expect: accepted}}
  - {{at: 10 s, do: ask_to_join, by: pat, expect: accepted}}
  - {{at: 20 s, do: decline_request, by: mia, to: pat, expect: accepted}}
"""


@pytest.fixture(scope="module")
def talk() -> Results:
    return api.run(loads(TALK), mode="join_by_request").results


@pytest.fixture(scope="module")
def log(talk: Results) -> EventLog:
    return talk.outcomes[0].log


def printed(results: Results, *, everything: bool = False) -> list[str]:
    out = io.StringIO()
    print_course(results, out, everything=everything)
    return out.getvalue().splitlines()


def test_each_wish_that_was_settled_has_a_line_with_how_waiting_ended(log: EventLog) -> None:
    session, lines = session_of(log), [each for each in deeds(log) if each.about == "wish"]
    settled = [wish for wish in session.wishes.values() if wish.settled_ms is not None]
    assert len(lines) == len(settled) > 5
    assert [each.at_ms for each in lines] == sorted(wish.settled_ms - session.start_ms for wish in settled)
    texts = [each.text for each in lines]
    assert sum(": on stage" in text for text in texts) == sum(wish.reached for wish in settled) > 0
    assert any("given up after 2 min: out of patience" in text for text in texts)
    assert any("cut short" in text and "pushed off a full stage" in text for text in texts)


def test_the_summary_counts_every_wish_once(log: EventLog) -> None:
    first = next(summary(log))
    counts = [int(part.split()[0]) for part in first.partition(": ")[2].rstrip(".").split(", ")]
    assert sum(counts) == len(session_of(log).wishes) == int(first.split()[0])


def test_the_modes_follow_each_other_and_each_is_summed_up(log: EventLog) -> None:
    first, second = phases(log)
    assert (first.mode, first.from_ms, first.to_ms) == ("join_by_request", 0, 300_000)
    assert (second.mode, second.from_ms, second.to_ms) == ("everyone_on_stage", 300_000, 600_000)
    assert "the mode is now everyone on stage" in [each.text for each in deeds(log)]
    *_, before, after = summary(log)
    assert before.startswith("00:00 to 05:00, join by request: ")
    assert after.startswith("05:00 to 10:00, everyone on stage: ")


def test_a_strip_has_the_most_of_each_stretch(log: EventLog) -> None:
    session = session_of(log)
    assert max(strip(session, ON_STAGE, 20)) == max(step[ON_STAGE] for step in session.steps) == 1
    assert len(strip(session, ON_STAGE, 7)) == 7
    assert strip(session, ON_STAGE, 1) == [1]


def test_the_course_is_as_wide_as_the_terminal_and_brief_unless_all_is_wanted(talk: Results) -> None:
    lines, every = printed(talk), printed(talk, everything=True)
    assert lines[0] == "A talk – one session, seed 1"
    (stage,) = [line for line in lines if line.startswith("stage ")]
    assert "█" in stage
    assert len(stage) <= 110
    assert len(every) >= len(lines)


def test_a_session_without_wishes_is_told_by_what_the_room_did() -> None:
    lines = printed(api.run(loads(SCRIPT), mode="join_by_request").results)
    told = [line.strip() for line in lines if line.strip().startswith(("00:", "-00:")) and ": " in line]
    assert told[:2] == [
        "-00:30  mia: comes into the room as a host, on a computer",
        "-00:20  pat: comes into the room as a participant, on a computer",
    ]
    assert "00:10  pat: ask to join is refused: already requested" in told
    assert lines[-1] == "expectations: 2 of 3 held"
    assert any("expected `accepted`, got `already_requested`" in line for line in lines)


class Clock:
    """A clock that goes on when somebody sleeps, until it is `stopped_s`."""

    def __init__(self, stopped_s: float = 1e9) -> None:
        self.now_s, self.stopped_s = 50.0, 50 + stopped_s

    def __call__(self) -> float:
        return self.now_s

    def sleep(self, seconds: float) -> None:
        self.now_s += seconds
        if self.now_s > self.stopped_s:
            raise KeyboardInterrupt


def played(log: EventLog, clock: Clock, speed: float) -> tuple[int, str]:
    out = io.StringIO()
    console = Console(file=out, force_terminal=True, width=80, color_system=None)
    until_ms = play(log, speed, console, clock, clock.sleep)
    return until_ms, out.getvalue()


def test_a_session_is_played_to_its_end_at_the_speed_that_was_asked_for(log: EventLog) -> None:
    clock = Clock()
    until_ms, said = played(log, clock, speed=300)
    assert until_ms == 600_000
    assert clock.now_s - 50 == pytest.approx(2, abs=2 * TICK_S), "ten minutes, 300 times as fast"
    assert "05:00 of 10:00   everyone on stage   300 times as fast" in said
    assert "stage 1 of 1" in said
    assert "wishes to speak" in said


def test_ctrl_c_ends_it_at_that_moment(log: EventLog) -> None:
    until_ms, said = played(log, Clock(stopped_s=1), speed=60)
    assert 50_000 <= until_ms <= 65_000
    assert "Traceback" not in said


def test_the_picture_is_that_of_the_room_at_the_moment(log: EventLog) -> None:
    session, scene = session_of(log), Scene(log)
    places: list[Callable[[], int]] = [
        lambda: len(scene.standing("on_stage")),
        lambda: len(scene.standing("requested")),
    ]
    ends = [step[0] for step in session.steps[1:]]
    for step, end_ms in zip(session.steps, ends, strict=False):
        if step[0] >= session.start_ms:
            scene.go_on(end_ms - 1 - session.start_ms)
            assert [count() for count in places] == [step[ON_STAGE], step[1]]
