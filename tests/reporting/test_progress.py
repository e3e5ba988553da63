"""How far a command has come: one line, by a clock of the test's own, and nothing where nobody looks."""

import io
from collections.abc import Iterator

import pytest

from handmade import session
from stagesim.experiments.replications import Outcome
from stagesim.reporting.terminal.figures import print_with
from stagesim.reporting.terminal.line import Line, clear
from stagesim.reporting.terminal.progress import Progress


class Terminal(io.StringIO):
    """Something that is read by people."""

    def isatty(self) -> bool:
        return True

    def states(self) -> list[str]:
        """What the line has been, one after the other; empty where it was taken away."""
        return [each.removesuffix("\x1b[K") for each in self.getvalue().split("\r")[1:]]


class Clock:
    """A clock that goes on when it is told to."""

    def __init__(self) -> None:
        self.now_s = 100.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    monkeypatch.setenv("COLUMNS", "80")
    return Clock()


def slowly(clock: Clock, number: int, each_s: float) -> Iterator[int]:
    for item in range(number):
        clock.now_s += each_s
        yield item


def test_the_line_says_how_many_are_done_and_how_much_time_is_left(clock: Clock) -> None:
    out = Terminal()
    assert list(Progress(Line(out, clock)).shown(slowly(clock, 4, 30), 4, "sessions")) == [0, 1, 2, 3]
    assert out.states() == [
        "0 of 4 sessions",
        "1 of 4 sessions, 1 min 30 s left",
        "2 of 4 sessions, 60 s left",
        "3 of 4 sessions, 30 s left",
        "",
    ]


def test_a_loop_within_a_loop_says_which_of_both_and_counts_for_the_time_left(clock: Clock) -> None:
    out = Terminal()
    progress = Progress(Line(out, clock))
    for _ in progress.begun(range(2), 2, "assumptions"):
        list(progress.shown(slowly(clock, 2, 10), 2, "sessions"))
    assert "assumption 2 of 2, 1 of 2 sessions, 10 s left" in out.states()
    assert out.states()[-1] == ""


def test_what_is_known_so_far_is_said(clock: Clock) -> None:
    out = Terminal()
    progress = Progress(Line(out, clock))
    outcomes = [
        Outcome(mode, 0, session(mode, minutes=1), {"wishes": 4.0, "wishes_heard_share": share}, {}, {}, ())
        for mode, share in (("everyone_on_stage", 0.75), ("join_by_request", 0.5))
    ]
    for _ in progress.shown(outcomes, 3, "sessions"):
        clock.now_s += 10
        progress.know("5: missed")
    assert out.states()[-2] == "2 of 3 sessions, 5 s left; heard: everyone 75 %, join 50 %; 5: missed"


def test_the_line_is_no_longer_than_the_terminal(clock: Clock) -> None:
    out = Terminal()
    progress = Progress(Line(out, clock))
    progress.know("x" * 100)
    list(progress.shown([1], 1, "sessions"))
    assert len(out.states()[0]) == 79
    assert out.states()[0].endswith("x…")


def test_the_line_changes_no_more_often_than_it_can_be_read(clock: Clock) -> None:
    out = Terminal()
    list(Progress(Line(out, clock)).shown(slowly(clock, 1000, 0.001), 1000, "sessions"))
    assert 9 <= len(out.states()) <= 13


def test_where_nobody_looks_nothing_is_said_unless_python_asked_for_it(clock: Clock) -> None:
    nobody, asked = io.StringIO(), io.StringIO()
    assert list(Progress(Line(nobody, clock)).shown(slowly(clock, 3, 60), 3, "sessions")) == [0, 1, 2]
    list(Progress(Line(asked, clock, always=True)).shown(slowly(clock, 3, 30), 3, "sessions"))
    assert nobody.getvalue() == ""
    assert asked.getvalue() == "1 of 3 sessions, 60 s left\n2 of 3 sessions, 30 s left\n"


def test_what_is_printed_takes_the_line_away(clock: Clock) -> None:
    out, told = Terminal(), io.StringIO()
    Line(out, clock).say(lambda: "far")
    print_with(lambda console: console.print("the answer"), told)
    assert out.states() == ["far", ""]
    clear()
    assert out.states() == ["far", ""]
