"""Variants of the rules in files of their own: what differs in the tables and in the room, whatever the scenario.

Some ship with the package and have names (`SHIPPED`); any other is named by its path. A scenario file that has `rules`
serves as well: its rules are taken, and nothing else of it.
"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

from stageaccess import RULES, RoomConfig, RuleSet
from stagesim.scenario.changing import changed
from stagesim.scenario.faults import KeyPath, Problem, ScenarioError, listed, one_of
from stagesim.scenario.forms.canonical import short_form
from stagesim.scenario.reading.loader import document_of, of_document
from stagesim.scenario.reading.overrides import plain
from stagesim.scenario.reading.yaml_text import Document
from stagesim.scenario.room import room_config
from stagesim.scenario.rules import rule_set
from stagesim.scenario.scenario import Scenario

FOLDER: Final = Path(__file__).parent / "variants"

SHIPPED: Final = tuple(sorted(path.stem for path in FOLDER.glob("*.yaml")))
"""The names of the variants that ship with the package."""

KEYS: Final = ("title", "rules", "room")
"""What the file of a variant may say; `room` has anything but the mode."""


class Variant(NamedTuple):
    """A variant: its name, its rules, and what it says of a room as a scenario file would say it."""

    name: str
    rules: RuleSet
    says: Mapping[str, Any]
    parameters: Mapping[str, Any]

    def config(self, config: RoomConfig) -> RoomConfig:
        """The room with what differs in it."""
        return replace(config, **self.parameters)

    def scenario(self, scenario: Scenario) -> Scenario:
        """The scenario under this variant: its rules instead of the scenario's own, and what differs in the room."""
        room = {f"room.{key}": value for key, value in self.says.get("room", {}).items()}
        return changed(scenario, {"rules": self.says.get("rules"), **room})


DEFAULT: Final = Variant(RULES.name, RULES, {}, {})
"""The rules as they are."""


def variant(named: str) -> Variant:
    """The variant with a shipped name, or that of a file. Raises ScenarioError with all that is wrong with it."""
    if named == RULES.name:
        return DEFAULT
    path = FOLDER / f"{named}.yaml" if named in SHIPPED else Path(named)
    if not path.exists():
        hint = f"{one_of([*SHIPPED, RULES.name], named)}; or the path of a file with `rules`"
        raise ScenarioError([Problem(named, None, None, "", "no variant of the rules, and no file", hint)])
    return _of(document_of(path))


def variant_of(data: Mapping[str, object], name: str = "variant") -> Variant:
    """The variant of a mapping that says what a file would say. Otherwise like `variant`."""
    return _of(Document(name, plain(data)))


def _of(document: Document) -> Variant:
    given = document.data
    if "duration" in given:
        given = {"rules": given.get("rules")}
    else:
        _check_keys(document)
        document.data = {"title": "a variant of the rules", "duration": "1 min", **given}
    if not given.get("rules"):
        hint = "write `rules` with a `name`, and what differs in `cells` or `closings`"
        document.problem(document.at(()), (), "no variant: there are no `rules`", hint)
    scenario = of_document(document)
    room, config = given.get("room") or {}, room_config(scenario.room)
    fields = [name if hasattr(config, name) else f"{name}_ms" for name in room]
    return of_scenario(scenario)._replace(
        says={"rules": short_form(scenario)["rules"], "room": dict(room)},
        parameters={field: getattr(config, field) for field in fields},
    )


def of_scenario(scenario: Scenario) -> Variant:
    """The rules of a scenario, as a variant that holds anywhere."""
    if scenario.rules is None:
        return DEFAULT
    rules = rule_set(scenario.rules)
    return Variant(rules.name, rules, {"rules": short_form(scenario)["rules"]}, {})


def _check_keys(document: Document) -> None:
    """Note the keys that the file of a variant cannot have."""
    room = document.data.get("room")
    places: list[KeyPath] = [(key,) for key in document.data if key not in KEYS]
    places += [("room", "mode")] if isinstance(room, dict) and "mode" in room else []
    for place in places:
        hint = f"a variant has {listed(KEYS)}, and holds in every mode"
        document.problem(document.keys.get(place, document.at(())), place, f"unknown key `{place[-1]}`", hint)
