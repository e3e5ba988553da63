"""Pages of the documentation that come with the package, since a command prints them wherever it is installed."""

from pathlib import Path
from typing import Final

PACKAGE: Final = Path(__file__).parent
FOLDERS: Final = (PACKAGE / "pages", PACKAGE.parents[1] / "docs/reference")
"""Where they are: in an installed package, and in a checkout."""


def page(name: str) -> str:
    """The text of a page. Raises FileNotFoundError where the package has lost it."""
    for each in FOLDERS:
        if (each / name).is_file():
            return (each / name).read_text(encoding="utf-8")
    raise FileNotFoundError(f"the package has lost its page {name}; install it again")
