"""The method of a study, by the checklist for reports on discrete-event simulations (STRESS-DES), filled from it."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from stagesim.experiments.kept.folder import versions
from stagesim.experiments.results import Results
from stagesim.reporting.page.assumptions import assumptions, unsaid
from stagesim.reporting.page.changes import changes
from stagesim.reporting.page.sources import is_measured, source_of
from stagesim.reporting.words.goal_words import goal_words
from stagesim.reporting.words.headlines import listed, sentences
from stagesim.reporting.words.labels import mode_name, plain
from stagesim.reporting.words.unmodelled import not_modelled
from stagesim.scenario.forms.canonical import digest
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.units import format_duration


class Item(NamedTuple):
    """An entry of the checklist: its number and name, and what there is to say."""

    name: str
    said: str


def checklist(results: Results, remarks: Mapping[str, str]) -> dict[str, list[Item]]:
    """The six parts of the checklist; `remarks` are the comments of the scenario's file, by key."""
    return {
        "Objectives": list(_objectives(results)),
        "Logic": list(_logic(results)),
        "Data": list(_data(results, remarks)),
        "Experimentation": list(_experimentation(results)),
        "Implementation": list(_implementation(results)),
        "Code access": list(_access(results)),
    }


def _objectives(results: Results) -> Iterator[Item]:
    scenario, modes = results.scenario, _modes(results)
    what = f"To compare {modes}" if len(results.modes) > 1 else f"To see how it goes: {modes}"
    yield Item("1.1 Purpose of the model", scenario.description or scenario.title)
    yield Item("1.2 Model outputs", f"{_capital(listed([_what(each.what) for _, each in sentences(scenario)]))}.")
    goals = listed([goal_words(each.comparison) for each in scenario.goals]) if scenario.goals else "none stated"
    yield Item("1.3 Aims of the experiment", f"{what}. Goals of the event: {goals}.")


def _what(headline: str) -> str:
    return headline.partition(" by the next")[0]


def _logic(results: Results) -> Iterator[Item]:
    scenario = results.scenario
    yield Item(
        "2.1 Base model overview",
        "People come, wish to speak, ask, join or make themselves noticed, lose patience, and speak; moderators review "
        "requests, invite, and watch the stage. What anybody may do is decided by the policy engine itself, not by a "
        f"model of it: {results.header.engine} {results.header.engine_version}, rules {results.header.rules}.",
    )
    yield Item("2.2 Base model logic", "As the documentation describes the model, in the version named below.")
    made = ", ".join(f"{each.code} {each.words}".strip() for each in changes(results))
    yield Item("2.3 Scenario logic", f"Modes: {_modes(results)}. Changed of the file: {made or 'nothing'}.")
    orders = [f"{name}: {plain(str(group.discipline))}" for name, group in scenario.moderators.items()]
    full = "what each mode does by default" if scenario.room.when_full is None else plain(str(scenario.room.when_full))
    yield Item("2.4 Algorithms", f"Next request, by group of staff: {'; '.join(orders) or '–'}. Full stage: {full}.")
    yield Item("2.5 Components", f"{_components(scenario)}.")


def _components(scenario: Scenario) -> str:
    people = [_counted(name, each.count) for name, each in scenario.audience.items()]
    staff = [_counted(name, each.count) for name, each in scenario.moderators.items()]
    places = "without limit" if scenario.room.stage_capacity is None else str(scenario.room.stage_capacity)
    doors = format_duration(scenario.doors_open)
    return (
        f"Entities: {', '.join(people) or 'nobody'}. Resources: places on stage ({places}), staff "
        f"({', '.join(staff) or 'none'}). Queue: the list of requests. People enter from {doors} before the start on. "
        f"At fixed times: {len(scenario.script)} commands, {len(scenario.timetable)} changes of the mode"
    )


def _counted(name: str, count: int | None) -> str:
    return f"{name} ({'no fixed number' if count is None else count})"


def _data(results: Results, remarks: Mapping[str, str]) -> Iterator[Item]:
    scenario = results.scenario
    given = [name for name, _ in assumptions(scenario)]
    measured = [name for name in given if is_measured(source_of(name, remarks))]
    sources = f"{len(measured)} of the {len(given)} values that the scenario gives name who measured them"
    yield Item("3.1 Data sources", f"{sources}; see Assumptions.")
    by_default = len(list(unsaid(scenario)))
    yield Item("3.2 Input parameters", f"{len(given)} given, {by_default} by default; see Assumptions.")
    yield Item("3.3 Preprocessing", "None by this program: values are taken as the scenario has them.")
    rest = f"Of the other {len(given) - len(measured)} the file names nobody; {len(scenario.assumptions)} have a range"
    yield Item("3.4 Assumptions", f"{rest} to vary. {not_modelled(results.origin, scenario)}".rstrip())


def _experimentation(results: Results) -> Iterator[Item]:
    scenario, number = results.scenario, results.replications
    doors = format_duration(scenario.doors_open)
    yield Item("4.1 Initialisation", f"Every session begins with an empty room, {doors} before its start; no warm-up.")
    yield Item("4.2 Run length", f"{format_duration(scenario.duration)}, the whole session, which ends by itself.")
    several = (
        f"{number} sessions in each mode, with the same people, wishes and draws in all of them; compared in pairs, "
        "all ranges together with 95 % confidence."
    )
    yield Item("4.3 Estimation approach", several if number > 1 else "One session in each mode: no estimate.")


def _implementation(results: Results) -> Iterator[Item]:
    yield Item("5.1 Software", f"{', '.join(f'{name} {number}' for name, number in versions().items())}.")
    yield Item("5.2 Random sampling", f"Seed {results.seed}; a stream of its own for each session, person and purpose.")
    yield Item("5.3 Model execution", "Event by event, in whole milliseconds; what comes at once is taken in order.")
    yield Item("5.4 System specification", "Figures depend neither on the machine nor on the number of processes.")


def _access(results: Results) -> Iterator[Item]:
    made = f"The package stage-access-lab of that version; the scenario's digest is {digest(results.scenario)}."
    command = results.origin.command
    yield Item("6.1 Computer model", f"{made} Made by: {command}" if command else made)


def _modes(results: Results) -> str:
    return listed([mode_name(mode).lower() for mode in results.modes])


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
