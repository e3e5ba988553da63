"""Finished sessions of a study that is not finished, kept one by one: whoever comes back finds them, however it ended.

One file in the folder of the results, which only grows: a line that says what it is about, then a record for each
session. A record that was being written when everything stopped is cut off, and whatever follows it.
"""

import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from struct import Struct
from typing import Any, BinaryIO, Final, NamedTuple

from stagesim.agents.script_checks import Check
from stagesim.eventlog import EventLog, Header, LogError
from stagesim.experiments.kept.identity import identity
from stagesim.experiments.kept.manifests import SESSIONS
from stagesim.experiments.kept.matter import Matter, begun_in
from stagesim.experiments.replications import Job, Outcome, Part, measured
from stagesim.given_files import check_file, parsed_json

FRAME: Final = Struct("<III")
"""In front of each record: the bytes of its head, those of its events, and a checksum of both."""

Place = tuple[str, str, int]
"""The study, the mode and the number of a session."""


class Record(NamedTuple):
    """One session as it is kept."""

    place: Place
    head: Mapping[str, Any]
    events: bytes


class Sessions:
    """The sessions kept in a folder. The file is made with the first one."""

    def __init__(self, folder: Path, matter: Matter, *, fresh: bool = False) -> None:
        self.path = folder / SESSIONS
        self._matter = matter
        self._places: dict[Place, int] = {}
        self._file: BinaryIO | None = None
        if not fresh and (begun := begun_in(folder)) and not matter.apart(begun):
            self._open()

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, place: Place) -> bool:
        return place in self._places

    def of(self, job: Job) -> "Kept | None":
        """Those of one study; None for one that cannot be kept: code of the user's may have changed since."""
        if job.behaviours or job.engine is not None:
            return None
        text = json.dumps({**identity(job.scenario, job.seed), "explains": job.explains}, sort_keys=True)
        return Kept(self, job, hashlib.sha256(text.encode()).hexdigest())

    def add(self, place: Place, head: Mapping[str, Any], events: bytes) -> None:
        """Add a record, unless there is one. Whatever goes wrong leaves the file as it was."""
        if place in self._places:
            return
        file = self._file or self._begin()
        text = json.dumps({"place": place, **head}).encode()
        at = file.seek(0, 2)
        try:
            _write(file, FRAME.pack(len(text), len(events), zlib.crc32(events, zlib.crc32(text))) + text + events)
        except BaseException:
            file.truncate(at)
            raise
        self._places[place] = at

    def record(self, place: Place) -> Record | None:
        """The record of a session; None where there is none."""
        at = self._places.get(place)
        if at is None or self._file is None:
            return None
        self._file.seek(at)
        return _record(self._file)

    def close(self) -> None:
        """Let go of the file; it stays."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def remove(self) -> None:
        """Take the file away: the results are there now."""
        self.close()
        self.path.unlink(missing_ok=True)

    def _begin(self) -> BinaryIO:
        self._file = self.path.open("w+b", buffering=0)
        _write(self._file, json.dumps(self._matter.as_dict()).encode() + b"\n")
        return self._file

    def _open(self) -> None:
        """Find all whole records, and cut off what comes after them."""
        check_file(self.path)
        self._file = file = self.path.open("r+b", buffering=0)
        at = _length_of_line(file)
        file.seek(at)
        while (record := _record(file)) is not None:
            self._places[record.place] = at
            at = file.tell()
        file.truncate(at)


@dataclass(frozen=True, slots=True)
class Kept:
    """The sessions of one study of a command."""

    sessions: Sessions
    job: Job
    study: str

    def keep(self, outcome: Outcome) -> None:
        """Keep one more."""
        log = outcome.log
        head = {
            "header": log.header.as_dict(),
            "people": [log.names, log.groups],
            "checks": [[each.step, *astuple(each)[2:]] for each in outcome.checks],
            "digest": log.digest(),
        }
        self.sessions.add((self.study, outcome.mode, outcome.replication), head, zlib.compress(log.packed, 1))

    def has(self, part: Part) -> bool:
        """Whether something is kept of a part."""
        return (self.study, *part) in self.sessions

    def outcome(self, part: Part) -> Outcome | None:
        """What is kept of a part; None where there is nothing, or nothing that can be used."""
        record = self.sessions.record((self.study, *part))
        if record is None:
            return None
        head = record.head
        try:
            log = EventLog.restored(
                Header.from_dict(head["header"], self.sessions.path), zlib.decompress(record.events), *head["people"]
            )
            if log.digest() != head["digest"]:
                return None
            lines = self.job.scenario.source.step_lines if self.job.scenario.source is not None else ()
            checks = checks_of(head["checks"], lines)
            return measured(self.job.scenario, *part, log, checks, explains=self.job.explains)
        except (LogError, KeyError, TypeError, ValueError, zlib.error):
            return None  # it is simulated again


def checks_of(rows: Iterable[Any], lines: Iterable[int]) -> tuple[Check, ...]:
    """The expectations of a script with what came of them; their lines are those of the file as it is now."""
    known = tuple(lines)
    return tuple(Check(step, known[step] if step < len(known) else None, *rest) for step, *rest in rows)


def _length_of_line(file: BinaryIO) -> int:
    """The bytes of the first line."""
    length = 0
    while more := file.read(65_536):
        line, end, _ = more.partition(b"\n")
        length += len(line) + len(end)
        if end:
            break
    return length


def _record(file: BinaryIO) -> Record | None:
    """The record at this place; None where there is none, or none that is whole."""
    frame = _read(file, FRAME.size)
    if len(frame) < FRAME.size:
        return None
    of_head, of_events, checksum = FRAME.unpack(frame)
    both = _read(file, of_head + of_events)
    if zlib.crc32(both) != checksum or len(both) < of_head + of_events:
        return None
    try:
        head = parsed_json(both[:of_head])
        study, mode, replication = head["place"]
    except (ValueError, TypeError, KeyError):
        return None
    return Record((study, mode, replication), head, both[of_head:])


def _read(file: BinaryIO, size: int) -> bytes:
    """So many bytes, or as many as there are: a raw file may give fewer at a time."""
    parts = []
    while size and (more := file.read(size)):
        parts.append(more)
        size -= len(more)
    return b"".join(parts)


def _write(file: BinaryIO, content: bytes) -> None:
    """Write all of it: a raw file may take less at a time."""
    left = memoryview(content)
    while left:
        left = left[file.write(left) :]
