"""The templates of the pages, with their values put in."""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

MARKS: Final = re.compile(
    r"`([^`]+)`|(?<=\d) (?=(?:%|s|ms|min|h|points?)(?!\w))|(?<=\w) (?=± \d)|(?<=±) (?=\d)|(?<=best:) "
    r"|(?<=→) (?=\d)"
)
"""What is code, and a space between a number and its unit, its margin of error, or the sign before it."""


def rendered(template: str, **values: object) -> Markup:
    """A template of this package with its values put in, ready to be put into another."""
    return Markup(_environment().get_template(template).render(**values))


@cache
def _environment() -> Environment:
    """One for all, which keeps the templates that it has read."""
    loader = PackageLoader("stagesim.reporting.page", "templates")
    found = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    found.filters |= {"marked": marked, "breakable": breakable, "command": command}
    return found


def marked(said: str) -> Markup:
    """A text with what stands in backticks set as code, and every number on the line of its unit."""

    def replaced(found: re.Match[str]) -> str:
        return f"<code>{command(Markup(found[1]))}</code>" if found[1] else "\N{NO-BREAK SPACE}"

    return Markup(MARKS.sub(replaced, str(escape(said))))


def command(said: str) -> Markup:
    """A command, of which no option is broken at its hyphens."""
    return Markup(re.sub(r"(?<!\S)--[\w-]+", r'<span class="option">\g<0></span>', str(escape(said))))


def breakable(name: str) -> Markup:
    """The name of a key, which may be broken behind a dot or a low line where the window is narrow."""
    return Markup(re.sub("[._]", r"\g<0><wbr>", str(escape(name))))


def text(name: str) -> Markup:
    """A template that is put in as it is."""
    return Markup((files("stagesim.reporting.page") / "templates" / name).read_text(encoding="utf-8"))


def as_script(data: dict[str, Any]) -> Markup:
    """Plain values as JSON that may stand in a script."""
    return Markup(json.dumps(data, ensure_ascii=True, separators=(",", ":")).replace("<", "\\u003c"))
