"""A sequence diagram as SVG: a line down for each person, an arrow for each command and for each thing told."""

from collections.abc import Sequence
from typing import Final

from markupsafe import escape

from stagesim.testing.differences.sequence import ROOM, Step, people

COLUMN: Final = 190
ROW: Final = 34
TOP: Final = 60
SIDE: Final = 110
LETTER: Final = 7.2
"""The widest that a letter is on average, in the units of the diagram: whatever is longer makes room for itself."""


def svg(steps: Sequence[Step]) -> str:
    """The diagram, in the colours of the text around it."""
    names = [*people(steps), ROOM]
    drawn = [step for step in steps if step.kind != "end"]
    column, side = _room(drawn, names)
    at = {name: side + column * number for number, name in enumerate(names)}
    width, height = side * 2 + column * (len(names) - 1), TOP + ROW * (len(drawn) + 1)
    parts = [_head(width, height, names)]
    for name in names:
        parts.append(_text(at[name], 24, name, "bold"))
        parts.append(f'<line x1="{at[name]}" y1="34" x2="{at[name]}" y2="{height - 8}" class="life"/>')
    for number, step in enumerate(drawn):
        parts += _step(step, at, TOP + ROW * number, width)
    return "\n".join([*parts, "</svg>"])


def _room(drawn: Sequence[Step], names: Sequence[str]) -> tuple[int, int]:
    """How far two lines are apart, and the outer ones from the edge, so that every text has its place."""
    column, side = float(COLUMN), float(SIDE)
    for step in drawn:
        wide = LETTER * len(step.text) + 12
        apart = names.index(ROOM) - names.index(step.who) if step.who in names else 0
        if step.kind in ("ask", "tell") and apart:
            column = max(column, wide / apart)
        elif step.kind != "branch":
            side = max(side, wide / 2)
    return round(column), round(side)


def _head(width: int, height: int, names: Sequence[str]) -> str:
    title = escape(f"Who told whom: {', '.join(names)}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" '
        f'class="sequence" viewBox="0 0 {width} {height}" width="{width}" role="img">'
        f"<title>{title}</title><style>"
        ".sequence text{font:13px sans-serif;fill:currentColor;text-anchor:middle;"
        "paint-order:stroke;stroke:var(--paper,#fff);stroke-width:4px}.sequence text.bold{font-weight:600}"
        ".sequence line{stroke:currentColor}.sequence line.life{opacity:.35}.sequence line.tell{stroke-dasharray:5 4}"
        ".sequence line.branch{opacity:.6;stroke-dasharray:2 3}"
        ".sequence text.branch{text-anchor:start;font-style:italic}"
        "</style><defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='8' markerHeight='8' "
        "orient='auto'><path d='M0 0 8 4 0 8z' fill='currentColor'/></marker></defs>"
    )


def _step(step: Step, at: dict[str, int], y: int, width: int) -> list[str]:
    here, room = at.get(step.who, at[ROOM]), at[ROOM]
    if step.kind == "branch":
        line = f'<line x1="4" y1="{y}" x2="{width - 4}" y2="{y}" class="branch"/>'
        return [line, _text(8, y + 16, step.text, "branch")]
    if step.kind == "note" or here == room:
        return [_text(here, y + 4, step.text, "")]
    start, end = (here, room) if step.kind == "ask" else (room, here)
    line = f'<line x1="{start}" y1="{y}" x2="{end}" y2="{y}" class="{step.kind}" marker-end="url(#tip)"/>'
    return [line, _text((start + end) // 2, y - 6, step.text, "")]


def _text(x: int, y: int, text: str, kind: str) -> str:
    return f'<text x="{x}" y="{y}" class="{kind}">{escape(text)}</text>'
