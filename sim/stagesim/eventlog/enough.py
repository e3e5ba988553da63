"""How much of the wanted time on stage is enough for a wish to be heard."""

import math
from collections.abc import Mapping
from typing import Any, Final, NamedTuple


class Enough(NamedTuple):
    """A share of what a wish wants, and no more than so long: a time alone is all that is wanted, or that time."""

    share: float = 0.5
    most_ms: int | None = None

    def ms(self, wanted_ms: int) -> int:
        """The shortest time on stage that is enough for a wish, in whole milliseconds."""
        least = math.ceil(round(self.share * wanted_ms, 6))
        return least if self.most_ms is None else min(least, self.most_ms)

    def as_dict(self) -> dict[str, Any]:
        """The fields as plain values, ready for JSON."""
        return self._asdict()

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> "Enough":
        """What `as_dict` made plain; a TypeError where it is something else."""
        return cls(**values)


HALF: Final = Enough()
"""What is enough unless somebody says otherwise: half of what is wanted."""
