"""Files that somebody gives us: read whole, or refused with the reason before anything of them is in memory."""

import json
import os
import stat
from collections.abc import Callable
from os import PathLike
from pathlib import Path
from typing import Any, Final

from stagesim.errors import StagesimError

LARGEST: Final = 512 * 1024 * 1024
"""Bytes of a file at most, unless it is of a kind that has less."""

KINDS: Final = (
    (stat.S_ISFIFO, "a pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)
"""What is no file, and may never answer or never end."""


class NotAFile(OSError, StagesimError):
    """What is in the place of a file is none, or is too large for what it should be; `hint` says what to do."""

    def __init__(self, path: Path, reason: str, hint: str) -> None:
        super().__init__(None, reason, str(path))
        self.hint = hint

    def __str__(self) -> str:
        return f"`{self.filename}`: {self.strerror}\n  hint: {self.hint}"


def check_file(path: str | PathLike[str], largest: int = LARGEST) -> None:
    """Raise NotAFile for a pipe, a device and a file that is too large, and OSError where nothing is there."""
    found = Path(path).stat()
    for is_kind, what in KINDS:
        if is_kind(found.st_mode):
            raise NotAFile(Path(path), f"expected a file, got {what}", "write it into a file, and name that")
    if found.st_size > largest:
        size = f"{found.st_size / 1e6:,.0f} MB"
        raise NotAFile(
            Path(path), f"the file is too large: {size}", f"the largest that is read has {largest / 1e6:,.0f} MB"
        )


def file_bytes(path: str | PathLike[str], largest: int = LARGEST) -> bytes:
    """The content of a file; OSError where it cannot be read, NotAFile where it is none."""
    check_file(path, largest)
    return Path(path).read_bytes()


def file_text(path: str | PathLike[str], largest: int = LARGEST) -> str:
    """The same as text in UTF-8; NotAFile where it is none."""
    try:
        return file_bytes(path, largest).decode("utf-8")
    except UnicodeDecodeError as fault:
        raise not_a_text(path, fault) from None


def not_a_text(path: str | PathLike[str], fault: UnicodeDecodeError) -> NotAFile:
    """The error for a file that should be a text."""
    return NotAFile(Path(path), f"it is no text in UTF-8, from byte {fault.start}", "name a text file")


HEAD: Final = 4096
"""Bytes by which it is seen what a file is."""


def refuse_other(path: Path, what: str, is_such: Callable[[str], bool]) -> None:
    """Raise NotAFile where a file is to be replaced that is something else, as its beginning shows."""
    if path.is_file() and path.stat().st_size:
        with path.open("rb") as file:
            head = file.read(HEAD).decode("utf-8", "replace")
        if not is_such(head):
            hint = "name another file, or move this one away"
            raise NotAFile(path, f"it is there already, and is no {what}", hint)


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; what is there and is no file, such as a terminal, is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text(text, encoding="utf-8")
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def parsed_json(text: str | bytes, parse_float: Callable[[str], Any] | None = None) -> Any:
    """The value of a JSON text; ValueError for anything else, also for what is nested without end."""
    try:
        return json.loads(text, parse_float=parse_float)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
