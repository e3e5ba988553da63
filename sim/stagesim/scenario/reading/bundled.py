"""The scenarios that come with the package, which may be called by name wherever it is installed."""

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parents[2]
FOLDERS: Final = (PACKAGE / "bundled", PACKAGE.parents[1] / "scenarios")
"""Where they are: in an installed package, and in a checkout."""


def bundled_folder() -> Path:
    """The folder of the bundled scenarios. Raises FileNotFoundError where the package has lost it."""
    for each in FOLDERS:
        if each.is_dir():
            return each
    raise FileNotFoundError("the package has lost its scenarios; install it again")


def bundled_names() -> list[str]:
    """The names of the bundled events, such as `town_hall`."""
    return sorted(path.stem for path in bundled_folder().glob("*.yaml"))


def bundled(name: str) -> Path | None:
    """The file of the bundled event with this name; None for anything else, such as a path."""
    return bundled_folder() / f"{name}.yaml" if name in bundled_names() else None
