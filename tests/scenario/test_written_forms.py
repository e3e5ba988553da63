"""The schema, the guide and the canonical form say the same as the loader."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from scenario_files import EVERY, SCENARIOS, read
from stagesim.scenario.forms.canonical import digest, file_form
from stagesim.scenario.forms.json_schema import MODELS, json_schema, schema_text
from stagesim.scenario.forms.key_tables import reference
from stagesim.scenario.habits import Habits
from stagesim.scenario.part import Part
from stagesim.scenario.reading.loader import from_data, loads
from stagesim.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/howto/scenario.md").read_text(encoding="utf-8")
KEYS = (ROOT / "docs/reference/keys.md").read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE)
FORMS = re.findall(r"^\| (`\{.*?\}`.*?) \|", KEYS, re.MULTILINE)


@cache
def validator() -> Any:
    """Made when it is needed: to import it takes a second."""
    import jsonschema

    return jsonschema.Draft202012Validator(json_schema())


def data_of(text: str) -> Any:
    """The data as JSON knows it: an editor sees the keys as text."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def refused(text: str) -> list[str]:
    return [error.json_path for error in validator().iter_errors(data_of(text))]


def test_the_schema_is_a_schema_and_current() -> None:
    validator().check_schema(json_schema())
    assert (SCENARIOS / "schema.json").read_text(encoding="utf-8") == schema_text(), "run `make docs`"


def test_the_reference_has_the_tables_of_the_models() -> None:
    assert reference() in KEYS, "run `make docs`"


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_bundled_scenario_is_valid_for_loader_and_schema(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert read(path).title
    assert refused(text) == []
    up = "../" * (len(path.relative_to(SCENARIOS).parts) - 1)
    assert text.startswith(f"# yaml-language-server: $schema={up}schema.json\n")


@pytest.mark.parametrize("number", range(5))
def test_an_example_of_the_guide_is_valid(number: int) -> None:
    assert len(EXAMPLES) == 5
    assert loads(EXAMPLES[number]).title
    assert refused(EXAMPLES[number]) == []


def test_every_form_in_the_guide_is_valid() -> None:
    forms = [form for cell in FORMS for form in re.findall(r"`(.*?)`", cell)]
    assert len(forms) == 12
    for form in forms:
        text = f"title: t\nduration: 1 min\naudience: {{count: 1, arrival: {form}}}\n"
        assert loads(text).audience
        assert refused(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "audience: {count: many}",
        "audience: {count: 1, patience: 5}",
        "audience: {count: 1, patience: -5 s}",
        "audience: {count: 1, patience: 5 sec}",
        "audience: {count: 1, patience: {exponential: {median: 5 s}}}",
        "audience: {count: 1, patience: {exponential: {mean: 5 s}, fixed: 5 s}}",
        "audience: {count: 1, patience: {exponentail: {mean: 5 s}}}",
        "audience: {count: 1, wishes: {rate: 4 per day}}",
        "audience: {count: 1, share: 1}",
        "audience: {groups: {a: {groups: {}}}}",
        "audience: {cuont: 1}",
        "moderators: {role: participant}",
        "room: {mode: invited}",
        "script: [{at: 0, do: dance}]",
        "duration: 3",
    ],
)
def test_the_schema_refuses_what_the_loader_refuses(line: str) -> None:
    text = f"title: t\n{line}\n" if line.startswith("duration") else f"title: t\nduration: 1 min\n{line}\n"
    with pytest.raises(ValueError, match="hint:"):
        loads(text)
    assert refused(text) != []


def test_every_field_says_what_it_means() -> None:
    parts = [
        part for part in [*Part.__subclasses__(), *Habits.__subclasses__()] if part.__module__.startswith("stagesim.")
    ]
    assert set(parts) == set(MODELS)
    assert [f"{m.__name__}.{n}" for m in MODELS for n, f in m.model_fields.items() if not f.description] == []
    assert [model.__name__ for model in MODELS if not model.__doc__] == []


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.stem)
def test_a_scenario_written_back_means_the_same(path: Path) -> None:
    scenario = read(path)
    written = file_form(scenario)
    again = from_data(written)
    assert again.model_dump() == scenario.model_dump()
    assert digest(again) == digest(scenario)
    assert list(validator().iter_errors(json.loads(json.dumps(written)))) == []


@pytest.mark.parametrize("text", EXAMPLES)
def test_an_example_written_back_as_text_means_the_same(text: str) -> None:
    scenario = loads(text)
    written = json.dumps(file_form(scenario))
    assert digest(loads(written)) == digest(scenario)
    assert list(validator().iter_errors(json.loads(written))) == []


DIGEST = "00048603b346e7848252e567462764eaa4ec94341c28bda657d7135e56beaf15"

BASE = "title: t\nduration: 10 min\naudience: {count: 4, patience: 90 s}\nmoderators: {}\n"


@pytest.mark.parametrize(
    "same",
    [
        "# a remark\n" + BASE,
        BASE.replace("title: t", "title: another\ndescription: words\nshows: [T1]"),
        BASE.replace("90 s", "1.5 min"),
        BASE.replace("90 s", "{fixed: 90000 ms}"),
        BASE.replace("10 min", "600 s").replace("patience", "mobile: 0\n  , patience"),
        BASE.replace("{}", "{count: 1, groups: {moderators: {share: 1.0}}}"),
        BASE + "timetable: []\nroom: {stage_capacity: null}\n",
        "moderators: {count: 1}\naudience: {patience: 90 s, count: 4}\nduration: 10 min\ntitle: t\n",
    ],
)
def test_files_that_mean_the_same_have_one_digest(same: str) -> None:
    assert digest(loads(same, "another name")) == digest(loads(BASE))


@pytest.mark.parametrize(
    "other",
    [
        BASE.replace("90 s", "91 s"),
        BASE.replace("90 s", "{exponential: {mean: 90 s}}"),
        BASE.replace("10 min", "11 min"),
        BASE.replace("{}", "{groups: {mo: {}}}"),
        BASE + "room: {stage_capacity: 3}\n",
        BASE + "script: [{at: 0, of: audience-1, expect: viewer}]\n",
    ],
)
def test_files_that_mean_something_else_have_another_digest(other: str) -> None:
    assert digest(loads(other)) != digest(loads(BASE))


def test_notes_do_not_count() -> None:
    step = "script: [{at: 0, of: audience-1, expect: viewer%s}]\n"
    assert digest(loads(BASE + step % "")) == digest(loads(BASE + step % ", note: words"))


def test_the_digest_is_pinned() -> None:
    assert digest(loads(BASE)) == DIGEST


def test_a_dumped_scenario_can_be_built_again() -> None:
    scenario = loads(EXAMPLES[1])
    assert Scenario.model_validate(scenario.model_dump()) == Scenario.model_validate(scenario.model_dump(mode="json"))


def test_defaults_written_out_are_no_contradiction() -> None:
    text = """\
title: t
duration: 10 min
audience: {arrival_gap: 5 s, arrival: 0 s, leaves_after: 1 min, wishes: {on_arrival: 1, unequal: 1, load: {fixed: 1}}}
script: [{at: 0, client: desktop, of: audience-1, expect: viewer}]
"""
    scenario = loads(text)
    assert digest(loads(json.dumps(file_form(scenario)))) == digest(scenario)
