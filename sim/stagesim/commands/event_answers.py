"""What people say about an event, as they say it: an hour, 80 %, minutes 20 and 40."""

import re
from typing import Any, Final

import click

from stagesim.plain_text import one_line

LENGTH: Final = re.compile(
    r"(?:(?P<hours>\d+(?:\.\d+)?)\s*h(?:rs?|ours?)?)?\s*(?:(?P<minutes>\d+(?:\.\d+)?)\s*(?:m|mins?|minutes?)?)?"
)
SHARE: Final = re.compile(r"(?P<number>\d*\.?\d+)\s*(?P<percent>%|percent)?")
NONE: Final = frozenset({"", "-", "no", "none"})


def minutes_of(text: str) -> int | None:
    """`90`, `90 min`, `1.5 h` or `1 h 30 min` in whole minutes; None for anything else."""
    found = LENGTH.fullmatch(text.strip().lower())
    if found is None or not any(found.groups()):
        return None
    minutes = 60 * float(found["hours"] or 0) + float(found["minutes"] or 0)
    return int(minutes) if minutes.is_integer() else None


class Length(click.ParamType[int]):
    """A time in minutes, 1 or more."""

    name = "minutes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The minutes that a text says."""
        found = value if isinstance(value, int) else minutes_of(str(value))
        if not found:
            self.fail(f"expected a time, such as `90` (minutes) or `1.5 h`, got `{one_line(str(value))}`", param, ctx)
        return found


class Share(click.ParamType[float]):
    """A share of people: a percentage, or a number from 0 to 1. A whole number above 1 is a percentage, too."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share that a text says, from 0 to 1."""
        found = SHARE.fullmatch(str(value).strip().lower())
        number = -1.0 if found is None else float(found["number"])
        is_percentage = found is not None and (found["percent"] or (number > 1 and number.is_integer()))
        share = number / 100 if is_percentage else number
        if not 0 <= share <= 1:
            self.fail(f"expected a share, such as `80 %` or `0.8`, got `{one_line(str(value))}`", param, ctx)
        return share


class Rounds(click.ParamType[tuple[int, ...]]):
    """Minutes from the start, with commas between them; `none` is none."""

    name = "minutes"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[int, ...]:
        """The minutes that a text says, in their order."""
        if isinstance(value, tuple):
            return value
        text = str(value).strip().lower()
        found = [] if text in NONE else [minutes_of(each) for each in re.split(r"[,;]", text) if each.strip()]
        rounds = tuple(each for each in found if each is not None)
        if len(rounds) < len(found):
            wanted = "expected minutes with commas between them, such as `20,40`, or `none`"
            self.fail(f"{wanted}, got `{one_line(str(value))}`", param, ctx)
        return rounds
