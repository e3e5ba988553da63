"""A log of which only the header, the length and the digest are kept: it takes next to no memory."""

from collections.abc import Iterator

from typing_extensions import override

from stagesim.eventlog.header import LogError
from stagesim.eventlog.log import EventLog


class NotKept(EventLog):
    """Stands for a log whose events are gone. Whoever asks for them gets a LogError."""

    __slots__ = ("_digest", "_length")

    def __init__(self, log: EventLog) -> None:
        self.header = log.header
        self.groups = []
        self._length = len(log)
        self._digest = log.digest()

    @override
    def __len__(self) -> int:
        return self._length

    @override
    def digest(self) -> str:
        """That of the log as it was."""
        return self._digest

    @property
    @override
    def packed(self) -> bytes:
        """None that is left."""
        raise _gone()

    @override
    def entries(self) -> Iterator[tuple[int, int, int, int, int, int, int]]:
        """None that are left."""
        raise _gone()

    @property
    @override
    def names(self) -> tuple[str, ...]:
        """None that are left."""
        raise _gone()

    @override
    def __reduce__(self) -> tuple[object, ...]:
        return _restored, (self.header, self._length, self._digest)


def _restored(header: object, length: int, digest: str) -> NotKept:
    log = NotKept.__new__(NotKept)
    log.header, log.groups, log._length, log._digest = header, [], length, digest  # type: ignore[assignment]
    return log


def _gone() -> LogError:
    hint = 'simulate with `keep="logs"`, or `stagesim.run` the one session of which you want to see more'
    return LogError(f"the events of this session were not kept, its figures alone\n  hint: {hint}")
