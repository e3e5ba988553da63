"""What a check found, for every kind of report: the judgements, what they come to, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from stagesim.exit_codes import ExitCode, gravest
from stagesim.testing.gate.verdicts import Judgement, Verdict, verdict_code


@dataclass(frozen=True, slots=True)
class Report:
    """A finished check. `empty` are the scenarios, or cases, that state nothing; `allow_empty` says that they may.
    `notes` are what else is to be known, such as what the engine under test does not answer.
    """

    judgements: tuple[Judgement, ...]
    empty: tuple[str, ...] = ()
    allow_empty: bool = False
    interrupted: bool = False
    notes: tuple[str, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """What the check ends with."""
        codes = [verdict_code(self.judgements)] if self.judgements else []
        if self.interrupted:
            codes.append(ExitCode.INTERRUPTED)
        if self.empty:
            codes.append(ExitCode.DONE if self.allow_empty else ExitCode.NOTHING)
        return gravest(codes)

    @property
    def troubles(self) -> list[Judgement]:
        """Everything that did not pass, failures first; what was not reached is counted with what came before it."""
        fine = (Verdict.PASS, Verdict.NOT_REACHED)
        bad = [each for each in self.judgements if each.verdict not in fine]
        return sorted(bad, key=lambda each: each.verdict is not Verdict.FAIL)

    @property
    def last_line(self) -> str:
        """The verdict on the whole check, and why, in one line."""
        code = self.exit_code
        open_ones = [each.verdict for each in self.judgements if each.finding.exit_code is ExitCode.UNDECIDED]
        untested = code is ExitCode.UNDECIDED and all(each is Verdict.NOT_TESTED for each in open_ones)
        word = WORD_OF[Verdict.NOT_TESTED] if untested else WORDS[code]
        return f"{word} (exit {int(code)}): {self._why(code)}"

    @property
    def counts(self) -> str:
        """How many of each verdict."""
        found = Counter(each.verdict for each in self.judgements)
        return ", ".join(f"{found[verdict]} {WORD_OF[verdict]}" for verdict in Verdict if found[verdict]) or "nothing"

    def _why(self, code: ExitCode) -> str:
        guilty = [each for each in self.judgements if each.finding.exit_code is code]
        if code is ExitCode.INTERRUPTED:
            return f"stopped by the user after {self.counts}"
        if code is ExitCode.DONE:
            return f"{self.counts}" + (f"; {len(self.empty)} without expectations" if self.empty else "")
        if not guilty and self.empty:
            return f"`{self.empty[0]}` states no expectations{_more(self.empty)}; `--allow-empty` lets it pass"
        if not guilty:
            return "nothing was judged"
        first = guilty[0]
        return f"{first.place}: `{first.name}` in {first.mode}{_more(guilty)}; {self.counts}"


WORDS = {
    ExitCode.DONE: "passed",
    ExitCode.VIOLATED: "failed",
    ExitCode.BAD_INPUT: "bad input",
    ExitCode.UNDECIDED: "undecided",
    ExitCode.BASELINE: "baseline cannot be used",
    ExitCode.NOTHING: "nothing to go by",
    ExitCode.INTERNAL: "internal error",
    ExitCode.INTERRUPTED: "interrupted",
}
"""What each exit code is called in the last line."""

WORD_OF = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.UNDECIDED: "undecided",
    Verdict.NOT_TESTED: "not tested",
    Verdict.NOT_REACHED: "not reached",
}


def _more(items: Sequence[object]) -> str:
    return f" and {len(items) - 1} more" if len(items) > 1 else ""
