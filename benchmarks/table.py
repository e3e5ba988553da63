"""The table of a benchmark, and on what it ran: cores, processor, versions, date. No names of machines or people."""

import os
import platform
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from rounds import Row

from stagesim.version import __version__

MISSING = "not installed"


def version_of(package: str) -> str:
    """The installed version of a package; of ours the one that runs, which an editable installation may not know."""
    if package == "stage-access-lab":
        return __version__
    try:
        return version(package)
    except PackageNotFoundError:
        return MISSING


def processor() -> str:
    """The model of the processor, as far as the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def describe(packages: Sequence[str]) -> str:
    """One line: what, on what, and when."""
    versions = ", ".join(f"{package} {version_of(package)}" for package in packages)
    day = datetime.now(UTC).date().isoformat()
    python = f"{platform.python_implementation()} {platform.python_version()}"
    return f"{os.cpu_count()} cores, {processor()}; {platform.system()}; {python}, {versions}; {day}"


def as_text(rows: Sequence[Row]) -> str:
    """The table with columns in line, for a terminal."""
    cells = [
        ("", "what", "measured", "target", ""),
        *((row.part, row.what, row.measured, row.target, row.verdict) for row in rows),
    ]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in cells)


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for a Markdown document."""
    lines = [f"| {row.part} | {row.what} | {row.measured} | {row.target} | {row.verdict} |" for row in rows]
    return "\n".join(["| | what | measured | target | |", "| --- | --- | --- | --- | --- |", *lines])


def keep(path: Path, name: str, text: str) -> None:
    """Write the text between the marks `<!-- name -->` and `<!-- end of name -->` of a document."""
    document = path.read_text(encoding="utf-8")
    begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->"
    head, _, rest = document.partition(begin)
    _, found, tail = rest.partition(end)
    if not found:
        raise ValueError(
            f"`{path.name}` has no place `{name}`\nhint: the place is two lines, `{begin.strip()}` and `{end}`"
        )
    path.write_text(f"{head}{begin}{text}\n{end}{tail}", encoding="utf-8")
