"""What is known of a script once the engine under test has broken its contract: what came before that stands."""

from collections.abc import Sequence

from stagesim.engines.contract import EngineError
from stagesim.testing.gate.scripted import Scripted
from stagesim.testing.gate.verdicts import Finding, Question, Verdict


def after_breach(questions: Sequence[Question], error: EngineError) -> dict[int, Finding]:
    """The findings on the open questions of one mode, by the identity of their question.

    The steps before the breach are judged. The step that was being played fails, or else what comes next; the rest is
    not reached. Something fails in any case, but where the same was said before.
    """
    before = {id(each): _judged(each, error) for each in questions if _is_before(each, error)}
    after = [each for each in questions if id(each) not in before]
    if error.is_old:
        return before | {id(each): NEVER_ANSWERED for each in after}
    steps = [each for each in after if isinstance(each, Scripted)]
    guilty = (steps or after or list(questions)[-1:])[0]
    unreached = {id(each): NOT_REACHED for each in after if each is not guilty}
    return before | unreached | {id(guilty): _broken(error, len(unreached))}


NOT_REACHED = Finding(Verdict.NOT_REACHED, "the engine broke its contract before", 0)
NEVER_ANSWERED = Finding(Verdict.NOT_REACHED, "the engine has never answered anything", 0)


def _is_before(question: Question, error: EngineError) -> bool:
    return isinstance(question, Scripted) and error.played is not None and question.index < error.played.step


def _judged(question: Question, error: EngineError) -> Finding:
    """What a step before the breach comes to."""
    assert isinstance(question, Scripted)
    assert error.played is not None
    question.take(error.played.checks, error.replication or 0)
    return question.judge(1, last=True)


def _broken(error: EngineError, unreached: int) -> Finding:
    """What is wrong with the engine, and how much was not reached for it."""
    said, *details = (line.strip() for line in str(error).splitlines())
    if unreached:
        details.append(f"not reached after this: {unreached} more of this scenario in this mode")
    return Finding(Verdict.FAIL, said, 0, tuple(details), error.replication)
