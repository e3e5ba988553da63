"""What a scenario means, in one form: to write it back as a file, and to tell by a digest whether two are the same."""

import hashlib
import io
import json
from typing import Any, Final

from ruamel.yaml import YAML

from stagesim.scenario.reading.groups import FIELDS
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.script import EXPECTING

REMARKS: Final = frozenset(
    {
        *("title", "description", "shows", "expect", "properties", "goals", "shares_within", "horizon", "cases"),
        *("marks", "baseline", "assumptions"),
    }
)
"""The keys that say something about a scenario, or what is wanted or shown of it, and change nothing in it."""


def file_form(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a file would say it, with every default written out. Loading it gives the same scenario."""
    data = scenario.model_dump(mode="json")
    for field in FIELDS:
        data[field] = {"groups": data[field]} if data[field] else None
    return data


def short_form(scenario: Scenario) -> dict[str, Any]:
    """The scenario as a file would say it, without what was never said; a lone group has its keys at the top."""
    data = scenario.model_dump(mode="json", exclude_unset=True)
    for field in FIELDS:
        groups = data.pop(field, None)
        if groups:
            data[field] = groups[field] if list(groups) == [field] else {"groups": groups}
    return data


def file_text(scenario: Scenario) -> str:
    """The same as the text of a file, in YAML."""
    writer, text = YAML(), io.StringIO()
    writer.default_flow_style, writer.width = False, 4096
    writer.dump(file_form(scenario), text)
    return text.getvalue()


def digest(scenario: Scenario) -> str:
    """SHA-256 of the scenario in canonical JSON: equal for files that mean the same, whatever they are called."""
    data = {key: value for key, value in scenario.model_dump(mode="json").items() if key not in REMARKS}
    for step in data["script"]:
        for word in ("note", "of", *EXPECTING):
            del step[word]
    if data["rules"] is not None:
        for table in ("cells", "closings"):
            data["rules"][table] = sorted(data["rules"][table].items())
    # The order of groups stays as it is: it decides who comes first among people who enter at the same moment.
    text = json.dumps(data, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
