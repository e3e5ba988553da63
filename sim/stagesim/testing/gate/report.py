"""What a check found, for every kind of report: the judgements, what they come to, and why."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from stagesim.exit_codes import ExitCode, gravest
from stagesim.testing.gate.verdicts import Judgement, Verdict, verdict_code


class Empty(NamedTuple):
    """A scenario, or a case of one, of which nothing was judged, and why."""

    path: str
    case: str = ""
    why: str = "states no expectations"

    @property
    def name(self) -> str:
        """The file, with the case if it is one."""
        return f"{self.path} [{self.case}]" if self.case else self.path


class Fault(NamedTuple):
    """Why a check did not come to its end, and the exit code of that."""

    said: str
    code: ExitCode


UNFINISHED: Final = Fault("the check was ended before it came to a verdict", ExitCode.INTERRUPTED)
"""What a report says until there is another one: whoever kills the check leaves this behind."""


@dataclass(frozen=True, slots=True)
class Report:
    """A check. `empty` are the scenarios, or cases, that state nothing; `allow_empty` says that they may. `fault` is
    why the check did not come to its end, if it did not, and nobody interrupted it. `notes` are what else is to be
    known, such as what the engine under test does not answer. `asked` is the command that it comes from.
    """

    judgements: tuple[Judgement, ...]
    empty: tuple[Empty, ...] = ()
    allow_empty: bool = False
    interrupted: bool = False
    notes: tuple[str, ...] = ()
    fault: Fault | None = None
    asked: str = "stagesim check"

    @property
    def exit_code(self) -> ExitCode:
        """What the check ends with."""
        codes = [verdict_code(self.judgements)] if self.judgements else []
        if self.interrupted:
            codes.append(ExitCode.INTERRUPTED)
        if self.fault is not None:
            return self.fault.code
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
    def stopped(self) -> str | None:
        """Why the check did not come to its end; None if it did."""
        if self.fault is not None:
            return self.fault.said
        return self.why if self.interrupted else None

    @property
    def last_line(self) -> str:
        """The verdict on the whole check, and why, in one line."""
        return f"{self.verdict}: {self.why}"

    @property
    def verdict(self) -> str:
        """The verdict on the whole check in a word, with the exit code."""
        if self.fault is not None:
            return f"not finished (exit {int(self.fault.code)})"
        code = self.exit_code
        open_ones = [each.verdict for each in self.judgements if each.finding.exit_code is ExitCode.UNDECIDED]
        untested = code is ExitCode.UNDECIDED and all(each is Verdict.NOT_TESTED for each in open_ones)
        return f"{WORD_OF[Verdict.NOT_TESTED] if untested else WORDS[code]} (exit {int(code)})"

    @property
    def counts(self) -> str:
        """How many of each verdict."""
        found = Counter(each.verdict for each in self.judgements)
        return ", ".join(f"{found[verdict]} {WORD_OF[verdict]}" for verdict in Verdict if found[verdict]) or "nothing"

    @property
    def why(self) -> str:
        """What the verdict rests on, in one line."""
        if self.fault is not None:
            return self.fault.said.partition("\n")[0]
        code = self.exit_code
        guilty = [each for each in self.judgements if each.finding.exit_code is code]
        if code is ExitCode.INTERRUPTED:
            return f"stopped by the user after {self.counts}"
        if code is ExitCode.DONE:
            return f"{self.counts}" + (f"; {len(self.empty)} without expectations" if self.empty else "")
        if not guilty and self.empty:
            name, why = self.empty[0].name, self.empty[0].why
            return f"`{name}` {why}{_more(self.empty)}; `--allow-empty` lets it pass"
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
