"""What all parts of a scenario share: they are frozen, and strict about what they do not know."""

from typing import Final

from pydantic import BaseModel, ConfigDict

from stagesim.scenario.values.distributions import Fixed

INSTANT: Final = Fixed(0.0)
ONE: Final = Fixed(1.0)
TEN_SECONDS: Final = Fixed(10_000.0)
TWENTY_SECONDS: Final = Fixed(20_000.0)
HALF_A_MINUTE: Final = Fixed(30_000.0)
TWO_MINUTES: Final = Fixed(120_000.0)


class Part(BaseModel):
    """A part of a scenario: frozen, and strict about what it does not know."""

    # Building the validators takes a tenth of a second: only when there is something to validate.
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
