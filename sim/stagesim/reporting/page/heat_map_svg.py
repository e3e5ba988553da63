"""A heat map as SVG: how much of each cell of a table is covered."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

COLUMN: Final = 30
ROW: Final = 22
LETTER: Final = 7
"""The widest that a letter is on average; of a slanted one, seven tenths."""

Share = tuple[int, int]
"""Covered, and how many there are; nothing can be covered where there are none."""


def heat_map(rows: Sequence[str], columns: Sequence[str], shares: Mapping[tuple[str, str], Share], title: str) -> str:
    """The map; a cell without a share is left empty, and each says its figures to whoever points at it."""
    left = LETTER * max(map(len, rows)) + 16
    reaches = [round(0.71 * LETTER * len(column)) + 12 for column in columns]
    top = max(reaches) + 8
    height = top + ROW * len(rows) + 10
    width = left + max(COLUMN * (number + 1) + reach for number, reach in enumerate(reaches))
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" font-size="12">'
    parts = [f"{head}<title>{escape(title)}</title>"]
    for number, column in enumerate(columns):
        x = left + COLUMN * number + COLUMN / 2
        parts.append(
            f'<text transform="translate({x + 4:g},{top - 8}) rotate(-45)" fill="currentColor">{escape(column)}</text>'
        )
    for number, row in enumerate(rows):
        y = top + ROW * number
        parts.append(f'<text x="{left - 8}" y="{y + 15}" text-anchor="end" fill="currentColor">{escape(row)}</text>')
        for place, column in enumerate(columns):
            if (row, column) in shares:
                parts.append(_cell(left + COLUMN * place, y, f"{row}, {column}", shares[row, column]))
    return "\n".join([*parts, "</svg>"])


def _cell(x: int, y: int, name: str, share: Share) -> str:
    """A field: green where all is covered, red where nothing is, with the figures where something is missing."""
    covered, there = share
    hue = 120 * covered // there
    said = f"{covered}/{there}" if covered < there else ""
    text = f'<text x="{x + COLUMN / 2:g}" y="{y + 15}" text-anchor="middle" font-size="9" fill="#222">{said}</text>'
    return (
        f'<g><title>{escape(name)}: {covered} of {there}</title><rect x="{x + 1}" y="{y + 1}" width="{COLUMN - 2}" '
        f'height="{ROW - 2}" fill="hsl({hue},55%,72%)"/>{text if said else ""}</g>'
    )
