"""What people and services read: text, JUnit, JSON, Markdown, and annotations of GitHub."""

import json
from dataclasses import replace
from xml.etree import ElementTree as Xml

from stagesim.exit_codes import ExitCode
from stagesim.reporting.gate import FORMATS, LONGEST_COMMENT, MARKER, github, line, markdown, text
from stagesim.testing.gate.report import Report
from stagesim.testing.gate.verdicts import Finding, Judgement, Verdict


def judgement(verdict: str = "fail", name: str = "mean queue <= 3", said: str = "100 %, so\nmuch") -> Judgement:
    finding = Finding(Verdict(verdict), said, 20, ("hint: look | here",))
    again = "stagesim check s.yaml:7 --modes invite_only --seed 1"
    return Judgement("dir,a/s.yaml", "", "S", "invite_only", "expectation", name, 7, finding, 20, again)


MIXED = Report((judgement("pass"), judgement("undecided"), judgement("fail", "a < b & c \x07")))


def test_the_text_has_failures_first_and_the_command_and_ends_with_the_verdict() -> None:
    lines = FORMATS["text"](MIXED).splitlines()
    assert lines[0].startswith("fail: dir,a/s.yaml:7: a < b & c")
    assert sum("again: stagesim check s.yaml:7" in each for each in lines) == 2
    assert lines[-1].startswith("failed (exit 1): dir,a/s.yaml:7: ")
    assert lines[-1].endswith("1 passed, 1 failed, 1 undecided")
    assert line(MIXED.judgements[0]).split()[:2] == ["pass", "invite_only"]


def test_junit_is_xml_in_which_undecided_is_a_failure() -> None:
    root = Xml.fromstring(FORMATS["junit"](MIXED).split("\n", 1)[1])
    suite = root[0]
    assert (root.tag, suite.get("tests"), suite.get("failures")) == ("testsuites", "3", "2")
    assert [[part.tag for part in case] for case in suite] == [["system-out"], ["failure"], ["failure"]]
    assert suite[1][0].get("type") == "undecided"
    assert suite[2].get("name") == "a < b & c \ufffd"
    assert suite[2].get("line") == "7"


def test_junit_shows_what_states_nothing() -> None:
    root = Xml.fromstring(FORMATS["junit"](Report((), ("e.yaml",))).split("\n", 1)[1])
    assert [each.tag for each in root[0][0]] == ["failure"]
    assert len(Xml.fromstring(FORMATS["junit"](Report((), ("e.yaml",), allow_empty=True)).split("\n", 1)[1])) == 0


def test_json_has_all_judgements() -> None:
    data = json.loads(FORMATS["json"](MIXED))
    assert (data["schema"], data["exit_code"]) == ("stagesim.check/1", 1)
    assert [each["verdict"] for each in data["judgements"]] == ["pass", "undecided", "fail"]


def test_annotations_are_escaped_and_on_the_line() -> None:
    first = github(MIXED).splitlines()[0]
    assert first.startswith("::error file=dir%2Ca/s.yaml,line=7,title=fail in invite_only%3A a < b & c")
    assert "::100 %25, so%0Amuch%0Aagain: stagesim" in first
    assert github(MIXED).splitlines()[1].startswith("::warning file=")


def test_no_more_annotations_than_github_shows() -> None:
    errors = [judgement(name=f"mean queue <= {n}") for n in range(10)]
    report = Report((*errors, *(judgement("undecided", f"mean queue <= {n}") for n in range(25))))
    lines = github(report).splitlines()
    assert sum(each.startswith("::error ") for each in lines) == 10
    warnings = [each for each in lines if each.startswith("::warning ")]
    assert len(warnings) == 10
    assert warnings[-1].startswith("::warning title=and 16 more::")


def test_the_comment_fits_and_can_be_found_again() -> None:
    whole = markdown(Report(tuple(judgement(name=f"mean queue <= {n}", said="x" * 3000) for n in range(60))))
    assert whole.startswith(MARKER + "\n")
    assert len(whole) < 65_536
    assert len(whole) > LONGEST_COMMENT - 4_000
    assert whole.count("```") % 2 == 0
    assert "| pass | invite_only | `mean queue <= 3`" in markdown(MIXED)


def test_an_interruption_is_told_with_what_there_is() -> None:
    report = Report((judgement("pass"),), interrupted=True)
    assert report.exit_code is ExitCode.INTERRUPTED
    assert report.last_line == "interrupted (exit 130): stopped by the user after 1 passed"


def test_what_is_the_same_in_several_modes_is_said_once() -> None:
    one = replace(judgement(), mode="invite_only", again="stagesim check x.yaml:7 --modes invite_only --seed 1")
    other = replace(one, mode="join_by_request", again="stagesim check x.yaml:7 --modes join_by_request --seed 1")
    apart = replace(other, finding=replace(other.finding, said="50 %"))
    found = text(Report((one, other, apart)))
    assert found.count("in invite_only, join_by_request: 100 %") == 1
    assert "again: stagesim check x.yaml:7 --modes invite_only,join_by_request --seed 1" in found
    assert "in join_by_request: 50 %" in found
    assert found.endswith("3 failed\n")
    assert markdown(Report((one, other))).count("- **fail**") == 1
    assert github(Report((one, other))).count("::error") == 1
