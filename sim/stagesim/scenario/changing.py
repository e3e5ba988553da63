"""A scenario with changes, checked like a file."""

from pathlib import Path

from stagesim.scenario.forms.canonical import digest, short_form
from stagesim.scenario.reading.loader import ScenarioError, from_data, load
from stagesim.scenario.reading.overrides import settings_of
from stagesim.scenario.scenario import Changes, Scenario


def changed(scenario: Scenario, changes: Changes) -> Scenario:
    """The scenario with changes, checked like a file. Where its file still says what was read, it is read again: then
    lines are known, and the command of a report can say it.
    """
    sets, source = settings_of(changes), scenario.source
    if not sets:
        return scenario
    if is_as_read(scenario):
        assert source is not None
        return load(source.name, (*source.sets, *sets))
    return from_data(short_form(scenario), sets, source.name if source is not None else "scenario")


Scenario._reads_changes = staticmethod(changed)


def is_as_read(scenario: Scenario) -> bool:
    """Whether the scenario is what its file says, with the settings with which it was read."""
    source = scenario.source
    if source is None or not Path(source.name).is_file():
        return False
    try:
        return digest(load(source.name, source.sets)) == digest(scenario)
    except ScenarioError:
        return False
