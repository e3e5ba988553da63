"""Charts inside a page: the drawing of its file in half of the characters, in the colours of the page around it.

Title and subtitle are text of the page, above the drawing. In a narrow window a script sets the drawing anew.
"""

import re
from html import unescape
from typing import Final, NamedTuple
from zlib import crc32

from markupsafe import Markup

from stagesim.reporting.charts import style

DECIMALS: Final = 2
"""Decimals of a coordinate: a hundredth of a point is far below what a screen shows."""

COLOURS: Final = {
    style.INK: "ink",
    style.FAINT: "dim",
    style.GRID: "line",
    style.PAPER: "paper",
    style.DEEP: "deep",
    style.STILL: "still",
    style.GROUND: "ground",
}
"""Colours of charts that are others in the dark, and what the page calls them. White letters stay white."""

NOT_DRAWN: Final = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
RULE_FOR_ALL: Final = re.compile(r"<defs>\s*<style[^>]*>\*\{([^}]*)\}</style>\s*</defs>")
HEADING: Final = re.compile(r'<g id="(title|subtitle)">(.*?)</g>', re.DOTALL)
PARTS: Final = re.compile(r'<g id="(?:matplotlib\.)?(axes|axis|legend|row)_\w+"')
SIZE: Final = re.compile(r' width="[^"]*" height="[^"]*" viewBox="0 0 ([\d.]+) ([\d.]+)"')
COLOURED: Final = re.compile(r'(<text )?(style="[^"]*")')
STANDS_AT: Final = re.compile(r'(?: y="|translate\([\d.]+ )([\d.]+)')
REFERENCE: Final = re.compile(r'(href="#|url\(#)([^")]+)')
FONTS: Final = re.compile(r"font-family: ([^;\"]*)(; )?")
UPRIGHT: Final = re.compile(r' transform="rotate\(-?0 [^)]*\)"')

BELOW_HEADING: Final = 3.0
"""Points between the line on which a heading stands, and what is drawn below it."""


class Drawing(NamedTuple):
    """A chart in a page: its title, what it is of, what it shows for those who cannot see it, and as SVG."""

    title: str
    said: str
    alt: str
    caption: str
    svg: Markup


def drawing(svg: str, alt: str, caption: str) -> Drawing:
    """The chart of a file; `caption` says how it is to be read."""
    headings = dict(HEADING.findall(svg))
    title, said = (_words(headings.get(name, "")) for name in ("title", "subtitle"))
    label = Markup('<svg role="img" aria-label="{}" ').format(alt)
    return Drawing(title, said, alt, caption, Markup(compact(svg).replace("<svg ", label, 1)))


def _words(heading: str) -> str:
    """The lines of a heading as one text."""
    return unescape(" ".join(re.findall(r"<text[^>]*>([^<]*)</text>", heading)))


def compact(svg: str) -> str:
    """The same drawing as matplotlib wrote, without its heading and what is not drawn, with short names and few
    decimals, and the page's names for colours that depend on it.
    """
    text = _without_heading(NOT_DRAWN.sub("", svg).replace("xlink:href", "href"))
    text = RULE_FOR_ALL.sub("", text).replace("<svg ", '<svg style="stroke-linejoin: round; stroke-linecap: butt" ', 1)
    text = re.sub(r' (d|x|y)="([^"]*)"', lambda found: f' {found[1]}="{_rounded(found[2])}"', text)
    text = re.sub(r"(translate|rotate)\([^)]*\)", lambda found: _rounded(found[0]), UPRIGHT.sub("", text))
    text = COLOURED.sub(_coloured, _fonts_once(text))
    text = re.sub(r'style="[^"]*"', lambda found: re.sub(r"([:;]) ", r"\1", found[0]), text)
    text = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", text))
    return _short_names(PARTS.sub(r'<g class="\1"', text), f"c{crc32(svg.encode()):x}_").strip()


def _without_heading(text: str) -> str:
    """What is drawn below title and subtitle, as large as it is in its file."""
    lines = [float(y) for _, heading in HEADING.findall(text) for y in STANDS_AT.findall(heading)]
    top = max(lines) + BELOW_HEADING if lines else 0.0
    size = SIZE.search(text)
    assert size is not None
    box = f' viewBox="0 {top:g} {size[1]} {float(size[2]) - top:g}"'
    return HEADING.sub("", SIZE.sub(box, text, count=1))


def _coloured(found: re.Match[str]) -> str:
    """A style with the page's names of its colours."""
    is_text = found[1] is not None

    def named(colour: re.Match[str]) -> str:
        name = COLOURS.get(colour[0].upper())
        return colour[0] if name is None or (is_text and name == "paper") else f"var(--{name})"

    return f"{found[1] or ''}{re.sub('#[0-9a-f]{6}', named, found[2])}"


def _rounded(text: str) -> str:
    """Numbers with few decimals, and no space where a letter of a path parts them anyhow."""
    text = re.sub(r"-?\d+\.\d+", lambda found: f"{round(float(found[0]), DECIMALS):g}", text)
    return re.sub(r"\s*([A-Za-z])\s+", r"\1", text).strip()


def _fonts_once(text: str) -> str:
    """The fonts, which are the same everywhere, as those of the whole drawing, without their quotes."""
    fonts = FONTS.search(text)
    if fonts is None:
        return text
    family = fonts[1].replace("'", "")
    return FONTS.sub("", text).replace("<svg ", f'<svg font-family="{family}" ', 1)


def _short_names(text: str, prefix: str) -> str:
    """What is referred to gets the next short name, which no other drawing has, and nothing else has any."""
    named = dict.fromkeys(found[2] for found in REFERENCE.finditer(text))
    short = {name: f"{prefix}{number}" for number, name in enumerate(named)}
    text = REFERENCE.sub(lambda found: f"{found[1]}{short[found[2]]}", text)
    return re.sub(r' id="([^"]*)"', lambda found: f' id="{short[found[1]]}"' if found[1] in short else "", text)
