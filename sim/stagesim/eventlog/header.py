"""What a log says about itself: where it comes from, and what decided its content."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from stagesim.eventlog.schema import SCHEMA_VERSION


class LogError(ValueError):
    """A log that is damaged, of another format, or not what it should be."""


@dataclass(frozen=True, slots=True)
class Header:
    """The origin of one log.

    `start_ms` is the session's start on the room's clock. `packages` are the versions that were installed; they, the
    engine's version and the scenario's title inform and are no part of the digest.
    """

    scenario: str
    scenario_digest: str
    mode: str
    seed: int
    replication: int = 0
    engine: str = ""
    engine_version: str = ""
    rules: str = ""
    stage_capacity: int | None = None
    start_ms: int = 0
    packages: Mapping[str, str] = field(default_factory=dict)
    schema: str = SCHEMA_VERSION

    def decisive(self) -> bytes:
        """The fields that decide what the log contains, in one canonical form."""
        names = ("schema", "scenario_digest", "rules", "engine", "mode", "seed", "replication", "stage_capacity")
        return json.dumps([getattr(self, name) for name in (*names, "start_ms")], ensure_ascii=True).encode()

    def as_dict(self) -> dict[str, Any]:
        """All fields as plain values, ready for JSON."""
        return {**asdict(self), "packages": dict(self.packages)}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any], path: Path) -> "Header":
        """The header in plain values, read from a file; a `LogError` when they are of another schema or incomplete."""
        schema = values.get("schema")
        if schema != SCHEMA_VERSION:
            raise LogError(
                f"the log `{path}` has the schema `{schema}`, and this version reads `{SCHEMA_VERSION}`\n"
                "  hint: read it with the version that wrote it, or run the scenario again"
            )
        try:
            return cls(**values)
        except TypeError:
            known = ", ".join(item.name for item in fields(cls))
            raise LogError(
                f"the header of `{path}` has the fields {', '.join(map(str, values))}; expected are {known}\n"
                "  hint: the file may be damaged; write it again"
            ) from None
