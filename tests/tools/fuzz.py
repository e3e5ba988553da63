"""Scenario files and settings that nobody would write: each is valid and runs within bounds, or gets a clean error.

    python -m tests.tools.fuzz 50000          inputs 0 to 49,999
    python -m tests.tools.fuzz --one 1234     shows input 1234, and what comes of it

An input is known by its number: it decides which bundled scenario is changed, and how.
"""

import argparse
import json
import math
import random
import signal
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, Final, NamedTuple

from stagesim.agents.clock import EndlessMoment
from stagesim.metric_table import METRICS
from stagesim.metrics import measure_all
from stagesim.plain_text import trouble
from stagesim.scenario.faults import ScenarioError
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.reading.yaml_text import read
from stagesim.scenario.scenario import Scenario
from stagesim.scenario.values.rates import highest
from stagesim.scenario.values.written_distributions import BUILDERS, NAMES
from stagesim.simulate import simulate

SCENARIOS: Final = Path(__file__).parents[2] / "scenarios"
PATIENCE_S: Final = 20.0
"""How long one input may take; the slowest that is simulated is a hundred people for three hours."""

TEXTS: Final = (
    "",
    " ",
    "speak",
    "0",
    "1 min",
    "-1 s",
    "40 %",
    "unlimited",
    "x\n::warning::y",
    "\x1b[31m",
    "\ud800",
    "\u202e",
    "é" * 300,
)
NUMBERS: Final[tuple[object, ...]] = (
    *(0, 1, -1, 2, 7, 0.5, 1e-320, 1e-170, 0.005, 1e-9, 40, 171, 1e5, 1e9, 1e15, 1e154, 1e200, 1e308, 2**63),
    *(math.nan, math.inf, -math.inf, 10**400, True, False, None),
)
TIMES: Final = (
    "0 s",
    "1 ms",
    "0.001 ms",
    "1e-300 ms",
    "3 s",
    "2 min",
    "8784 h",
    "8785 h",
    "1e999 s",
    "1e-9 ms",
    "5",
    "min",
)
RATES: Final = ("0 per hour", "1 per ms", "2 per ms", "1e-300 per hour", "12 per hour", "1e999 per h", "per hour")


class Input(NamedTuple):
    """A text of a scenario, and the settings beside it."""

    what: str
    text: str
    sets: tuple[str, ...] = ()


@cache
def bundled() -> tuple[tuple[str, str, Any], ...]:
    """Name, text and data of every bundled scenario, short ones first."""
    texts = [(path.stem, path.read_text(encoding="utf-8")) for path in sorted(SCENARIOS.rglob("*.yaml"))]
    return tuple((name, text, read(text, name).data) for name, text in sorted(texts, key=lambda each: len(each[1])))


def made(number: int) -> Input:
    """The input with a number."""
    chance = random.Random(number)
    known = bundled()
    # Short files are read faster, and have most of the keys between them.
    name, text, data = known[int(len(known) * chance.random() ** 2)]
    kind = chance.choices(("structure", "text", "settings", "distribution"), (5, 2, 3, 4))[0]
    match kind:
        case "structure":
            return Input(f"{kind} of {name}", json.dumps(_mutated(chance, data)))
        case "text":
            return Input(f"{kind} of {name}", _garbled(chance, text))
        case "settings":
            return Input(
                f"{kind} of {name}", text, tuple(_setting(chance, data) for _ in range(chance.choice((1, 1, 2))))
            )
        case _:
            path = chance.choice(DISTRIBUTED)
            return Input(
                f"{kind} at {path}", BASE, (f"{path}={json.dumps(distribution(chance))}", *SETTINGS.get(path, ()))
            )


BASE: Final = """\
title: t
duration: 20 min
audience: {count: 6, wishes: {rate: 12 per hour}}
moderators: {count: 1}
"""
"""What distributions are put into."""

DISTRIBUTED: Final = (
    *("audience.arrival", "audience.leaves_after", "audience.patience", "audience.balk_at", "audience.answer.time"),
    *("audience.setup.time", "audience.on_stage.stay", "audience.on_stage.pulse", "audience.on_stage.overstay_by"),
    *("audience.full_stage.retry_after", "audience.after_decline.pause", "audience.wishes.unequal"),
    *(
        "audience.wishes.load",
        "audience.wishes.after_settled",
        "audience.arrival_gap",
        "audience.connection.lost_after",
    ),
    *("audience.connection.gap", "moderators.review.time", "moderators.called_away.every", "moderators.invites.every"),
)
"""Keys that take a distribution."""

SETTINGS: Final = {
    "audience.arrival": ("doors_open=10 min",),
    "audience.connection.lost_after": ("audience.connection.gap=10 s",),
    "audience.connection.gap": ("audience.connection.lost_after=1 min",),
    "audience.full_stage.retry_after": ("audience.full_stage.then=retry", "room.stage_capacity=1"),
    "audience.on_stage.overstay_by": ("audience.on_stage.overstay=0.5",),
    "audience.after_decline.pause": ("audience.after_decline.again=0.9", "moderators.review.approve=0.2"),
    "audience.wishes.after_settled": ("audience.wishes.limit=20",),
}
"""What a key needs beside it."""


def distribution(chance: random.Random, depth: int = 0) -> object:
    """Any distribution, with parameters of any kind."""
    name = chance.choice(NAMES)
    match name:
        case "fixed":
            return {name: _parameter(chance)}
        case "minus":
            return {name: distribution(chance, depth + 1) if depth < 3 else "1 s"}
        case "mixture":
            parts = [
                {"weight": chance.choice((*NUMBERS, 0.2, 0.8)), "of": _small(chance, depth)}
                for _ in range(chance.randint(0, 3))
            ]
            return {name: parts}
        case "empirical":
            shares = chance.choice(((0, 1), (0, 0.5, 1), (0.1, 1), (0, math.nan, 1), (1, 0), ()))
            return {name: {str(each): _parameter(chance) for each in shares}}
        case _:
            form = chance.choice(list(BUILDERS[name]))
            return {
                name: {
                    each: _plain(chance) if each in {"sigma", "cv", "shape"} else _parameter(chance) for each in form
                }
            }


def _small(chance: random.Random, depth: int) -> object:
    return distribution(chance, depth + 1) if depth < 2 else _parameter(chance)


def _plain(chance: random.Random) -> object:
    return chance.choice(NUMBERS) if chance.random() < 0.4 else math.exp(chance.uniform(-8, 5))


def _parameter(chance: random.Random) -> object:
    choice = chance.random()
    if choice < 0.5:
        return f"{math.exp(chance.uniform(-3, 9)):.3f} s"
    return chance.choice(TIMES) if choice < 0.8 else chance.choice((*NUMBERS, *TEXTS))


def _odd(chance: random.Random) -> Any:
    """A value of any kind."""
    match chance.randrange(6):
        case 0:
            return chance.choice(TEXTS)
        case 1:
            return chance.choice(NUMBERS)
        case 2:
            return chance.choice((*TIMES, *RATES))
        case 3:
            return distribution(chance)
        case 4:
            return [_odd(chance) for _ in range(chance.randint(0, 2))]
        case _:
            return {chance.choice(("count", "time", "groups", "x", "at", "share")): _odd(chance)}


def _places(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in items:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _at(data: Any, path: Sequence[Any]) -> Any:
    for key in path:
        data = data[key]
    return data


@cache
def _values() -> dict[Any, list[Any]]:
    """Every value that stands anywhere in a bundled scenario, by its key."""
    found: dict[Any, list[Any]] = {}
    for _, _, data in bundled():
        for path in _places(data):
            found.setdefault(path[-1], []).append(_at(data, path))
    return found


def _elsewhere(chance: random.Random, key: Any, value: Any) -> Any:
    """Another value for a key, such as it has elsewhere: most of them are valid."""
    if isinstance(value, int | float) and not isinstance(value, bool) and chance.random() < 0.5:
        return type(value)(value * math.exp(chance.uniform(-2, 2)))
    if isinstance(value, str) and value.endswith((" s", " min")) and chance.random() < 0.7:
        return f"{math.exp(chance.uniform(-1, 6)):.0f} s" if chance.random() < 0.6 else distribution(chance)
    return chance.choice(_values().get(key, [value]))


def _mutated(chance: random.Random, data: Any) -> Any:
    """The data with one to three changes anywhere."""
    data = json.loads(json.dumps(data))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        places = list(_places(data))
        if not places:
            break
        path = chance.choice(places)
        around, key = _at(data, path[:-1]), path[-1]
        if chance.random() < 0.6:
            around[key] = json.loads(json.dumps(_elsewhere(chance, key, around[key])))
            continue
        match chance.randrange(5):
            case 0:
                del around[key]
            case 1:
                around[key] = json.loads(json.dumps(_at(data, chance.choice(places))))
            case 2 if isinstance(around, dict):
                around[f"{key}"[:-1] + chance.choice("sxé_")] = around.pop(key)
            case 3 if isinstance(around, list):
                around.insert(chance.randrange(len(around) + 1), json.loads(json.dumps(around[key])))
            case _:
                around[key] = _odd(chance)
    return data


def _garbled(chance: random.Random, text: str) -> str:
    """The text with a few characters or lines lost, doubled or put in."""
    for _ in range(chance.randint(1, 4)):
        at = chance.randrange(len(text) + 1)
        match chance.randrange(4):
            case 0:
                text = text[:at] + text[at + chance.randint(1, 8) :]
            case 1:
                text = (
                    text[:at]
                    + chance.choice((*"{}[]:,-&*!|>'\"%@#?\t\n", "\x00", "\x1b", "\ud800", "- ", ": ", "&a ", "*a"))
                    + text[at:]
                )
            case 2:
                lines = text.split("\n")
                line = chance.randrange(len(lines))
                lines.insert(chance.randrange(len(lines)), lines[line])
                text = "\n".join(lines)
            case _:
                lines = text.split("\n")
                del lines[chance.randrange(len(lines))]
                text = "\n".join(lines)
    return text


def _setting(chance: random.Random, data: Any) -> str:
    """A setting of a key that is there, or nearly."""
    path = chance.choice(list(_places(data)) or [("title",)])
    name = ".".join(map(str, path))
    if chance.random() < 0.5:
        return f"{name}={json.dumps(_elsewhere(chance, path[-1], _at(data, path)))}"
    if chance.random() < 0.1:
        name = name.replace(chance.choice("aeiou."), chance.choice("aeiou."), 1)
    value = _odd(chance)
    return f"{name}={value}" if isinstance(value, str) else f"{name}={json.dumps(value)}"


class TooSlow(BaseException):
    """An input that takes longer than any may. Nothing that catches exceptions catches it."""


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raise TooSlow after a time."""

    def late(_: int, __: FrameType | None) -> None:
        raise TooSlow

    before = signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def outcome(given: Input, *, simulated: bool) -> str:
    """What comes of an input: `error`, `valid`, `simulated`, `endless`, or `large`. Anything else is raised."""
    try:
        scenario = loads(given.text, "fuzz.yaml", given.sets)
    except ScenarioError as error:
        check_error(error)
        return "error"
    check_values(scenario)
    if not simulated:
        return "valid"
    if not is_small(scenario):
        return "large"
    try:
        log = simulate(scenario, mode=scenario.modes[0], seed=1).log
    except EndlessMoment as error:
        check_endless(str(error))
        return "endless"
    check_figures(measure_all(log).figures)
    return "simulated"


def check_endless(said: str) -> None:
    """A moment that never ends is named, with a hint."""
    assert "never ends" in said
    assert "\n  hint: " in said


def check_error(error: ScenarioError) -> None:
    """A problem or several, each with a hint, on two lines that do no harm."""
    assert error.problems
    for problem in error.problems:
        assert problem.message, problem
        assert problem.hint, problem
        lines = str(problem).split("\n")
        assert len(lines) == 2, problem
        assert all(trouble(line) is None for line in lines), problem


def check_values(scenario: Scenario) -> None:
    """No share beyond 1, no count below 0, no length of nothing, no text that does harm."""
    assert scenario.duration > 0
    assert trouble(scenario.title) is None
    for groups in (scenario.audience, scenario.moderators):
        for name, group in groups.items():
            assert trouble(name) is None
            assert group.count is None or 0 <= group.count <= 1_000_000
            shares = (
                group.silent,
                group.answer.accept,
                group.answer.ignore,
                group.setup.failure,
                group.on_stage.overstay,
            )
            assert all(0 <= each <= 1 for each in shares), (name, shares)
            for drawn in (group.answer.time, group.setup.time, group.on_stage.stay, group.patience):
                values = [drawn.mean(), *map(drawn.quantile, (2.0**-53, 0.5, 1 - 2.0**-53))] if drawn else []
                assert all(math.isfinite(each) and each >= 0 for each in values), (name, drawn)


def check_figures(figures: Any) -> None:
    """Shares are shares, and nothing that is counted is below 0; what there is none of is no number."""
    for metric in METRICS:
        value = figures[metric.name]
        assert math.isnan(value) or value >= 0, (metric.name, value)
        if metric.name.endswith("_share"):
            assert math.isnan(value) or value <= 1 + 1e-9, (metric.name, value)


def is_small(scenario: Scenario) -> bool:
    """Whether a session of it is one of seconds: few people, a few hours, few things an hour."""
    hours = (scenario.duration + scenario.doors_open) / 3_600_000
    people = 0.0
    happens = 0.0
    for groups in (scenario.audience, scenario.moderators):
        for group in groups.values():
            count = group.count if group.count is not None else math.inf
            people += count
            rates = [highest(group.wishes.rate) * group.wishes.unequal.mean() * group.wishes.load.mean()]
            gaps = [group.on_stage.pulse, group.full_stage.retry_after, group.after_decline.pause]
            gaps += [group.wishes.after_settled, group.connection.lost_after if group.connection else None]
            rates += [1 / max(1.0, gap.mean()) for gap in gaps if gap is not None]
            happens += count * sum(rates) * 3_600_000 * hours
    for staff in scenario.moderators.values():
        happens += 3_600_000 * hours * _staff_rate(staff) * staff.count
    return hours <= 12 and people <= 150 and happens <= 20_000


def _staff_rate(staff: Any) -> float:
    found = [staff.called_away.every if staff.called_away else None, staff.invites.every if staff.invites else None]
    return sum(1 / max(1.0, gap.mean()) for gap in found if gap is not None)


def tried(number: int, *, simulated: bool) -> str:
    """The outcome of one input; a failure with its name, and how to see it again."""
    given = made(number)
    try:
        with within(PATIENCE_S):
            return outcome(given, simulated=simulated)
    except TooSlow:
        return f"FAILED: input {number} ({given.what}) takes longer than {PATIENCE_S:g} s"
    except Exception as fault:
        last = traceback.extract_tb(fault.__traceback__)[-1]
        said = f"{type(fault).__name__}: {str(fault)[:200]} at {last.name}:{last.lineno}"
        return f"FAILED: input {number} ({given.what}): {said}"


def shown(line: str) -> None:
    """Print a line at once, so that whoever stops a long campaign knows how far it came and what it found."""
    print(line, flush=True)


def campaign(
    numbers: Sequence[int], every: int = 1, watch: Callable[[str], None] = shown
) -> tuple[Counter[str], list[str]]:
    """How often each outcome came, and the failures; of the valid ones every so many is simulated."""
    counted: Counter[str] = Counter()
    failures: list[str] = []
    for done, number in enumerate(numbers, 1):
        found = tried(number, simulated=number % every == 0)
        if found.startswith("FAILED"):
            failures.append(found)
            watch(found)
            found = "failed"
        counted[found] += 1
        if done % 1_000 == 0:
            watch(f"{done} of {len(numbers)}: {dict(counted)}")
    return counted, failures


def main() -> None:
    """Try many, or one."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("count", nargs="?", type=int, default=2_000)
    asked.add_argument("--first", type=int, default=0)
    asked.add_argument("--every", type=int, default=1, help="simulate every so many of the valid ones")
    asked.add_argument("--one", type=int)
    given = asked.parse_args()
    if given.one is not None:
        print(made(given.one))
        print(outcome(made(given.one), simulated=True))
        return
    began = time.monotonic()
    counted, failures = campaign(range(given.first, given.first + given.count), given.every)
    print(f"{counted.total()} inputs in {time.monotonic() - began:.0f} s: {dict(counted)}")
    raise SystemExit(bool(failures))


if __name__ == "__main__":
    main()
