"""What would turn the answer: as it was tested, or which assumptions were never varied and the command that does."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, NamedTuple

from stagesim.experiments.kept.beside import Study, answers_beside, study_of
from stagesim.experiments.results import Results
from stagesim.reporting.words.further import EXAMPLE, tip_command, tip_command_of_variants
from stagesim.reporting.words.headlines import listed
from stagesim.reporting.words.keys import key_words
from stagesim.reporting.words.labels import mode_name
from stagesim.scenario.demands.assumptions import Assumption
from stagesim.scenario.forms.canonical import digest

TURNING_TITLE: Final = "What would turn it"
MOST_NAMED: Final = 3
"""Assumptions that a sentence names; the page's table has all of them."""

EXAMPLE_WORDS: Final = key_words(EXAMPLE.partition("=")[0])
"""What the command varies where the scenario names nothing."""


class Turning(NamedTuple):
    """What is `found` of it, what is not known, and the command that finds that out; empty where there is none.
    `varied` are the keys of the assumptions that were varied.
    """

    found: tuple[str, ...] = ()
    unknown: str = ""
    command: str = ""
    varied: frozenset[str] = frozenset()

    @property
    def lines(self) -> tuple[str, ...]:
        """All that is said of it."""
        return (*self.found, self.unknown) if self.unknown else self.found


def turning(
    study: Study, folder: Path | None, sides: Sequence[str], variants: Mapping[str, str] = MappingProxyType({})
) -> Turning:
    """What would turn the answer among `sides`, by answers of `stagesim tip` in folders beside; else that nobody
    knows, and the command that finds out. `variants` are the digests of the scenarios, where these are compared.

    Of several answers each tells what those with more assumptions have not told.
    """
    every = answers_beside(folder, "tip", study) if folder is not None else ()
    fit = [each for each in every if (set(each["contenders"]), each.get("variants", {})) == (set(sides), variants)]
    told: list[str] = []
    varied: set[str] = set()
    for each in sorted(fit, key=lambda each: -len(each["assumptions"])):
        paths = {assumption["path"] for assumption in each["assumptions"]}
        told += each["in_short"] if paths - varied else ()
        varied |= paths
    if not told:
        return Turning((), _untested(study.scenario.assumptions), tip_command(study))
    others = _others(study.scenario.assumptions, varied)
    return Turning(tuple(told), others, tip_command(study) if others else "", frozenset(varied))


def turning_among(variants: Mapping[str, Results], folder: Path | None) -> Turning:
    """The same of a comparison: of variants, or of the modes of one alone."""
    first = next(iter(variants.values()))
    if len(variants) == 1:
        return turning(study_of(first), folder, [mode_name(mode) for mode in first.modes])
    digests = {name: digest(each.scenario) for name, each in variants.items()}
    found = turning(study_of(first), folder, list(variants), digests)
    return found._replace(command=tip_command_of_variants(variants) if found.command else "")


def _others(assumptions: Sequence[Assumption], varied: Collection[str]) -> str:
    """How many of the assumptions were not varied, if any."""
    left = sum(each.range.path not in varied for each in assumptions)
    if not left:
        return ""
    return f"{left} other assumptions were not varied." if left > 1 else "One other assumption was not varied."


def _untested(assumptions: Sequence[Assumption]) -> str:
    """That nothing was varied, and what that would be."""
    if not assumptions:
        return f"Not known: no assumption was varied, and the scenario names none. One is the {EXAMPLE_WORDS}."
    names = [key_words(each.range.path) for each in assumptions]
    more = f", and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    shown = ", ".join(names[:MOST_NAMED]) + more if more else listed(names)
    number = f"none of the {len(names)} assumptions" if len(names) > 1 else "the assumption"
    varied = "was" if len(names) > 1 else "was never"
    return f"Not known: {number} {varied} varied: {shown}."
