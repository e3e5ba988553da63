"""What decides the content of a replication, beyond scenario, seed and number: the code, and two packages."""

import hashlib
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

from stagesim.experiments.origin import UNSAID, Origin
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.scenario import Scenario

DECISIVE: Final = (
    ("stageaccess", ""),
    ("stagesim", "agents"),
    ("stagesim", "engines"),
    ("stagesim", "eventlog"),
    ("stagesim", "hearing.py"),
    ("stagesim", "scenario"),
    ("stagesim", "simulate.py"),
    ("stagesim", "streams.py"),
    ("stagesim", "world.py"),
)
"""Package and part of it: all the code that a simulated session runs through."""

PACKAGES: Final = ("simpy", "numpy")

version_of: Final = cache(version)
"""The version of an installed package, which is looked for in its files once."""


def identity(scenario: Scenario, seed: int, origin: Origin = UNSAID) -> dict[str, Any]:
    """Two studies with the same identity have the same session under the same mode and number of replication.

    Of an engine or of behaviours of the user's nothing is known but that they were there.
    """
    return {
        "scenario": digest(scenario),
        "seed": seed,
        "behaviours": dict(origin.behaviours),
        "engine": origin.engine or origin.maker,
        "code": code_digest(),
        "packages": {name: version_of(name) for name in PACKAGES},
    }


@cache
def code_digest() -> str:
    """SHA-256 of the source of everything that decides what happens in a session.

    Any change of that code is another digest, a new comment included: to simulate once too often is the safe mistake.
    """
    found = hashlib.sha256()
    for package, part in DECISIVE:
        root = files(package)
        for name, content in _sources(root / part if part else root, part):
            found.update(f"{package}/{name}\0{len(content)}\0".encode())
            found.update(content)
    return found.hexdigest()


def _sources(place: Traversable, name: str) -> list[tuple[str, bytes]]:
    """Every Python file in and below a place, by name; line ends do not matter."""
    if place.is_dir():
        parts = sorted(place.iterdir(), key=lambda each: each.name)
        return [found for each in parts for found in _sources(each, f"{name}/{each.name}")]
    return [(name, place.read_bytes().replace(b"\r\n", b"\n"))] if name.endswith(".py") else []
