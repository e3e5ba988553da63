"""What a log says about itself: where it comes from, and what decided its content."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from stagesim.errors import StagesimError
from stagesim.eventlog.enough import Enough
from stagesim.eventlog.schema import SCHEMA_VERSION


class LogError(StagesimError):
    """A log that is damaged, of another format, or not what it should be."""


@dataclass(frozen=True, slots=True)
class Header:
    """The origin of one log.

    `start_ms` is the session's start on the room's clock. `enough` says for each group of people how much time on stage
    is enough for a wish to be heard; half of what was wanted for a group that is not named. `packages` are the versions
    that were installed; they, the engine's version and the scenario's title inform and are no part of the digest.
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
    enough: Mapping[str, Enough] = field(default_factory=dict)
    packages: Mapping[str, str] = field(default_factory=dict)
    schema: str = SCHEMA_VERSION

    def decisive(self) -> bytes:
        """The fields that decide what the log contains, in one canonical form."""
        names = ("schema", "scenario_digest", "rules", "engine", "mode", "seed", "replication", "stage_capacity")
        return json.dumps([getattr(self, name) for name in (*names, "start_ms")], ensure_ascii=True).encode()

    def as_dict(self) -> dict[str, Any]:
        """All fields as plain values, ready for JSON."""
        enough = {group: each.as_dict() for group, each in self.enough.items()}
        return {**asdict(self), "enough": enough, "packages": dict(self.packages)}

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
            enough = {group: Enough.from_dict(each) for group, each in values.get("enough", {}).items()}
            return cls(**{**values, "enough": enough})
        except (TypeError, AttributeError):
            known = ", ".join(item.name for item in fields(cls))
            raise LogError(
                f"the header of `{path}` has the fields {', '.join(map(str, values))}; expected are {known}\n"
                "  hint: the file may be damaged; write it again"
            ) from None
