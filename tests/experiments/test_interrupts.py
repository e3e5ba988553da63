"""An interruption is heard even where Python would drop it."""

import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from stagesim.experiments import executors
from stagesim.experiments.executors import replicate
from stagesim.experiments.interrupts import check, remembered
from stagesim.experiments.replications import Job
from stagesim.scenario.reading.loader import loads


@pytest.fixture(autouse=True)
def handled_by_python() -> Iterator[None]:
    """A shell starts a job in the background with the signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def test_a_lost_interruption_is_remembered_and_the_handler_put_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with remembered():
        check()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            check()
    assert signal.getsignal(signal.SIGINT) is before is signal.default_int_handler


@pytest.mark.parametrize("how", ["dropped", "disguised"])
def test_a_study_ends_after_the_replication_that_lost_the_interruption(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, done = executors.one, []

    def loses_it(job: Job, mode: str, replication: int) -> object:
        done.append(replication)
        if replication == 1:
            try:
                signal.raise_signal(signal.SIGINT)
            except KeyboardInterrupt:
                if how == "disguised":
                    raise RuntimeError("while writing a value") from None
        return real(job, mode, replication)

    monkeypatch.setattr(executors, "one", loses_it)
    with pytest.raises(KeyboardInterrupt):
        list(replicate(Job(loads("title: Empty\nduration: 1 min\n")), ["invite_only"], range(5)))
    assert done == [0, 1]


def test_an_interruption_in_a_generators_clean_up_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> Iterator[None]:
        try:
            yield
        finally:
            signal.raise_signal(signal.SIGINT)

    def spoiled() -> Iterator[None]:
        try:
            yield
        finally:
            raise RuntimeError("heard of")

    printed = []
    before, sys.unraisablehook = sys.unraisablehook, printed.append
    try:
        with remembered():
            for made in (interrupted, spoiled):
                generator = made()
                next(generator)
                del generator
            with pytest.raises(KeyboardInterrupt):
                check()
        assert sys.unraisablehook == printed.append
    finally:
        sys.unraisablehook = before
    assert [dropped.exc_type for dropped in printed] == [RuntimeError]


def test_studies_that_are_carried_on_in_turn_leave_nothing_behind() -> None:
    before = sys.unraisablehook
    job = Job(loads("title: Empty\nduration: 1 min\n"))
    one, other = (replicate(job, ["invite_only"], range(3)) for _ in range(2))
    for _ in zip(one, other, strict=True):
        assert sys.unraisablehook is not before
    one, other = (replicate(job, ["invite_only"], range(3)) for _ in range(2))
    next(one)
    next(other)
    one.close()  # type: ignore[attr-defined]
    other.close()  # type: ignore[attr-defined]
    assert sys.unraisablehook is before


def test_other_handlers_and_other_threads_are_left_alone() -> None:
    def own(*_: object) -> None: ...

    signal.signal(signal.SIGINT, own)
    try:
        with remembered():
            assert signal.getsignal(signal.SIGINT) is own
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    seen = []

    def elsewhere() -> None:
        with remembered():
            seen.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert seen == [signal.default_int_handler]
