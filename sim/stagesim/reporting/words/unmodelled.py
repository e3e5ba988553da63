"""What no figure takes into account, said under every answer."""

from typing import Final

from stagesim.experiments.origin import Origin

NOT_MODELLED: Final = (
    "Not modelled: people who wish to speak more often because it is easier, people who talk over each other, and the "
    "time that staff need to watch an open stage."
)


def not_modelled(origin: Origin) -> str:
    """The sentence; empty where code of the user's plays a part of the people, which may do anything."""
    return "" if origin.behaviours else NOT_MODELLED
