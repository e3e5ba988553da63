"""What a whole self-check came to: verdicts by section, the exit code, and the last line that says why."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from stagesim.exit_codes import ExitCode, gravest
from stagesim.selfcheck.calibration.checks import Check
from stagesim.selfcheck.queueing.judge import Verdict
from stagesim.testing.gate.report import WORDS

CODES: Final = {
    Verdict.AGREES: ExitCode.DONE,
    Verdict.DIFFERS: ExitCode.VIOLATED,
    Verdict.UNDECIDED: ExitCode.UNDECIDED,
    Verdict.NOT_EXPRESSIBLE: ExitCode.UNDECIDED,
}
"""What each verdict alone would end the self-check with."""


@dataclass(slots=True)
class Tally:
    """Verdicts by the title of their section, what was left out there, and what did not agree, by name."""

    sections: dict[str, Counter[Verdict]] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    troubles: dict[Verdict, list[str]] = field(default_factory=dict)

    def add(self, section: str, name: str, verdict: Verdict) -> None:
        """Count one verdict."""
        self.sections.setdefault(section, Counter())[verdict] += 1
        if verdict is not Verdict.AGREES:
            self.troubles.setdefault(verdict, []).append(f"`{name}` ({section})")

    def add_checks(self, section: str, checks: Iterable[Check]) -> None:
        """Count the checks of a section; one that has nothing but left out rows is there, and shows nothing."""
        self.sections.setdefault(section, Counter())
        for check in checks:
            if check.left_out:
                self.left_out[section] += 1
            else:
                self.add(section, check.name, check.verdict)

    @property
    def exit_code(self) -> ExitCode:
        """The gravest of all; a section in which nothing was judged is no success."""
        found = [CODES[verdict] for counts in self.sections.values() for verdict in counts]
        empty = [ExitCode.NOTHING for counts in self.sections.values() if not counts]
        return gravest([*found, *empty])

    @property
    def last_line(self) -> str:
        """The verdict on the whole, and why."""
        code = self.exit_code
        return f"{WORDS[code]} (exit {int(code)}): {self._why(code)}"

    def _why(self, code: ExitCode) -> str:
        guilty = [name for verdict, names in self.troubles.items() if CODES[verdict] is code for name in names]
        if guilty:
            verdict = next(each for each in self.troubles if CODES[each] is code)
            more = f" and {len(guilty) - 1} more" if len(guilty) > 1 else ""
            return f"{guilty[0]}{more}: {verdict}"
        if code is ExitCode.NOTHING:
            return "nothing was checked in " + (next((n for n, c in self.sections.items() if not c), "any section"))
        return f"{sum(map(Counter.total, self.sections.values()))} checks in {len(self.sections)} sections agree"
