"""What all parts of a scenario share: they are frozen, and strict about what they do not know and cannot show."""

from collections.abc import Iterator, Mapping
from typing import Final, Self

from pydantic import BaseModel, ConfigDict, model_validator

from stagesim.plain_text import trouble
from stagesim.scenario.faults import Fault, KeyPath, raise_faults
from stagesim.scenario.values.distributions import Fixed

INSTANT: Final = Fixed(0.0)
ONE: Final = Fixed(1.0)
TEN_SECONDS: Final = Fixed(10_000.0)
TWENTY_SECONDS: Final = Fixed(20_000.0)
HALF_A_MINUTE: Final = Fixed(30_000.0)
TWO_MINUTES: Final = Fixed(120_000.0)

OF_SEVERAL_LINES: Final = frozenset({"description", "note"})
"""The keys whose text may have line breaks."""


class Part(BaseModel):
    """A part of a scenario: frozen, and strict about what it does not know."""

    # Building the validators takes a tenth of a second: only when there is something to validate.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    @model_validator(mode="after")
    def _check_text(self) -> Self:
        """Every text can be shown on one line, but for those that are written on several."""
        raise_faults([fault for name in self.model_fields_set for fault in text_faults(getattr(self, name), (name,))])
        return self


def text_faults(value: object, path: KeyPath) -> Iterator[Fault]:
    """What is wrong with the texts in a value of plain lists and mappings."""
    match value:
        case str():
            found = trouble(value, lines=path[-1] in OF_SEVERAL_LINES)
            if found is not None:
                yield Fault(*found, path)
        case Mapping():
            for key, below in value.items():
                found = trouble(key) if isinstance(key, str) else None
                if found is not None:
                    yield Fault(*found, path)
                yield from text_faults(below, (*path, key))
        case tuple() | list():
            for index, below in enumerate(value):
                yield from text_faults(below, (*path, index))
        case _:
            return
