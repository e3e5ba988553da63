"""The templates of the pages, with their values put in."""

from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup


def rendered(template: str, **values: object) -> Markup:
    """A template of this package with its values put in, ready to be put into another."""
    return Markup(_environment().get_template(template).render(**values))


@cache
def _environment() -> Environment:
    """One for all, which keeps the templates that it has read."""
    loader = PackageLoader("stagesim.reporting.page", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def text(name: str) -> Markup:
    """A template that is put in as it is."""
    return Markup((files("stagesim.reporting.page") / "templates" / name).read_text(encoding="utf-8"))
