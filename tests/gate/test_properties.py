"""Properties: at which moments they are judged, and when there was nothing to judge."""

import pytest

from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Job, one
from stagesim.scenario.demands.statements import Property
from stagesim.scenario.reading.loader import loads
from stagesim.testing.gate.properties import Demanded
from stagesim.testing.gate.verdicts import Finding, Verdict

HEAD = """
title: A script
duration: 10 min
modes: [join_by_request]
session: scripted
script:
"""
START = "at: 0 s, do: start_session"
MO = "at: 0 s, do: enter_room, by: mo, role: moderator"
PAT = "at: 0 s, do: enter_room, by: pat, role: participant"


def judged(property_text: str, *steps: str, scenario: str = HEAD) -> Finding:
    """The verdict on a property after one replication of a script with these steps."""
    loaded = loads(scenario + "".join(f"  - {{{step}}}\n" for step in steps))
    question = Demanded(Property.model_validate(property_text), "join_by_request", 1, None, exact=True)
    question.see(one(Job(loaded), "join_by_request", 0))
    return question.judge(1, last=True)


def ask(at: str) -> str:
    return f"at: {at}, do: ask_to_join, by: pat"


def cancel(at: str) -> str:
    return f"at: {at}, do: cancel_request, by: pat"


def passes(finding: Finding) -> bool:
    return finding.verdict is Verdict.PASS


# A state is what is left when a moment is over.


def test_staff_who_enter_at_the_very_start_are_there_from_the_start() -> None:
    assert passes(judged("always staff >= 1", START, PAT, MO))
    assert not passes(judged("always staff >= 1", START, PAT, MO.replace("0 s", "0.001 s")))


def test_random_staff_who_enter_at_the_very_start_are_there_from_the_start() -> None:
    text = "title: r\nduration: 5 min\nmodes: [join_by_request]\nmoderators: {arrival: 0 s}\naudience: {count: 2}\n"
    assert passes(judged("always staff >= 1", scenario=text))


def test_a_hand_that_goes_up_and_down_within_a_moment_was_never_up() -> None:
    within = (START, MO, PAT, ask("10 s"), cancel("10 s"))
    assert passes(judged("always queue <= 0", *within))
    assert passes(judged("never queue >= 1", *within))
    assert not passes(judged("sometimes queue >= 1", *within))
    assert not passes(judged("eventually queue >= 1", *within))
    assert passes(judged("eventually request_created", *within)), "an event counts where it happens"


def test_a_hand_that_is_up_for_a_millisecond_was_up() -> None:
    after = (START, MO, PAT, ask("10 s"), cancel("10.001 s"))
    found = judged("always queue <= 0", *after)
    assert (found.verdict, found.said) == (
        Verdict.FAIL,
        "replication 0, at 00:10.000: pat request_created r1 (queue 1)",
    )
    assert not passes(judged("never queue >= 1", *after))
    assert passes(judged("sometimes queue >= 1", *after))


def test_what_is_so_before_the_end_counts_at_the_moment_of_the_end() -> None:
    end = "at: 1 min, do: end_session"
    assert not passes(judged("always queue <= 0", START, MO, PAT, ask("1 min"), end))
    assert passes(judged("always queue >= 1", START, MO, PAT, ask("0 s"), end)), "the end itself is not held against it"


# The session begins and ends when it does, and not when it was planned to.


def test_a_state_counts_from_the_true_start_to_the_true_end() -> None:
    late_start = (PAT, MO.replace("0 s", "1 min"), "at: 2 min, do: start_session")
    assert passes(judged("always staff >= 1", *late_start))
    gone_after = ("at: 5 min, do: end_session", "at: 6 min, do: leave_room, by: mo")
    assert passes(judged("always staff >= 1", *late_start, *gone_after))
    gone_before = ("at: 4 min, do: leave_room, by: mo", "at: 5 min, do: end_session")
    assert not passes(judged("always staff >= 1", *late_start, *gone_before))


def test_times_count_from_the_true_start() -> None:
    late_start = (MO, PAT, "at: 2 min, do: start_session", ask("2.5 min"))
    assert passes(judged("eventually request_created within 30 s", *late_start))
    assert not passes(judged("eventually request_created within 29 s", *late_start))


def test_what_never_comes_does_not_come_outside_of_the_session_either() -> None:
    assert not passes(judged("never rejected session_not_live", MO, PAT, ask("1 s"), "at: 2 s, do: start_session"))
    after = (START, MO, PAT, "at: 1 min, do: end_session", ask("2 min"))
    assert not passes(judged("never rejected session_not_live", *after))


def test_what_was_cut_off_by_an_early_end_is_no_occasion() -> None:
    cut = (START, MO, PAT, ask("50 s"), "at: 1 min, do: end_session", "at: 9 min, do: leave_room, by: pat")
    found = judged("eventually stage_joined after request_created within 5 min", *cut)
    assert (found.verdict, found.exit_code) == (Verdict.UNDECIDED, ExitCode.NOTHING)
    found = judged("eventually stage_joined within 5 min", *cut)
    assert (found.verdict, found.exit_code) == (Verdict.UNDECIDED, ExitCode.NOTHING)
    assert "no session was long enough" in found.said
    assert judged("eventually stage_joined within 1 min", *cut).verdict is Verdict.FAIL, "its time was over"
    assert judged("eventually stage_joined", *cut).verdict is Verdict.FAIL


def test_an_answer_after_the_end_is_none() -> None:
    late = (START, MO, PAT, "at: 1 min, do: end_session", "at: 2 min, do: leave_room, by: pat")
    assert judged("eventually left_room after entered", *late).verdict is Verdict.FAIL


# Nothing seen is never a success.


@pytest.mark.parametrize(
    "text",
    [
        "always queue <= 0",
        "never queue > 0",
        "never stage_joined",
        "eventually stage_joined",
        "eventually stage_joined after request_created",
    ],
)
def test_a_session_that_never_began_proves_nothing(text: str) -> None:
    found = judged(text, MO, PAT)
    assert (found.verdict, found.exit_code, found.samples) == (Verdict.UNDECIDED, ExitCode.NOTHING, 0)
    assert found.said.startswith("no samples: ")


def test_sometimes_needs_to_have_been_seen() -> None:
    assert judged("sometimes queue >= 0", MO, PAT).verdict is Verdict.FAIL


def test_a_trigger_that_never_came_proves_nothing() -> None:
    found = judged("eventually stage_joined after request_created", START, MO, PAT)
    assert (found.verdict, found.exit_code) == (Verdict.UNDECIDED, ExitCode.NOTHING)
