"""A few events of a log as a sequence diagram: who told the room what, and what the room told whom."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, NamedTuple

from stagesim.eventlog.schema import KINDS, SYSTEM, ending_of
from stagesim.scenario.values.units import clock

Row = Mapping[str, Any]
"""One event, as `EventLog.rows` gives it."""

ROOM: Final = "room"

AGENTS: Final = frozenset(kind.name for kind in KINDS if kind.source == "agents" and kind.name != "rejected")
HEAD: Final = frozenset({"at", "event", "who", "by"})


class Step(NamedTuple):
    """One arrow or note. A `branch` begins what one of two sides does; `text` is its name."""

    kind: Literal["ask", "tell", "note", "branch", "end"]
    who: str
    text: str


def steps(common: Sequence[Row], sides: Sequence[tuple[str, Sequence[Row]]]) -> list[Step]:
    """The steps of the events that both sides have, then those of each side."""
    made = list(_steps(common))
    for name, rows in sides:
        made.append(Step("branch", "", name))
        made += _steps(rows) if rows else [Step("note", ROOM, "nothing more")]
    return [*made, Step("end", "", "")]


def _steps(rows: Iterable[Row]) -> Iterator[Step]:
    """One command for all events that one person causes at one moment; then what each of them tells."""
    asked: tuple[float, str] | None = None
    for row in rows:
        at_s, kind, who, by = row["at"], row["event"], row["who"], row["by"]
        if kind in AGENTS:
            yield Step("note", who, f"{_clock(at_s)} {in_words(row)}")
            continue
        if by != SYSTEM and asked != (at_s, by):
            action = row["action"] if kind == "rejected" else _action(row)
            if action:
                target = f" {who}" if who != by and row.get("cause") != "capacity" else ""
                yield Step("ask", by, f"{_clock(at_s)} {action}{target}")
                asked = (at_s, by)
        due = f"{_clock(at_s)} " if by == SYSTEM else ""
        yield Step("tell", by if kind == "rejected" else who, due + in_words(row))


def _action(row: Row) -> str | None:
    """The action that an event answers; others follow from one that another event shows, or from a due time."""
    return ending_of(row["event"], row).answers


def in_words(row: Row) -> str:
    """An event with its fields in brackets, without who and when."""
    fields = [str(value) for key, value in row.items() if key not in HEAD and value is not None]
    return f"{row['event']} ({', '.join(fields)})" if fields else str(row["event"])


def _clock(at_s: float) -> str:
    return clock(round(at_s * 1000))


def people(made: Iterable[Step]) -> list[str]:
    """Everybody in a diagram, in order of appearance."""
    return list(dict.fromkeys(step.who for step in made if step.who and step.who != ROOM))


def mermaid(made: Sequence[Step]) -> str:
    """The diagram in Mermaid's language, without the fence around it."""
    alias = {ROOM: ROOM, **{name: f"p{number}" for number, name in enumerate(people(made), start=1)}}
    lines = ["sequenceDiagram"]
    lines += [f"    participant {alias[name]} as {_escaped(name)}" for name in (*people(made), ROOM)]
    branches = 0
    for kind, who, text in made:
        inner = "        " if branches else "    "
        match kind:
            case "ask":
                lines.append(f"{inner}{alias[who]}->>{ROOM}: {_escaped(text)}")
            case "tell":
                lines.append(f"{inner}{ROOM}-->>{alias.get(who, ROOM)}: {_escaped(text)}")
            case "note":
                lines.append(f"{inner}Note over {alias.get(who, ROOM)}: {_escaped(text)}")
            case "branch":
                lines.append(f"    {'else' if branches else 'alt'} {_escaped(text)}")
                branches += 1
            case "end":
                lines += ["    end"] * (branches > 0)
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    """Text without the signs that have a meaning in Mermaid's messages."""
    return "".join({"#": "#35;", ";": "#59;", "\n": " "}.get(sign, sign) for sign in text)
