"""The words and signs of a page that not everybody knows, each with the meaning that the glossary of the docs gives."""

from typing import Final

GLOSSARY: Final = {
    "wish": "A person's intention to speak. A wish exists in every mode, with or without a button to ask; that makes "
    "modes comparable.",
    "heard": "Of a wish: it had enough of what it wanted, on stage with a connection, in all its stays together: half "
    "of the planned stay, unless the scenario says otherwise.",
    "cut short": "Of a wish: on stage, not heard, and something else than its person ended the last stay: capacity, "
    "staff, a lost connection, the session's end, a change of mode.",
    "pushed off": "Taken off a full stage so that the next speaker has a place.",
    "score": "Of a session: the goals that it meets, each by its weight, as a share of all. The scenario names them.",
    "unsuitable": "Of a wish: the organiser would not want it on stage.",
    "margin of error, ±": "Half of a 95 % confidence interval: another such study would rarely come out further away "
    "than that.",
    "bounds, ≤ and ≥": "Too rare in these sessions for a margin of error: the true figure is at most or at least this.",
    "marks, ✓ and ✗": "What the comparison in pairs shows to be best and worst on a line: several ✓ are a tie, and no "
    "mark says that nothing was shown, or nothing compared.",
}
