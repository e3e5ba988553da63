"""Whatever rules say of how something ends, the metrics account for it."""

import pytest

from scenes import run
from stageaccess import Outcome
from stagesim.metric_table import REQUEST_OUTCOMES
from stagesim.metrics import measure
from stagesim.metrics.relations import relations
from stagesim.scenario.demands.conditions import Happening, parse_condition

CLOSED_BY_THE_MODE = """
modes: [join_by_request]
rules: {{name: another word, closings: {{requests.join_by_request.invite_only: {word}}}}}
audience: {{count: 20, wishes: {{on_arrival: 1}}}}
moderators: {{count: 1, review: {{time: 20 min}}}}
timetable: [{{at: 5 min, mode: invite_only}}]
"""


@pytest.mark.parametrize("word", Outcome)
def test_a_request_closed_with_any_word_is_counted_under_that_word(word):
    log = run(CLOSED_BY_THE_MODE.format(word=word))
    figures = measure(log)
    assert figures["requests"] == 20
    assert figures[f"requests_{word}"] == 20
    assert sum(figures[f"requests_{each}"] for each in (*REQUEST_OUTCOMES, "open")) == 20
    assert all(relation.holds for relation in relations(log))


@pytest.mark.parametrize("word", Outcome)
def test_a_property_can_speak_of_any_word_that_a_variant_may_say(word):
    assert parse_condition(f"request_closed {word}") == Happening("request_closed", (word,))
    assert parse_condition(f"invitation_closed {word}") == Happening("invitation_closed", (word,))
