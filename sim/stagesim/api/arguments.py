"""What was given in Python, checked as the command line checks its options; a StudyError says what is possible.

Numbers of numpy are as good as plain ones, texts of numpy or pandas as good as plain texts.
"""

import math
import operator
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Executor
from numbers import Real
from pathlib import Path
from typing import Any, Literal, Protocol, SupportsFloat, TypeGuard

from stagesim.agents.surroundings import Behaviour
from stagesim.agents.waiting import Discipline, Waiting
from stagesim.experiments.executors import Executors, Watch
from stagesim.experiments.study import StudyError
from stagesim.plain_text import trouble
from stagesim.scenario.faults import one_of, shown
from stagesim.scenario.scenario import Scenario

Workers = int | Literal["auto"]
"""How many processes share the work; `auto` is one for each processor."""


class DaskClient(Protocol):
    """A `distributed.Client`: it stands for the workers that it is connected to."""

    def scheduler_info(self, *_: Any, **__: Any) -> Any:
        """What its scheduler knows."""


Hands = Executor | DaskClient
"""Who simulates instead of processes of our own."""

Keys = Mapping[str, Callable[[Waiting], Any]]
"""By group of moderators, what says who is turned to next: the smallest key first, then who came first."""

Keep = Literal["logs", "metrics"]
"""What is kept of a session: its log and its figures, or its figures alone."""

By = Literal["group", "client"] | None
"""By which parts of the people a table is split; None is everybody."""

Texts = Iterable[str] | str
"""Several texts, or one."""


def whole(name: str, value: object, least: int = 0) -> int:
    """A whole number, not below the `least`."""
    try:
        number = None if isinstance(value, bool) else operator.index(value)  # type: ignore[arg-type]
    except TypeError:
        number = None
    if number is None or number < least:
        raise StudyError(
            f"`{name}`: expected a whole number of {least} or more, got {shown(value)}\n  hint: {_why(name)}"
        )
    return number


def _why(name: str) -> str:
    if name == "seed":
        return "the same seed has the same people; for another crowd each time draw one, `random.randrange(2**32)`"
    return "write digits only, without quotes"


def worker_number(value: object) -> Workers:
    """A number of processes, or `auto`."""
    return "auto" if value == "auto" else whole("workers", value, 1)


def executors_of(workers: object, executor: object = None, watch: Watch | None = None) -> Executors:
    """Who carries out the sessions. A client of Dask stands for the workers that it is connected to."""
    number = worker_number(workers)
    if executor is None or isinstance(executor, Executor):
        return Executors(number, executor, watch)
    if type(executor).__module__.partition(".")[0] == "distributed" and hasattr(executor, "scheduler_info"):
        from stagesim.experiments.cluster.crew import Crew

        return Executors(number, Crew(executor), watch)
    hint = "an executor of `concurrent.futures`, or a `distributed.Client`"
    raise StudyError(f"`executor`: expected an executor, got {shown(executor)}\n  hint: {hint}")


def share(name: str, value: object) -> float:
    """A number between 0 and 1, both excluded."""
    if not _is_number(value) or not 0 < float(value) < 1:
        raise StudyError(f"`{name}`: expected a number between 0 and 1, got {shown(value)}\n  hint: 0.95 is usual")
    return float(value)


def part_of_all(percent: object) -> float:
    """So many per cent, as a share."""
    if not _is_number(percent) or not 0 < float(percent) < 100:
        raise StudyError(f"expected per cent above 0 and below 100, got {shown(percent)}\n  hint: 80 is usual")
    return float(percent) / 100


def split_by(value: object) -> By:
    """By which parts of the people a table is split."""
    match value:
        case None | "group" | "client":
            return value
    raise StudyError(f"`by`: expected `group` or `client`, got {shown(value)}\n  hint: leave it out for everybody")


def moment_ms(name: str, value: object, unit_ms: int) -> int:
    """A moment of the session, in milliseconds from its start."""
    if not _is_number(value) or not 0 <= float(value) < math.inf:
        what = f"`{name}`: expected a number of 0 or more, got {shown(value)}"
        raise StudyError(f"{what}\n  hint: it counts from the session's start; `events` also has what was before")
    return round(float(value) * unit_ms)


def _is_number(value: object) -> TypeGuard[SupportsFloat]:
    return isinstance(value, Real) and not isinstance(value, bool)


def truth(name: str, value: object) -> bool:
    """True or False: any other value that counts as true somewhere may have meant the opposite."""
    if not isinstance(value, bool) and str(getattr(value, "dtype", "")) != "bool":
        raise StudyError(f"`{name}`: expected `True` or `False`, got {shown(value)}\n  hint: write it without quotes")
    return bool(value)


def folder_at(name: str, value: object) -> Path:
    """The path of a folder, whether it is there or not."""
    try:
        found = None if value == "" else Path(value)  # type: ignore[arg-type]
    except TypeError:
        found = None
    if found is None:
        hint = '`"."` is the folder you are in'
        raise StudyError(f"`{name}`: expected the path of a folder, got {shown(value)}\n  hint: {hint}")
    wrong = trouble(str(found))
    if wrong is not None:
        raise StudyError(f"`{name}`: {wrong[0]}\n  hint: {wrong[1]}")
    return found


def text(name: str, value: object) -> str:
    """One text."""
    if not isinstance(value, str):
        raise StudyError(f"`{name}`: expected a text, got {shown(value)}\n  hint: put it between quotes")
    return value


def texts(name: str, value: object) -> tuple[str, ...]:
    """Several texts, or one."""
    found = (value,) if isinstance(value, str) else tuple(value) if isinstance(value, Iterable) else (value,)
    if isinstance(value, set | frozenset):
        found = tuple(sorted(found, key=str))  # a set has another order each time
    wrong = [each for each in found if not isinstance(each, str)]
    if wrong:
        raise StudyError(f"`{name}`: expected a text or several, got {shown(wrong[0])}\n  hint: put it between quotes")
    return tuple(map(str, found))


def by_names(what: str, given: Mapping[Any, Any]) -> dict[str, Any]:
    """What is given by name, such as variants: each name is a text, or stands for one, and there is one of each."""
    found = {str(name).strip(): each for name, each in given.items()}
    if "" in found or len(found) < len(given):
        wrong = "a name is empty" if "" in found else "two have the same name"
        raise StudyError(f"`{what}`: {wrong}\n  hint: name each differently, such as `narrow` and `wide`")
    return found


def keeps_logs(keep: object, out: object) -> bool:
    """Whether the events of the sessions are kept."""
    if keep not in ("logs", "metrics"):
        raise StudyError(f"`keep`: expected `logs` or `metrics`, got {shown(keep)}\n  hint: `logs` keeps everything")
    if keep == "metrics" and out is not None:
        what = "a folder of results has the logs, which are not kept"
        raise StudyError(f"{what}\n  hint: leave out `keep`, or write `study.metrics` into a file of your own")
    return keep == "logs"


def mode_names(value: object) -> tuple[str, ...] | None:
    """The names of modes, or None for the scenario's own; whether there are such modes is the scenario's to say."""
    return None if value is None else texts("modes", value)


def own_code(scenario: Scenario, behaviours: object, disciplines: object = None) -> dict[str, Behaviour]:
    """Code of the user's by the group that it plays, or whose discipline it is."""
    staff = tuple(scenario.moderators)
    own: dict[str, Behaviour] = dict(_by_group("behaviours", behaviours, (*scenario.audience, *staff)))
    keys = _by_group("disciplines", disciplines, staff)
    for group in keys:
        if group in own:
            hint = "a behaviour chooses for itself, by `me.queue`"
            raise StudyError(f"`{group}` has a behaviour, and so no discipline\n  hint: {hint}")
    return own | {group: Discipline(key) for group, key in keys.items()}


def _by_group(name: str, given: object, groups: tuple[str, ...]) -> dict[str, Any]:
    """Functions by the names of groups; a StudyError for what is none."""
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        hint = f"write `{{{groups[0] if groups else 'audience'!r}: function}}`"
        raise StudyError(f"`{name}`: expected a mapping, got {shown(given)}\n  hint: {hint}")
    for group, code in given.items():
        if group not in groups:
            raise StudyError(f"`{name}`: no group is called {shown(group)}\n  hint: {one_of(groups, group)}")
        if not callable(code) and not isinstance(code, Discipline):
            hint = "give the function itself, without `()`"
            raise StudyError(f"`{name}`: expected a function for `{group}`, got {shown(code)}\n  hint: {hint}")
    return dict(given)
