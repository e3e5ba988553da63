"""How many sessions a study has, and after how many of them a question is looked at. Light: `--help` names them.

Sizes are declared, and never depend on time: the same seed gives the same study.
"""

from typing import Final

FIRST_LOOK: Final = 40
"""Sessions of a study of which nothing else was asked; the next looks are after twice as many each."""

LOOKS: Final = (FIRST_LOOK, 80, 160, 320)
"""After how many replications one looks."""

BUDGET: Final = LOOKS[-1]
"""Sessions at most in one mode."""

EXPLAINED: Final = 20
"""Sessions in each mode that tell what held people up where something else is asked."""
