"""The words with which a step of a script expects something: each is met by what is so, and by nothing else."""

import json
from typing import Any
from xml.etree import ElementTree as Xml

import pytest

from stageaccess import RoomConfig, RuleSet
from stagesim.agents.script_checks import Check
from stagesim.exit_codes import ExitCode
from stagesim.experiments.replications import Job, one
from stagesim.experiments.results import Results
from stagesim.reporting.gate.formats import FORMATS
from stagesim.reporting.terminal.figures import failures
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.reading.loader import loads
from stagesim.simulate import simulate
from stagesim.testing.gate.pipeline import Settings, Target
from stagesim.testing.gate.questions import questions
from stagesim.testing.gate.report import Report
from stagesim.testing.gate.scripted import Scripted, apart
from stagesim.testing.gate.verdicts import Judgement, Verdict
from wrapping import Wrapping

HEAD = """
title: Words
duration: 3 min
doors_open: 1 min
modes: [join_by_request]
room: {mode: join_by_request, request_ttl: 30 s, request_cooldown: 60 s, reconnect_grace: 20 s}
script:
  - {at: -30 s, do: enter_room, by: mo, role: moderator}
  - {at: -20 s, do: enter_room, by: max, role: moderator}
  - {at: -15 s, do: enter_room, by: pat, role: participant}
  - {at: -10 s, do: enter_room, by: kim, role: participant, client: mobile}
  - {at: 1 s, do: ask_to_join, by: pat}
  - {at: 2 s, do: ask_to_join, by: kim}
"""
DECLINE = "at: 10 s, do: decline_request, by: mo, to: pat, request: r1"
AGAIN = "at: 12 s, do: bring_to_stage, by: max, to: pat, request: r1"
LATER = "at: 35 s, of: kim"


def checked(*steps: str, engine: Any = None) -> list[Check]:
    """The checks of the scene above with these steps after it."""
    text = HEAD + "".join(f"  - {{{step}}}\n" for step in steps)
    return list(simulate(loads(text, "words.yaml"), engine=engine).checks)


RIGHT = [
    (DECLINE, "told: [max, mo, pat]"),
    (DECLINE, "not_told: [kim]"),
    (DECLINE, "queue: [kim]"),
    (DECLINE, "queue: [kim], on_stage: []"),
    (DECLINE, "in_mode: join_by_request, live: true"),
    (DECLINE, "events: [request_closed pat]"),
    (DECLINE, "events: [request_closed pat declined]"),
    (DECLINE, "events: [request_closed pat r1 declined by mo at 10 s]"),
    (DECLINE, "of: pat, not_offered: [cancel_request, ask_to_join]"),
    (DECLINE, "offered: [invite pat, invite kim, bring_to_stage, set_mode invite_only, change_role pat moderator]"),
    (DECLINE, "not_offered: [bring_to_stage pat, invite mo, set_mode join_by_request, change_role pat participant]"),
    (DECLINE, "presence: present, standing: viewer, has_role: participant"),
    (LATER, "events: [request_closed pat expired by system at 31 s, request_closed kim r2 expired at 32 s]"),
    (LATER, "told: [kim, max, mo, pat]"),
    (LATER, "queue: []"),
    ("at: 10 s, do: disconnect, by: kim", "presence: away, standing: requested, told: []"),
    ("at: 10 s, do: enter_room, by: lee, role: host, client: mobile", "events: [entered lee host mobile]"),
    ("at: 10 s, do: set_mode, by: mo, mode: invite_only", "in_mode: invite_only, queue: [], told: [kim, max, mo, pat]"),
    ("at: 10 s, do: set_mode, by: max, mode: invite_only, client: mobile", "expect: not_on_mobile, events: []"),
    ("at: 10 s, of: mo, client: mobile", "offered: [invite pat], not_offered: [set_mode]"),
    ("at: -5 s", "live: false, queue: []"),
]


@pytest.mark.parametrize(("step", "words"), RIGHT)
def test_what_is_so_is_met(step: str, words: str) -> None:
    steps = [f"{step}, {words}"]
    if step.startswith("at: -5 s"):
        text = HEAD.replace("  - {at: 1 s", f"  - {{{steps[0]}}}\n  - {{at: 1 s")
        found = list(simulate(loads(text)).checks)
    else:
        found = checked(*steps)
    assert found, "something was expected"
    assert [each.said for each in found if not each.ok] == []


@pytest.mark.parametrize(
    ("step", "words", "expected", "got"),
    [
        (DECLINE, "told: [mo, pat]", "mo, pat", "max, mo, pat"),
        (DECLINE, "told: []", "nobody", "max, mo, pat"),
        (DECLINE, "told: [kim, max, mo, pat]", "kim, max, mo, pat", "max, mo, pat"),
        (DECLINE, "not_told: [kim, pat]", "nobody", "pat"),
        (DECLINE, "queue: [pat, kim]", "pat, kim", "kim"),
        ("at: 10 s, of: pat", "queue: [kim, pat]", "kim, pat", "pat, kim"),
        (DECLINE, "on_stage: [pat]", "pat", "nobody"),
        (DECLINE, "events: []", "nothing", "request_closed pat r1 declined by mo at 10 s"),
        (DECLINE, "events: [request_closed kim]", "request_closed kim", "request_closed pat r1 declined by mo at 10 s"),
        (LATER, "events: [request_closed kim, request_closed pat]", "request_closed kim, request_closed pat", None),
        (LATER, "events: [request_closed pat, request_closed kim at 32001 ms]", None, None),
        (DECLINE, "events: [request_closed pat by max]", None, None),
        (DECLINE, "events: [request_closed pat cleared]", None, None),
        (DECLINE, "events: [request_closed pat r2]", None, None),
        (DECLINE, "live: false", "false", "true"),
        (DECLINE, "in_mode: invite_only", "invite_only", "join_by_request"),
        (DECLINE, "presence: gone", "gone", "present"),
        (DECLINE, "has_role: moderator", "moderator", "participant"),
        (DECLINE, "of: kim, standing: viewer", "viewer", "requested"),
        (DECLINE, "offered: [clear_requests, invite max, leave_stage]", None, "all but leave_stage"),
        (DECLINE, "not_offered: [leave_stage, invite kim]", "none of leave_stage, invite kim", "invite kim"),
    ],
)
def test_what_is_not_so_fails(step: str, words: str, expected: str | None, got: str | None) -> None:
    [failed] = [check for check in checked(f"{step}, {words}") if not check.ok]
    assert failed.failed
    assert expected in (None, failed.expected)
    assert got in (None, failed.got)


def test_an_answer_says_how_long_to_wait_and_who_was_first() -> None:
    steps = [
        DECLINE,
        f"{AGAIN}, expect: request_already_resolved, outcome: declined, resolved_by: mo",
        "at: 25 s, do: ask_to_join, by: pat, expect: cooling_down, wait: 45 s",
    ]
    assert [check.word for check in checked(*steps) if check.ok] == [
        "expect",
        "outcome",
        "resolved_by",
        "expect",
        "wait",
    ]
    wrong = [DECLINE, f"{AGAIN}, outcome: approved, resolved_by: max", "at: 25 s, do: ask_to_join, by: pat, wait: 44 s"]
    found = [(check.word, check.expected, check.got) for check in checked(*wrong) if not check.ok]
    assert found == [("outcome", "approved", "declined"), ("resolved_by", "max", "mo"), ("wait", "44 s", "45 s")]
    exact = "at: 25.25 s, do: ask_to_join, by: pat, wait: 44750 ms"
    [waiting] = [check for check in checked(DECLINE, exact) if check.word == "wait"]
    assert (waiting.expected, waiting.got) == ("44.75 s", "44.75 s"), "in seconds, as the steps are"
    [nothing] = [check for check in checked(f"{DECLINE}, wait: 0 s") if not check.ok]
    assert nothing.got == "no time"


def test_a_wait_has_its_unit_in_every_name() -> None:
    text = f"{HEAD}  - {{{DECLINE}}}\n  - {{at: 25 s, do: ask_to_join, by: pat, expect: cooling_down, wait: 27 s}}\n"
    scenario = loads(text)
    [index] = [index for index, step in enumerate(scenario.script) if step.wait is not None]
    [words] = apart(scenario.script[index])
    asked = Scripted(scenario.script[index], index, words, "join_by_request", None)
    assert asked.name == "25 s: pat ask_to_join: cooling_down, wait 27 s"


def test_of_several_events_the_first_that_differs_is_named() -> None:
    [failed] = [
        each for each in checked(f"{LATER}, events: [request_closed pat, request_closed kim r3]") if not each.ok
    ]
    second = "request_closed kim r2 expired by system at 32 s"
    assert failed.more == f"event 2 differs: expected `request_closed kim r3`, got `{second}`"
    assert failed.said.startswith(f"`events`: {failed.more}; in all expected `request_closed pat, ")
    [failed] = [each for each in checked(f"{LATER}, events: [request_closed pat]") if not each.ok]
    assert failed.more == f"event 2 differs: expected `nothing`, got `{second}`"
    [failed] = [each for each in checked(f"{DECLINE}, events: []") if not each.ok]
    assert failed.more == "", "one event shows itself, and so does none"


def test_what_is_offered_is_shown_where_something_else_was_expected() -> None:
    look = "at: 10 s, of: pat"
    for words in ("offered: [leave_stage]", "not_offered: [cancel_request]"):
        [failed] = [each for each in checked(f"{look}, {words}") if not each.ok]
        assert failed.more == "`pat` is offered: cancel_request"


def test_a_failed_expectation_shows_the_answer_and_its_reason() -> None:
    [failed] = [check for check in checked("at: 10 s, do: go_live, by: pat, standing: on_stage") if not check.ok]
    assert failed.said == "`standing`: expected `on_stage`, got `requested` (rejected: not_preparing)"
    [failed] = [check for check in checked(f"{DECLINE}, standing: invited") if not check.ok]
    assert failed.said == "`standing`: expected `invited`, got `viewer` (accepted)"
    [failed] = [check for check in checked("at: 10 s, of: pat, standing: invited") if not check.ok]
    assert failed.said == "`standing`: expected `invited`, got `requested`"
    [failed] = [check for check in checked("at: 10 s, do: go_live, by: pat, expect: on_stage") if not check.ok]
    assert failed.said == "expected `on_stage`, got `not_preparing`"


def test_the_events_of_a_step_begin_after_the_step_before() -> None:
    steps = [f"{LATER}, events: [request_closed pat, request_closed kim]", "at: 36 s, of: kim, events: []"]
    assert all(check.ok for check in checked(*steps))


def test_a_command_that_comes_again_has_the_first_events_and_notices_again() -> None:
    again = "do: decline_request, by: mo, to: pat, id: x, events: [request_closed pat at 10 s], told: [max, mo, pat]"
    assert all(check.ok for check in checked(f"at: 10 s, {again}", f"at: 11 s, {again}"))


@pytest.mark.parametrize(
    ("step", "path", "message"),
    [
        ("at: 1 s, of: a, events: [request_ended a]", "events.0", "unknown event `request_ended`"),
        ("at: 1 s, of: a, events: [rejected a]", "events.0", "unknown event `rejected`"),
        ("at: 1 s, of: a, events: [request_closed]", "events.0", "of nobody"),
        ("at: 1 s, of: a, events: [spoke a, request_closed a loudly]", "events.1", "does not say `loudly` there"),
        ("at: 1 s, of: a, events: [request_closed a declined r1]", "events.0", "does not say `r1` there"),
        ("at: 1 s, of: a, events: [spoke a loudly]", "events.0", "does not say `loudly` there"),
        ("at: 1 s, of: a, offered: [wave]", "offered.0", "nobody is offered `wave`"),
        ("at: 1 s, of: a, not_offered: [speak]", "not_offered.0", "nobody is offered `speak`"),
        ("at: 1 s, of: a, offered: [go_live b]", "offered.0", "does not take `b`"),
        ("at: 1 s, offered: [go_live]", "", "to nobody"),
        ("at: 1 s, of: a, not_offered: []", "not_offered", "names nothing"),
        ("at: 1 s, of: a, not_told: []", "not_told", "names nothing"),
        ("at: 1 s, presence: away", "", "needs `of`"),
        ("at: 1 s, of: a, wait: 1 s, queue: []", "wait", "needs an action"),
        ("at: 1 s, of: a, told: [b, b]", "told.1", "stands in the list twice"),
        ("at: 1 s, of: a, told: [b], not_told: [b]", "not_told", "both told and not told"),
        ("at: 1 s, do: speak, by: a, connection: phone", "connection", "does not take `connection`"),
        ("at: 1 s, do: leave_room, by: a, connection: ''", "connection", "`connection` is empty"),
    ],
)
def test_words_that_cannot_be(step: str, path: str, message: str) -> None:
    with pytest.raises(ScenarioError) as raised:
        loads(f"title: w\nduration: 1 min\nscript: [{{{step}}}]")
    [problem] = raised.value.problems
    assert problem.path == f"script.0{'.' * bool(path)}{path}"
    assert message in problem.message


# What an engine cannot say.


class Silent(Wrapping):
    """An engine that cannot say who is told."""

    def __init__(self, config: RoomConfig, rules: RuleSet) -> None:
        super().__init__(config, rules)
        self.asked = 0

    def report_told(self) -> bool:
        self.asked += 1
        return False


def report(*steps: str) -> Report:
    """What the gate makes of the scene with these steps, before an engine that cannot say who is told."""
    scenario = loads(HEAD + "".join(f"  - {{{step}}}\n" for step in steps), "words.yaml")
    target = Target("words.yaml", scenario, ("join_by_request",))
    outcome = one(Job(scenario, engine=Silent), "join_by_request", 0)
    found = []
    for question in questions(target, Settings()):
        question.see(outcome)
        finding = question.judge(1, last=False)
        place = ("words.yaml", "", scenario.title, question.mode, question.kind, question.name, question.line)
        found.append(Judgement(*place, finding, 1, "stagesim check words.yaml"))
    return Report(tuple(found))


def test_what_the_engine_cannot_say_is_not_tested_and_never_green() -> None:
    found = report(f"{DECLINE}, queue: [kim], told: [max, mo, pat]", f"{AGAIN}, told: []")
    assert [each.verdict for each in found.judgements] == ["pass", "not tested", "not tested"]
    assert found.exit_code is ExitCode.UNDECIDED
    assert found.last_line.startswith("not tested (exit 3): words.yaml:14: ")
    assert "1 passed, 2 not tested" in found.last_line
    text = FORMATS["text"](found)
    assert "not tested: words.yaml:14: 10 s: mo decline_request pat r1: told [max, mo, pat]" in text
    assert "`told`: expected `max, mo, pat`, not tested: the engine does not say who is told" in text
    [first, *others] = json.loads(FORMATS["json"](found))["judgements"]
    assert [each["verdict"] for each in others] == ["not tested"] * 2
    assert (first["verdict"], others[0]["exit_code"]) == ("pass", 3)
    suite = Xml.fromstring(FORMATS["junit"](found).split("\n", 1)[1])[0]
    assert suite.get("failures") == "2"
    assert [fault.get("type") for case in suite for fault in case.findall("failure")] == ["not tested"] * 2


def test_a_failure_beside_it_is_still_a_failure() -> None:
    found = report(f"{DECLINE}, queue: [pat], told: [max, mo, pat]")
    assert [each.verdict for each in found.judgements] == ["fail", "not tested"]
    assert found.exit_code is ExitCode.VIOLATED


def test_the_engine_is_asked_to_tell_only_where_the_script_speaks_of_it() -> None:
    made: list[Silent] = []

    def engine(config: RoomConfig, rules: RuleSet) -> Silent:
        made.append(Silent(config, rules))
        return made[-1]

    checked(f"{DECLINE}, queue: [kim]", engine=engine)
    [check] = checked(f"{DECLINE}, not_told: [kim]", engine=engine)
    assert [each.asked for each in made] == [0, 1]
    assert (check.tested, check.ok, check.failed) == (False, False, False)


def test_a_step_that_was_never_carried_out_has_not_passed() -> None:
    scenario = loads(HEAD + f"  - {{{DECLINE}, expect: viewer}}\n", "words.yaml")
    question = Scripted(scenario.script[-1], 6, ("expect",), "join_by_request", 13, exact=True)
    found = question.judge(20, last=True)
    assert (found.verdict, found.exit_code) == (Verdict.UNDECIDED, ExitCode.NOTHING)


def test_a_run_says_what_was_not_tested_and_ends_with_3() -> None:
    scenario = loads(HEAD + f"  - {{{DECLINE}, told: [mo], expect: viewer}}\n", "words.yaml")
    outcome = one(Job(scenario, engine=Silent), "join_by_request", 0)
    found = Results(scenario, 1, ("join_by_request",), (outcome,))
    assert found.exit_code is ExitCode.UNDECIDED
    [said] = failures(found)
    assert said.startswith("words.yaml:14: `told`: expected `mo`, not tested")
