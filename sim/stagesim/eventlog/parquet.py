"""Logs of one mode in a Parquet file: one row an event, readable by anything that reads Parquet.

Whole numbers are stored as small differences (`DELTA_BINARY_PACKED`), words as places in a dictionary, all compressed
with zstd. The header is in the file's metadata as JSON, and beside it each replication's digest, names and groups.
"""

import base64
import json
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped]
import pyarrow.parquet as pq  # type: ignore[import-untyped]

from stagesim.eventlog.arrays import DTYPE, arrays, codes, column, missing
from stagesim.eventlog.header import Header, LogError
from stagesim.eventlog.log import EventLog
from stagesim.eventlog.packing import LAYOUTS
from stagesim.eventlog.schema import FIELDS, KIND_CODE, KINDS, NAMED, NUMBERED, TIMED, WORD_CODE, WORDS
from stagesim.given_files import check_file, parsed_json

HEADER_KEY: Final = b"stagesim.header"
PEOPLE_KEY: Final = b"stagesim.people"
NUMBERS: Final = ("replication", "at_ms", *NUMBERED, *TIMED)

Codes = np.ndarray[Any, np.dtype[Any]]


def write(path: Path, logs: Sequence[EventLog]) -> None:
    """Write logs that differ in their replication only."""
    if not logs:
        raise LogError("there is no log to write\n  hint: a file holds at least one replication")
    header = logs[0].header
    if any(replace(log.header, replication=header.replication) != header for log in logs):
        raise LogError("logs of one file differ in their replication only\n  hint: write one file for each mode")
    people = [[log.header.replication, len(log), log.digest(), log.names, log.groups] for log in logs]
    packed = base64.b85encode(zlib.compress(json.dumps(people).encode(), 9))
    table = pa.table(_columns(logs))
    pq.write_table(
        table.replace_schema_metadata({HEADER_KEY: json.dumps(header.as_dict()), PEOPLE_KEY: packed}),
        path,
        compression="zstd",
        compression_level=6,
        use_dictionary=[name for name in table.column_names if name not in NUMBERS],
        column_encoding=dict.fromkeys(NUMBERS, "DELTA_BINARY_PACKED"),
        write_statistics=False,
    )


def read(path: Path) -> list[EventLog]:
    """Read what `write` wrote, in the same order."""
    try:
        check_file(path)
        table = pq.read_table(path)
        metadata = table.schema.metadata or {}
        header = Header.from_dict(parsed_json(metadata[HEADER_KEY]), path)
        people = parsed_json(zlib.decompress(base64.b85decode(metadata[PEOPLE_KEY])))
        return _logs(table, header, people)
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException, KeyError, ValueError, TypeError, zlib.error) as fault:
        if isinstance(fault, LogError):
            raise
        raise LogError(f"`{path}` is not a log: {fault}\n  hint: the file may be damaged; write it again") from None


def _columns(logs: Sequence[EventLog]) -> dict[str, Any]:
    """The columns of all logs together."""
    each = [arrays(log.packed) for log in logs]
    entries = np.concatenate(each)
    shared: dict[str, int] = {}
    places = [np.array([shared.setdefault(name, len(shared)) for name in log.names]) for log in logs]
    names = list(shared)
    groups = sorted({group for log in logs for group in log.groups})
    place_of = {group: place for place, group in enumerate(groups)}
    grouped = [np.array([place_of[group] for group in log.groups]) for log in logs]

    def people(field: str, places: Sequence[Codes], words: Sequence[str]) -> pa.DictionaryArray:
        """What is known of the people of a field, by their places in each log."""
        found = np.concatenate([place[mine[field]] for place, mine in zip(places, each, strict=True)])
        return _dictionary(found, words)

    columns = {
        "mode": _dictionary(np.zeros(len(entries), np.int64), [str(logs[0].header.mode)]),
        "replication": _numbers(np.repeat([log.header.replication for log in logs], [len(log) for log in logs])),
        "at_ms": _numbers(entries["at_ms"]),
        "event": _dictionary(entries["kind"].astype(np.int64), [kind.name for kind in KINDS]),
        "who": people("who", places, names),
        "by": people("by", places, names),
        "group": people("who", grouped, groups),
    }
    for field in FIELDS:
        found = codes(field, entries)
        if field in NUMBERED or field in TIMED:
            columns[column(field)] = _numbers(found.astype(np.int32), missing(field, entries, found))
        elif field in NAMED:
            # Place 0 stands in for none, and is masked.
            mine = [place[np.maximum(codes(field, own) - 1, 0)] for place, own in zip(places, each, strict=True)]
            columns[column(field)] = _dictionary(np.concatenate(mine), names, missing=found == 0)
        else:
            columns[column(field)] = _dictionary(found, WORDS, missing=found == 0)
    return columns


def _dictionary(found: Codes, words: Sequence[str], missing: Codes | None = None) -> pa.DictionaryArray:
    """Words by their codes, with a dictionary of those in use only."""
    is_used = np.bincount(found, minlength=len(words)) > 0  # which sorts nothing, as `np.unique` does
    places = (np.cumsum(is_used, dtype=np.int32) - 1)[found]
    dictionary = _texts([words[code] for code in np.flatnonzero(is_used).tolist()])
    return pa.DictionaryArray.from_arrays(_numbers(places.astype(np.int32), missing), dictionary)


def _texts(words: Sequence[str]) -> pa.StringArray:
    """Words one after the other, and where each of them begins and ends."""
    written = [word.encode() for word in words]
    ends = np.cumsum([0, *map(len, written)], dtype=np.int32)
    return pa.StringArray.from_buffers(len(written), pa.py_buffer(ends), pa.py_buffer(b"".join(written)))


def _numbers(found: Codes, missing: Codes | None = None) -> pa.Array:
    """Whole numbers as they lie in memory. `pa.array` imports pandas, to ask whether they are a column of that."""
    there = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    data = pa.py_buffer(np.ascontiguousarray(found))
    return pa.Array.from_buffers(pa.from_numpy_dtype(found.dtype), len(found), [there, data])


def _logs(table: pa.Table, header: Header, people: list[Any]) -> list[EventLog]:
    """Every replication's log, from the rows that are its own."""
    entries = np.zeros(table.num_rows, dtype=DTYPE)
    entries["at_ms"] = table.column("at_ms").to_numpy()
    entries["kind"] = _coded(table, "event", KIND_CODE)
    _put_fields(entries, table)
    logs, start = [], 0
    for replication, count, digest, names, groups in people:
        mine, rows = entries[start : start + count], table.slice(start, count)
        places = {name: place for place, name in enumerate(names)}
        mine["who"], mine["by"] = _coded(rows, "who", places), _coded(rows, "by", places)
        for field in NAMED:
            _put(mine, field, _coded(rows, column(field), {name: place + 1 for name, place in places.items()}))
        log = EventLog.restored(replace(header, replication=replication), mine.tobytes(), names, groups)
        if log.digest() != digest:
            raise ValueError(f"replication {replication} does not have the digest `{digest}`")
        logs.append(log)
        start += count
    return logs


def _put_fields(entries: Any, table: pa.Table) -> None:
    """Put every kind's numbers and words where its layout says; a field that came later has no column."""
    for field in (each for each in FIELDS if column(each) in table.column_names):
        if field in NUMBERED or field in TIMED:
            _put(entries, field, table.column(column(field)).fill_null(0).to_numpy())
        elif field not in NAMED:
            _put(entries, field, _coded(table, column(field), WORD_CODE))


def _put(entries: Any, field: str, found: Codes) -> None:
    """Put one field of every kind that has it where its layout says."""
    for layout in LAYOUTS.values():
        place = layout.places.get(field)
        if place is not None:
            mine = entries["kind"] == layout.code
            entries[place][mine] = found[mine]


def _coded(table: pa.Table, name: str, code: dict[str, int]) -> Codes:
    """The codes of a column of words; 0 for none."""
    coded = table.column(name).combine_chunks().dictionary_encode()
    words = coded.dictionary.to_pylist()
    # The dictionary is the whole file's, so that it may hold names that these rows do not know.
    code_of = np.array([code.get(word, -1) for word in words] + [0])
    found = code_of[coded.indices.fill_null(len(words)).to_numpy(zero_copy_only=False)]
    if (found < 0).any():
        raise ValueError(f"the column `{name}` holds what the header does not know")
    return np.asarray(found)
