"""What changed nothing, in a sentence."""

from stagesim.experiments.comparison.unchanged import Unchanged
from stagesim.reporting.words.labels import mode_name


def sentence(found: Unchanged) -> str:
    """In which modes it changed nothing, and how that was found."""
    modes = ", ".join(mode_name(mode).lower() for mode in found.modes)
    beside = "with it and without it" if found.beside is None else f"beside `{found.beside}`"
    sessions = f"the first {found.sessions} sessions" if found.sessions > 1 else "the session"
    same = "are" if found.sessions > 1 else "is"
    return f"`{found.what}` changes nothing in {modes}: {beside}, {sessions} {same} the same, event by event"
