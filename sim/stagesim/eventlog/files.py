"""Logs as files: JSON Lines for reading by eye, Parquet for many replications, CSV for spreadsheets.

JSON Lines and Parquet keep everything: what is read back has the digest of what was written. CSV is for other
programs and is not read back.
"""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.log import EventLog
from stagesim.given_files import check_file, parsed_json


def write_jsonl(path: str | Path, log: EventLog) -> None:
    """One JSON object a line: the header with the people's groups, then every event in the names of the rules."""
    people = {"names": log.names, "groups": log.groups, "digest": log.digest()}
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for line in ({**log.header.as_dict(), **people}, *log.rows()):
            file.write(json.dumps(line, ensure_ascii=False) + "\n")


def read_jsonl(path: str | Path) -> EventLog:
    """The log that `write_jsonl` wrote; a `LogError` for anything else."""
    lines = _json_lines(Path(path))
    number, first = next(lines, (0, {}))
    people = {key: first.pop(key, None) for key in ("names", "groups", "digest")}
    log = EventLog.restored(Header.from_dict(first, Path(path)), b"", people["names"] or (), people["groups"] or ())
    for number, row in lines:
        try:
            at_ms = round(row.pop("at") * 1000)
            kind, who, by = row.pop("event"), row.pop("who"), row.pop("by")
            log.record((0, at_ms, kind, who, by, row, None))
        except (KeyError, TypeError, LogError) as fault:
            raise LogError(
                f"`{path}` line {number} is not an event: {fault}\n  hint: the file may be damaged; write it again"
            ) from None
    if log.digest() != people["digest"]:
        raise LogError(
            f"`{path}` does not hold what its header says (digest `{people['digest']}`, {len(log)} events read)\n"
            "  hint: the file was cut short or changed; write it again"
        )
    return log


def write_csv(path: str | Path, logs: Sequence[EventLog]) -> None:
    """All events of the logs as a table with `mode` and `replication` in front."""
    frames = []
    for log in logs:
        table = log.frame()
        table.insert(0, "mode", log.header.mode)
        table.insert(1, "replication", log.header.replication)
        frames.append(table)
    for at, table in enumerate(frames):
        table.to_csv(path, mode="a" if at else "w", header=not at, index=False, lineterminator="\n")


def write_parquet(path: str | Path, logs: Sequence[EventLog]) -> None:
    """Logs that differ in their replication only, in one file; any Parquet reader sees a table of events."""
    from stagesim.eventlog import parquet

    parquet.write(Path(path), logs)


def read_parquet(path: str | Path) -> list[EventLog]:
    """The logs that `write_parquet` wrote, in the order in which they were written; a `LogError` for anything else."""
    from stagesim.eventlog import parquet

    return parquet.read(Path(path))


def _json_lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Every line of a file as an object, with its number."""
    check_file(path)
    with path.open("rb") as file:
        for number, line in enumerate(file, start=1):
            try:
                row = parsed_json(line.decode("utf-8"))
            except UnicodeDecodeError:
                raise LogError(f"`{path}` line {number} is no text in UTF-8\n  hint: the file may be damaged") from None
            except ValueError as fault:
                raise LogError(
                    f"`{path}` line {number} is not JSON: {fault}\n  hint: the file may be damaged"
                ) from None
            if not isinstance(row, dict):
                raise LogError(f"`{path}` line {number} is not an object\n  hint: a log has one JSON object a line")
            yield number, row
