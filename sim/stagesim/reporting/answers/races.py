"""What `stagesim races` says: the two that race, and what comes of either order."""

from collections.abc import Mapping, Sequence

from stagesim.reporting.answers.answer import Grid
from stagesim.reporting.answers.findings import Findings
from stagesim.scenario.values.units import clock
from stagesim.testing.laboratory.races import Race

READING = (
    "The outcome of a moment is what anybody could tell once it is over: answers, roles, standings, mode, queue, and "
    "how requests, invitations, set-ups and stays ended. What comes to the same in either order is not listed."
)


def findings(title: str, found: Mapping[str, Sequence[Race]], orders: int, command: str) -> Findings:
    """The findings in each mode."""
    races = [race for each in found.values() for race in each]
    rows = [(clock(each.at_ms), each.mode, each.first, each.second) for each in races]
    number = f"{len(races)} race{'s' * (len(races) > 1)}" if races else "nothing depends on the order"
    return Findings(
        kind="races",
        title="What depends on the order of one millisecond",
        facts=f"{title}; modes {', '.join(found)}; {orders} other orders.",
        lines=(*map(told, races), number),
        reading=READING,
        command=command,
        grids=(Grid("Races", ("at", "mode", "either this first", "or this"), tuple(rows)),) if rows else (),
        data={"races": [_data(race) for race in races]},
    )


def told(race: Race) -> str:
    """A race in words: the two, then what comes of either order."""
    place = f", for {race.what_for}" if race.what_for else ""
    sooner = f"{race.first} first" + ", a millisecond sooner" * race.is_due
    sides = []
    for number, side in enumerate((sooner, f"{race.second} first"), start=1):
        came = ", ".join(f"{_thing(each[0])} {each[number]}" for each in race.unlike if each[number])
        sides.append(f"{side}: {came}")
    return f"{clock(race.at_ms)} {race.mode}: {race.first} and {race.second}{place}: either. {'. '.join(sides)}"


def _thing(name: str) -> str:
    """What a thing is called that an outcome names: who it is said of, or what of theirs."""
    kind, _, rest = name.partition(" ")
    return rest if kind in ("answer", "standing") else name


def _data(race: Race) -> Mapping[str, object]:
    differs = [dict(zip(("what", "first", "second"), each, strict=True)) for each in race.unlike]
    head = {"mode": race.mode, "at": race.at_ms / 1000, "first": race.first, "second": race.second}
    return {**head, "for": race.what_for, "is_due": race.is_due, "differs": differs}
