"""A program that is asked one line and answers with one, and that cannot hold us up.

What it says is bounded in time and in size. It gets a session of its own, so that whatever it starts ends with it. One
poll with a deadline watches its pipes, and no thread does: a study may still fork its workers. Linux and macOS.
"""

import os
import select
import shlex
import signal
import subprocess
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from multiprocessing.util import Finalize
from typing import IO, Final

from stagesim.engines.contract import EngineError, shortened

LONGEST: Final = 16 * 1024 * 1024
"""Bytes of an answer at most; the state of a room of a hundred thousand people has less."""

GRACE_S: Final = 0.5
"""How long a process may take to end by itself: once at the end of its input, once after SIGTERM."""

CHUNK: Final = 65_536
REMEMBERED: Final = 4096
"""Bytes that are kept of what it wrote last to its standard error."""

LAST_LINES: Final = 5
SHOWN: Final = 4096
"""Bytes of a wrong answer that an error keeps."""

NO_ENGINE: Final = "  hint: name a program that speaks the line protocol, such as `python -m stageaccess`"

Child = subprocess.Popen[bytes]


class Process:
    """The program behind a command line, running. Whatever goes wrong ends it, and is an EngineError.

    An answer may take `patience_s` seconds.
    """

    def __init__(self, command: str, patience_s: float) -> None:
        self.command = command
        self.patience_s = patience_s
        self.ended = False
        self.has_answered = False
        self.rooms = 0
        """How many rooms it has been given; the last one is there."""
        self._complaints = b""
        with _undisturbed():
            self._child = _started(command)
            # Also done at the end of a worker process, in which nothing of `atexit` runs.
            self._end = Finalize(self, _end, (self._child, GRACE_S), exitpriority=100)
            _alive.add(self)
        self._in, self._out, self._err = (pipe.fileno() for pipe in _pipes(self._child))
        os.set_blocking(self._in, False)
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN)
        self._poll.register(self._err, select.POLLIN)
        _forget_when_forked()

    def ask(self, line: str) -> str:
        """The answer to one line."""
        try:
            answer = self._answer(line)
        except BaseException:
            self._close(0)  # after an interruption, the answer may still be in the pipe
            raise
        self.has_answered = True
        return answer

    def close(self) -> None:
        """End the process, and everything that it has started."""
        self._close(GRACE_S)

    def end_at_once(self) -> None:
        """The same without waiting for it to finish what it does."""
        self._close(0)

    def _close(self, grace_s: float) -> None:
        if not self.ended:
            self.ended = True
            self._end.cancel()
            _end(self._child, grace_s)

    def forget(self) -> None:
        """In a process that was forked from ours: let go of the pipes, and leave the program to its owner."""
        self.ended = True
        self._child.returncode = 0
        for pipe in _pipes(self._child):
            pipe.close()

    def _answer(self, line: str) -> str:
        unasked = self._heard(0, bytearray())
        if unasked:
            raise self._fault("spoke before it was asked", line, unasked)
        until = time.monotonic() + self.patience_s
        unsent, said, more = bytearray(line.encode("utf-8", "surrogateescape") + b"\n"), bytearray(), b""
        while b"\n" not in more:
            heard = self._heard(until, unsent)
            if heard is None:
                raise self._fault(f"gave no answer within {self.patience_s:g} s", line, said)
            if not heard:
                raise self._end_of_it(line, said)
            more = heard
            said += more
            if len(said) > LONGEST:
                raise self._fault(f"gave an answer of more than {LONGEST} bytes", line, said)
        answer, _, rest = said.partition(b"\n")
        if rest:
            raise self._fault("answered one line with more than one", line, said)
        try:
            return answer.decode("utf-8")
        except UnicodeDecodeError as fault:
            raise self._fault(f"gave an answer that is not UTF-8, at byte {fault.start}", line, answer) from None

    def _heard(self, until: float, unsent: bytearray) -> bytes | None:
        """What it says next; empty at its end, None where nothing comes in time. Sends meanwhile what is unsent."""
        while True:
            self._send(unsent)
            left_s = max(0.0, until - time.monotonic())
            ready = [descriptor for descriptor, _ in self._poll.poll(left_s * 1000)]
            if self._err in ready:
                self._hear_complaints()
            if self._out in ready and (left_s or not until):
                return os.read(self._out, CHUNK)
            if not left_s:
                return None

    def _send(self, unsent: bytearray) -> None:
        """Write as much as the pipe takes; a long line to an engine that does not read waits with everything else."""
        if not unsent:
            return
        try:
            del unsent[: os.write(self._in, unsent)]
        except BlockingIOError:
            pass
        except BrokenPipeError:
            unsent.clear()  # its end shows in its output
        if unsent:
            self._poll.register(self._in, select.POLLOUT)
        else:
            self._stop_watching(self._in)

    def _hear_complaints(self) -> None:
        more = os.read(self._err, CHUNK)
        self._complaints = (self._complaints + more)[-REMEMBERED:]
        if not more:
            self._stop_watching(self._err)

    def _stop_watching(self, descriptor: int) -> None:
        with suppress(KeyError):
            self._poll.unregister(descriptor)

    def _ending(self) -> str:
        """How it ended, once it has closed its output."""
        try:
            code = self._child.wait(GRACE_S)
        except subprocess.TimeoutExpired:
            return "closed its output"
        return f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit status {code}"

    def _end_of_it(self, line: str, said: bytearray) -> EngineError:
        """What is wrong where it ended; one that has never answered a line never was an engine."""
        if self.has_answered or said:
            return self._fault(f"{self._ending()} instead of answering", line, said)
        error = self._fault(f"{self._ending()} before its first answer", None, said)
        return EngineError(error.engine, f"{error.fault}\n{NO_ENGINE}")

    def _fault(self, fault: str, line: str | None, said: bytes | bytearray) -> EngineError:
        """What is wrong, with the last lines of its standard error."""
        self._stop_watching(self._out)
        self._heard(time.monotonic() + 0.01, bytearray())
        lines = self._complaints.decode("utf-8", "backslashreplace").splitlines()[-LAST_LINES:]
        complaints = [f"  standard error: {shortened(each)}" for each in lines]
        answer = bytes(said[:SHOWN]).decode("utf-8", "backslashreplace") if said else None
        error = EngineError(self.command, "\n".join([fault, *complaints]), line, answer)
        error.is_mute = not self.has_answered
        return error


_alive: weakref.WeakSet[Process] = weakref.WeakSet()


@cache
def _forget_when_forked() -> None:
    os.register_at_fork(after_in_child=_forget_all)


def _forget_all() -> None:
    for process in list(_alive):
        if not process.ended:
            process.forget()


_asked_to_go: list[int] = []
"""The signal that came while a program was being started, which is nobody's until that is done."""
_is_starting = False


@contextmanager
def _undisturbed() -> Iterator[None]:
    global _is_starting  # noqa: PLW0603
    _is_starting = True
    try:
        yield
    finally:
        _is_starting = False
        if _asked_to_go:
            leave(_asked_to_go[0])


def leave(number: int) -> None:
    """End this process for a signal, and every program that it has started and not ended."""
    if _is_starting:
        _asked_to_go.append(number)
        return
    signal.signal(number, signal.SIG_IGN)  # a second one must not come between the first and its end
    for process in list(_alive):
        if not process.ended:
            process.end_at_once()
    os._exit(128 + number)


def _started(command: str) -> Child:
    pipe = subprocess.PIPE
    try:
        words = shlex.split(command)
        if not words:
            raise ValueError("no program is named")
        return subprocess.Popen(words, bufsize=0, stdin=pipe, stdout=pipe, stderr=pipe, start_new_session=True)
    except (OSError, ValueError) as error:
        raise EngineError(command, f"cannot be started: {error}\n{NO_ENGINE}") from None


def _pipes(child: Child) -> list[IO[bytes]]:
    return [pipe for pipe in (child.stdin, child.stdout, child.stderr) if pipe is not None]


def _end(child: Child, grace_s: float) -> None:
    """End a process by the end of its input, then by SIGTERM, then by SIGKILL, and with it all of its session."""
    for pipe in _pipes(child):
        pipe.close()
    if not (grace_s and _has_ended(child, grace_s)):
        _signal(child, signal.SIGTERM)
        _has_ended(child, GRACE_S)
    _signal(child, signal.SIGKILL)  # also when it has ended: what it started may be there
    _has_ended(child, GRACE_S)


def _has_ended(child: Child, patience_s: float) -> bool:
    try:
        child.wait(patience_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _signal(child: Child, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):  # the latter on macOS, where all of a group has ended
        os.killpg(child.pid, number)
