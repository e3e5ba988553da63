"""After how many sessions a question is looked at, unless something else was declared. Light: `--help` names them."""

from typing import Final

LOOKS: Final = (20, 40, 60, 80, 120, 160)
"""After how many replications one looks."""

BUDGET: Final = LOOKS[-1]
"""Sessions at most in one mode."""
