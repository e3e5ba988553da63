"""Parts (a) and (c): what a command of a full replication costs, against the floor, and as the audience grows."""

from collections.abc import Sequence
from statistics import median
from time import process_time
from typing import Final, Literal

from cycle import count_commands, cycle_of, run_harness, run_with_clock, scenario_of
from floor import Floor
from rounds import Program, Row, alternate, median_ratio, spread

MOST_TIMES_FLOOR: Final = 3.0
GOAL_TIMES_FLOOR: Final = 1.5
MOST_GROWTH: Final = 0.30
Part = Literal["whole", "session"]


def floor_program(people: int, commands: int, part: Part, has_log: bool = True) -> Program:
    """µs a command of the floor: of the whole run, or of the session after everybody has entered."""
    cycle = cycle_of(people, commands)

    def program(number: int) -> float:
        began_s = process_time()
        floor = Floor(cycle, number, has_log)
        floor.run(has_clock=part == "session")
        ended_s = process_time()
        if part == "whole":
            return (ended_s - began_s) / floor.commands * 1e6
        return (ended_s - floor.began_s) / (floor.commands - people) * 1e6

    return program


def harness_program(people: int, commands: int, part: Part) -> Program:
    """µs a command of the harness, likewise: agents, engine and log."""
    scenario = scenario_of(cycle_of(people, commands), has_clock=part == "session")

    def program(number: int) -> float:
        if part == "whole":
            began_s = process_time()
            log = run_harness(scenario, number)
            return (process_time() - began_s) / count_commands(log).total() * 1e6
        run = run_with_clock(scenario, number)
        took_s = process_time() - run.began_s
        counts = count_commands(run.log)
        return took_s / (counts.total() - counts["entered"]) * 1e6

    return program


def cost_rows(commands: int, rounds: int, people: int = 200) -> list[Row]:
    """Part (a)."""
    programs = [
        floor_program(people, commands, "whole", has_log=False),
        floor_program(people, commands, "whole"),
        harness_program(people, commands, "whole"),
    ]
    bare, floor, harness = alternate(programs, rounds)
    ratio = median_ratio(harness, floor)
    target = f"at most {MOST_TIMES_FLOOR:g} (goal {GOAL_TIMES_FLOOR:g})"
    return [
        Row("a", f"floor without a log, {people} people", spread(bare, "µs a command")),
        Row("a", f"floor, {people} people", spread(floor, "µs a command")),
        Row("a", f"full replication, {people} people", spread(harness, "µs a command")),
        Row("a", "full replication : floor", f"{ratio:.2f}", target, ratio <= MOST_TIMES_FLOOR),
    ]


def growth_rows(commands: int, rounds: int, sizes: Sequence[int] = (100, 10_000, 100_000)) -> list[Row]:
    """Part (c): the same number of commands in rooms of different sizes, entering not counted."""
    programs = [floor_program(people, commands, "session") for people in sizes]
    programs += [harness_program(people, commands, "session") for people in sizes]
    figures = alternate(programs, rounds)
    floors, harnesses = figures[: len(sizes)], figures[len(sizes) :]
    rows = [
        Row(
            "c",
            f"{people:,} people: floor, full replication",
            f"{median(floor):.2f}, {median(harness):.2f} µs a command",
        )
        for people, floor, harness in zip(sizes, floors, harnesses, strict=True)
    ]
    small_floor, small = floors[0], harnesses[0]
    for people, floor, harness in list(zip(sizes, floors, harnesses, strict=True))[1:]:
        own = median(h / s for h, s in zip(harness, small, strict=True))
        beyond = median((h - s - (f - fs)) / s for h, s, f, fs in zip(harness, small, floor, small_floor, strict=True))
        measured = f"{beyond:+.0%} (the whole growth: {own - 1:+.0%})"
        what = f"growth {sizes[0]:,} to {people:,} in µs, less the floor's"
        rows.append(Row("c", what, measured, f"at most {MOST_GROWTH:+.0%}", beyond <= MOST_GROWTH))
    return rows
