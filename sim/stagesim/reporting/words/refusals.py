"""Why the room refuses a command, as a sentence goes on after `refused, since`."""

from stagesim.reporting.words.labels import plain
from stagesim.reporting.words.numbers import span
from stagesim.testing.stories.course import Asked


def why_refused(asked: Asked, rule: str) -> str:
    """The reason of a refusal, with what belongs to it, and the rule."""
    answer, said = asked.answer, asked.meaning
    if answer.outcome:
        by = f" by {answer.resolved_by}" if answer.resolved_by else ""
        said += f" ({plain(answer.outcome)}{by})"
    if answer.wait_ms is not None:
        said += f", {span(answer.wait_ms)} left"
    return f"{said} ({rule_named(rule)})" if rule else said


def rule_named(rule: str) -> str:
    """A rule by its id, as in `rule C1`; checks and cells of tables have names of their own."""
    return rule if " " in rule else f"rule {rule}"
