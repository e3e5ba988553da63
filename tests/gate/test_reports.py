"""What people and services read: text, JUnit, JSON, Markdown, and annotations of GitHub."""

import json
import re
from dataclasses import replace
from xml.etree import ElementTree as Xml

import pytest

from stagesim.exit_codes import ExitCode
from stagesim.reporting.gate.annotations import github
from stagesim.reporting.gate.formats import FORMATS
from stagesim.reporting.gate.markdown import LONGEST_COMMENT, markdown, marker
from stagesim.reporting.gate.plain import line, text
from stagesim.testing.gate.report import UNFINISHED, Empty, Fault, Report
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
    root = Xml.fromstring(FORMATS["junit"](Report((), (Empty("e.yaml"),))).split("\n", 1)[1])
    assert [each.tag for each in root[0][0]] == ["failure"]
    assert (
        len(Xml.fromstring(FORMATS["junit"](Report((), (Empty("e.yaml"),), allow_empty=True)).split("\n", 1)[1])) == 0
    )


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
    assert whole.startswith(marker() + "\n")
    assert len(whole) < 65_536
    assert len(whole) > LONGEST_COMMENT - 4_000
    assert whole.count("```") % 2 == 0
    assert "| pass | invite_only | `mean queue <= 3`" in markdown(MIXED)


HOSTILE = (
    "::error::x",
    "  ::stop-commands::x",
    "a ##[error]x",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStop]",
    "\x1b[0Ksection_start:1:x\r",
    "x\n::error::x",
    "x\u2028::error::x",
    "x\r##[group]x",
    "x\x85::error::x",
)


def commands_in(log: str) -> list[str]:
    """What GitHub, Azure, TeamCity or GitLab would obey in a log."""
    lines = log.replace("\r", "\n").splitlines()
    obeyed = [line for line in lines if line.strip("\ufeff\u200b \t").startswith("::")]
    return [*obeyed, *re.findall(r"##[A-Za-z]*\[.*|\x1b.*", log)]


@pytest.mark.parametrize("text_", HOSTILE)
@pytest.mark.parametrize("form", FORMATS)
def test_no_text_of_a_scenario_becomes_a_command_of_a_platform(form: str, text_: str) -> None:
    """Wherever it stands: in a path, a case, a title, a name, a figure, a detail, a command or an error."""
    finding = Finding(Verdict.FAIL, text_, 20, (text_, f"  {text_}"))
    each = Judgement(text_, text_, text_, "invite_only", "script", text_, 7, finding, 20, text_)
    passed = replace(each, finding=replace(finding, verdict=Verdict.PASS))
    for report in (
        Report((each, passed), (Empty(text_, text_, text_),), notes=("1 other YAML file passed over",)),
        Report((), fault=Fault(f"{text_}\n{text_}", ExitCode.BAD_INPUT)),
    ):
        found = commands_in(FORMATS[form](report))
        ours = [each for each in found if form == "github" and each.startswith(("::error ", "::warning "))]
        assert found == ours
    assert commands_in(line(each)) == []


def test_data_says_what_was_said_though_a_log_shows_no_command() -> None:
    report = Report((judgement(name="a ##[error]x", said="##vso[x]"),))
    (found,) = json.loads(FORMATS["json"](report))["judgements"]
    assert (found["question"], found["said"]) == ("a ##[error]x", "##vso[x]")
    case = Xml.fromstring(FORMATS["junit"](report).split("\n", 1)[1])[0][0]
    assert case.get("name") == "a ##[error]x"


def test_markdown_mentions_nobody_and_shows_what_was_written() -> None:
    found = markdown(Report((judgement(name="a | b `c` @someone <img src=x>", said="![x](http://x) @someone"),)))
    assert "- **fail** in invite_only: ``a | b `c` @someone <img src=x>`` (`dir,a/s.yaml:7`)" in found
    outside = re.sub(r"(`+)[^`].*?(?<!`)\1(?!`)", "", found.replace("\n", " "))
    assert "@" not in outside
    assert "<img" not in outside
    assert "](" not in outside
    fences = markdown(Report((judgement(said="```\n@someone\n```"),)))
    assert "````text\n  ```\n  @someone\n  ```" in fences


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(
    "report",
    [
        Report((), fault=UNFINISHED),
        Report((judgement("pass"),), interrupted=True),
        Report((judgement("pass"),), fault=Fault("the disk is full\n  hint: x", ExitCode.BAD_INPUT)),
    ],
)
def test_what_did_not_come_to_its_end_looks_like_no_success(form: str, report: Report) -> None:
    whole = FORMATS[form](report)
    match form:
        case "junit":
            root = Xml.fromstring(whole.split("\n", 1)[1])
            assert [case.get("name") for case in root.iter("testcase") if case.find("error") is not None] == [
                "comes to its end"
            ]
            assert sum(int(suite.get("errors", "0")) for suite in root) == 1
        case "json":
            data = json.loads(whole)
            assert data["exit_code"] in (130, 2)
            assert data["error"]
        case "github":
            assert whole.startswith("::error title=")
        case _:
            assert "passed (exit 0)" not in whole
            assert re.search(r"(not finished|interrupted) \(exit (2|130)\)", whole)


def test_what_states_nothing_is_annotated_and_says_for_which_modes_it_does() -> None:
    empty = Empty("e.yaml", "", "states nothing in invite_only; it does in join_by_request")
    found = github(Report((), (empty,)))
    assert found.startswith(
        "::error file=e.yaml,title=states nothing in invite_only; it does in join_by_request::e.yaml "
    )
    assert "::error" not in github(Report((), (empty,), allow_empty=True))


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
