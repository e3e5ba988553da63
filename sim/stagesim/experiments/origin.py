"""Where results come from: what was asked for, as data. The text of a command is written from it, and never read back.

What cannot be given to a command, such as a scenario made in Python, is said in a remark. The scenario that was run is
saved beside every report, so that there always is something to run again.
"""

import json
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final, Literal

from stagesim.agents.surroundings import Behaviour
from stagesim.agents.waiting import Discipline
from stagesim.engines.contract import EngineMaker
from stagesim.scenario.changing import is_as_read
from stagesim.scenario.faults import Problem, ScenarioError, shown
from stagesim.scenario.reading.loader import from_data, load, loads
from stagesim.scenario.reading.overrides import settings_of
from stagesim.scenario.scenario import Changes, Scenario

SCENARIO_FILE: Final = "scenario.yaml"
"""The file beside a report that has the scenario as it was run, with every default written out."""

FLAGS: Final[Mapping[str, str]] = {
    "decision": "--until-decision",
    "precision": "--until-precision",
    "margins": "--margin",
    "metrics": "--metric",
    "goals": "--goal",
    "ranges": "--vary",
    "variants": "--variant",
    "factors": "--set",
    "low": "--from",
    "high": "--to",
}
"""Options that the shell calls otherwise than Python does."""

UNTIL: Final = ("precision", "decision", "margins")
"""Options that a comparison in Python has in its `Until`."""

IN_FRONT: Final[Mapping[str, tuple[str, ...]]] = {
    "sweep": ("factors",),
    "sensitivity": ("ranges", "metrics"),
    "size": ("goals",),
    "rank": ("goals",),
    "tip": ("goals",),
}
"""What stands in a call of Python without its name."""


@dataclass(frozen=True, slots=True)
class Given:
    """One scenario as it was given: its file, None if it is none that is there, and the changes beside the file.

    `sets` change every variant, `changes` only this one. `altered` says that the scenario or its file was changed after
    it was read: neither the file nor the changes beside it say what was run.
    """

    path: str | None = None
    sets: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    altered: bool = False

    @property
    def is_of_its_file(self) -> bool:
        """Whether the file with the changes is what was run."""
        return self.path is not None and not self.altered

    @property
    def words(self) -> str:
        """Where it comes from, as people read it."""
        if self.path is None:
            return "given in Python"
        return f"{self.path}, changed after it was read" if self.altered else self.path


ScenarioLike = Scenario | str | PathLike[str] | Mapping[str, object]
"""A scenario, the path of its file, what the file would say as a mapping, or its text: of several lines, or `{...}`."""


def given(scenario: ScenarioLike, sets: Changes = ()) -> tuple[Scenario, Given]:
    """A scenario, read from wherever it is, with changes; and how it was given."""
    found = read_anything(scenario, sets)
    if isinstance(scenario, PathLike) or (isinstance(scenario, str) and not is_text(scenario)):
        return found, Given(fspath(scenario), settings_of(sets))
    source = found.source
    if source is None or not Path(source.name).is_file():
        return found, Given()
    return found, Given(source.name, source.sets) if is_as_read(found) else Given(source.name, altered=True)


def read_anything(scenario: ScenarioLike, sets: Changes = ()) -> Scenario:
    """A scenario, read from wherever it is, with changes. Raises ScenarioError with all that is wrong."""
    given_as: object = scenario
    match given_as:
        case Scenario():
            return given_as.changed(sets)
        case Mapping():
            return from_data(given_as, sets)
        case str() if is_text(given_as):
            return loads(given_as, "text", sets)
        case str() | PathLike():
            return load(given_as, sets)
    hint = "give the path of its file, a mapping, its text, or what `stagesim.load` gave"
    problem = Problem("scenario", None, None, "", f"expected a scenario, got {shown(scenario)}", hint)
    raise ScenarioError([problem])


def is_text(scenario: str) -> bool:
    """Whether this is what a file would say, and not the path of a file."""
    return "\n" in scenario or scenario.lstrip().startswith("{")


@dataclass(frozen=True, slots=True)
class Origin:
    """What was asked for.

    `question` is the name of the command, `scenarios` are by the name of their variant (empty for one alone),
    `options` what was asked beside them, in order and by their names in Python: texts, numbers, or several of them,
    None where nothing was said. `engine` is the command line of an engine that is not the default one, `maker` the name
    of the code that makes it, if it has none; `behaviours` are names of code of the user's, by the group that it plays.
    """

    question: str = ""
    scenarios: Mapping[str, Given] = field(default_factory=lambda: {"": Given()})
    options: Mapping[str, object] = field(default_factory=dict)
    engine: str | None = None
    maker: str | None = None
    behaviours: Mapping[str, str] = field(default_factory=dict)
    language: Literal["shell", "python"] = "python"

    @property
    def command(self) -> str:
        """How to ask for the same again, in the language in which it was asked; empty where nobody asked."""
        if not self.question:
            return ""
        return as_shell(self) if self.language == "shell" else as_python(self)

    @property
    def remarks(self) -> tuple[str, ...]:
        """What the command alone does not say."""
        return tuple(_remarks(self))

    def played_by(self, behaviours: Mapping[str, Behaviour], engine: EngineMaker | None) -> "Origin":
        """The same, with the names of the code that takes part: what was run is what is named."""
        codes = {group: each.key if isinstance(each, Discipline) else each for group, each in behaviours.items()}
        names = {group: qualified(codes[group]) for group in sorted(codes)}
        command: object = getattr(engine, "command", None)
        if isinstance(command, str):
            return replace(self, behaviours=names, engine=command)
        return replace(self, behaviours=names, maker=None if engine is None else qualified(engine))

    def as_dict(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        plain: dict[str, Any] = json.loads(json.dumps({**asdict(self), "remarks": self.remarks}, default=str))
        return plain


UNSAID: Final = Origin()
"""Of what was made in Python without being asked for by a command."""


def qualified(code: object) -> str:
    """The name of a function or class of the user's, or of the class of an object, with its module."""
    named = code if hasattr(code, "__qualname__") else type(code)
    return f"{named.__module__}.{named.__qualname__}"


def variant_folders(names: Iterable[str]) -> dict[str, str]:
    """The name of every variant's folder: its name, as far as that may stand in a path."""
    found: dict[str, str] = {}
    for name in names:
        plain = re.sub(r"[^\w.-]+", "_", name).strip("._") or "variant"
        while plain in found.values():
            plain += "_"
        found[name] = plain
    return found


def as_shell(origin: Origin) -> str:
    """The command, with every option that has a part in the results, as it can be given to a shell."""
    places = _places(origin)
    parts = ["stagesim", origin.question, *dict.fromkeys(places.values())]
    for name, value in origin.options.items():
        flag = FLAGS.get(name, f"--{name.replace('_', '-')}")
        parts += [flag] if value is True else [part for each in _listed(name, value) for part in (flag, each)]
    parts += [part for each in next(iter(origin.scenarios.values())).sets for part in ("--set", each)]
    for name, each in origin.scenarios.items():
        parts += ["--variant", f"{name}: {'; '.join(each.changes)}"] if each.changes else []
    return shlex.join([*parts, *(("--engine", origin.engine) if origin.engine else ())])


def as_python(origin: Origin) -> str:
    """The call of `stagesim` that asks for the same."""
    parts = [_scenarios(origin)]
    front = IN_FRONT.get(origin.question, ())
    for name in front:
        texts = [repr(each) for each in _listed(name, origin.options.get(name))]
        parts += texts if name == "goals" else [f"[{', '.join(texts)}]"]
    until = {name: value for name in UNTIL if (value := origin.options.get(name)) and origin.question not in IN_FRONT}
    unsaid: tuple[object, ...] = (None, {}, ())
    said = {name: value for name, value in origin.options.items() if value is not False and value not in unsaid}
    named = {name: value for name, value in said.items() if name not in front}
    parts += [f"{name}={_written(value)}" for name, value in named.items() if name not in until]
    if until:
        parts.append(f"until=stagesim.Until({', '.join(f'{name}={_written(value)}' for name, value in until.items())})")
    sets = next(iter(origin.scenarios.values())).sets
    parts += [f"sets={list(sets)}"] if sets else []
    parts += [f"engine={origin.engine!r}"] if origin.engine else [f"engine={origin.maker}"] if origin.maker else []
    if origin.behaviours:
        parts.append(f"behaviours={{{', '.join(f'{group!r}: {name}' for group, name in origin.behaviours.items())}}}")
    return f"stagesim.{origin.question}({', '.join(parts)})"


def _scenarios(origin: Origin) -> str:
    """The scenarios as the first argument in Python."""
    places = _places(origin)
    if "" in places:
        return repr(places[""])
    shown = {
        name: f"stagesim.load({places[name]!r}, {list(each.changes)})" if each.changes else repr(places[name])
        for name, each in origin.scenarios.items()
    }
    return f"{{{', '.join(f'{name!r}: {text}' for name, text in shown.items())}}}"


def _places(origin: Origin) -> dict[str, str]:
    """The file of every scenario: where its own is not what was run, the one that is saved beside the report."""
    folders = variant_folders(origin.scenarios)
    return {
        name: str(each.path) if each.is_of_its_file else f"{folders[name]}/{SCENARIO_FILE}" if name else SCENARIO_FILE
        for name, each in origin.scenarios.items()
    }


def _listed(name: str, value: object) -> Iterator[str]:
    """The texts that the shell needs for an option; modes are one text."""
    match value:
        case None | False | ():
            return
        case tuple() if name == "modes":
            yield ",".join(value)
        case tuple():
            yield from value
        case Mapping():
            yield from (f"{key}={each}" for key, each in value.items())
        case float():
            yield f"{value:g}"
        case _:
            yield str(value)


def _written(value: object) -> str:
    """A value as Python writes it."""
    return repr(list(value) if isinstance(value, tuple) else dict(value) if isinstance(value, Mapping) else value)


def _remarks(origin: Origin) -> Iterator[str]:
    places = _places(origin)
    for name, each in origin.scenarios.items():
        if not each.is_of_its_file:
            who = f"The scenario of {name}" if name else "The scenario"
            how = (
                f"is not {each.path}, it was changed after it was read"
                if each.path
                else "was given in Python, not as a file"
            )
            where = "in the folder of the whole comparison" if name else "beside this report"
            yield f"{who} {how}. What was run is saved {where} as {places[name]}."
    for group, code in origin.behaviours.items():
        yield f"Code of the user's plays {group}, {code}: only with that code are the sessions the same."
    engine = origin.engine or origin.maker
    if engine:
        yield f"The engine is {engine}: only with that engine are the sessions the same."
