"""Charts inside a page: the same drawing as in its file, written in half of the characters."""

import re
from typing import Final

from markupsafe import Markup

DECIMALS: Final = 2
"""Decimals of a coordinate: a hundredth of a point is far below what a screen shows."""

NOT_DRAWN: Final = re.compile(r"<\?xml.*?\?>|<!DOCTYPE.*?>|<!--.*?-->|<metadata>.*?</metadata>", re.DOTALL)
REFERENCE: Final = re.compile(r'(href="#|url\(#)([^")]+)')
FONTS: Final = re.compile(r"font-family: ([^;\"]*)(; )?")
UPRIGHT: Final = re.compile(r' transform="rotate\(-?0 [^)]*\)"')


def inline(svg: str) -> Markup:
    """A chart as an address that holds all of it, to stand in double quotes."""
    written = compact(svg).replace('"', "'").replace("%", "%25").replace("#", "%23").replace("&", "&amp;")
    return Markup("data:image/svg+xml,") + Markup(written)


def compact(svg: str) -> str:
    """The same drawing as matplotlib wrote, without what is not drawn, with short names and few decimals."""
    text = NOT_DRAWN.sub("", svg).replace("xlink:href", "href")
    text = re.sub(r' (d|x|y)="([^"]*)"', lambda found: f' {found[1]}="{_rounded(found[2])}"', text)
    text = re.sub(r"(translate|rotate)\([^)]*\)", lambda found: _rounded(found[0]), UPRIGHT.sub("", text))
    text = _fonts_once(text)
    text = re.sub(r'style="[^"]*"', lambda found: re.sub(r"([:;]) ", r"\1", found[0]), text)
    text = re.sub(r">\s+<", "><", re.sub(r"\s*\n\s*", " ", text))
    return _short_names(text).strip()


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


def _short_names(text: str) -> str:
    """What is referred to gets the next short name, and nothing else has any."""
    named = dict.fromkeys(found[2] for found in REFERENCE.finditer(text))
    short = {name: f"a{number}" for number, name in enumerate(named)}
    text = REFERENCE.sub(lambda found: f"{found[1]}{short[found[2]]}", text)
    return re.sub(r' id="([^"]*)"', lambda found: f' id="{short[found[1]]}"' if found[1] in short else "", text)
