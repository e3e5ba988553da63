"""What to ask next of what was simulated: what would turn the answer, what holds people up, and how it went."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from stagesim.experiments.kept.beside import Study, study_of
from stagesim.experiments.results import Results

TURNS: Final = "What would turn the answer"
HOLDS_UP: Final = "What holds people up"
"""Questions of which the terminal says the command, too."""

FIRST_SEED: Final = 1
"""The seed of whoever names none."""

EXAMPLE: Final = "audience.answer.accept=0.5:1"
"""An assumption of every scenario that nobody has measured: how many accept an invitation."""

MOST_REPLAYED: Final = 2
"""Sessions that a replay shows beside each other."""


class Further(NamedTuple):
    """One more question, and the command that answers it."""

    question: str
    command: str


def further(results: Results) -> list[Further]:
    """The questions for which there is a command; none where no file says what was run, or code plays a part in it."""
    study = study_of(results)
    where = _where(study)
    if not where:
        return []
    modes = f" --modes {','.join(results.modes[:MOST_REPLAYED])}"
    turns = results.scenario.assumptions and results.scenario.goals
    return [
        *([Further(TURNS, tip_command(study_of(results)))] if turns and len(results.modes) > 1 else []),
        Further(HOLDS_UP, f"stagesim why {where}"),
        Further("The story of one person", f"stagesim story {where} --who typical"),
        Further("The session as it went", f"stagesim replay {where}{modes}"),
    ]


def story_command(results: Results, replication: int) -> str:
    """What tells the story of somebody of one session in a terminal; empty where there is no such command."""
    where = _where(study_of(results))
    number = f" --replication {replication}" if replication else ""
    return f"stagesim story {where}{_seed(results.seed)}{number} --who NAME" if where else ""


def tip_command(study: Study) -> str:
    """What finds out what would turn the answer, among the same modes with the same seed; empty where there is no such
    command. Where the scenario does not say what to vary, it is what every scenario has, as an example.
    """
    where, scenario = _where(study), study.scenario
    vary = "" if scenario.assumptions else f" --vary {EXAMPLE}"
    by = "" if scenario.goals else " --by wishes_heard_share"
    asked = [str(mode) for mode in _listed(study.origin.options.get("modes"))]
    modes = f" --modes {','.join(asked)}" if asked and set(asked) != set(map(str, scenario.modes)) else ""
    return f"stagesim tip {where}{vary}{by}{modes}{_seed(study.seed)}" if where else ""


def tip_command_of_variants(variants: Mapping[str, Results]) -> str:
    """The same among variants of one file; empty where they are of several."""
    first, *others = variants.values()
    if any(each.given.path != first.given.path for each in others):
        return ""
    added = [
        f"{name}: {'; '.join(map(str, each.given.changes))}" for name, each in variants.items() if each is not first
    ]
    command = tip_command(study_of(first))
    return " ".join([command, *(f"--variant {shlex.quote(each)}" for each in added)]) if command else ""


def _listed(given: object) -> Sequence[object]:
    """What an option has several of; nothing where it was not given."""
    return given if isinstance(given, tuple | list) else ()


def _seed(seed: int) -> str:
    return "" if seed == FIRST_SEED else f" --seed {seed}"


def _where(study: Study) -> str:
    """The scenario's file and what was set, as a shell takes them; empty where that is not all that was run."""
    given, origin = study.given, study.origin
    if not given.is_of_its_file or origin.behaviours or origin.engine or origin.maker:
        return ""
    changes = [part for each in (*given.sets, *given.changes) for part in ("--set", each)]
    return shlex.join([str(given.path), *changes])
