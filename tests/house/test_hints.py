"""What a message points to is there, wherever the package is installed: every command and option that a text names."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
import pytest

from stagesim.cli import cli
from stagesim.commands.expected import what_was_expected

PACKAGE = Path(__file__).parents[2] / "sim/stagesim"
NAMED = re.compile(r"`stagesim ([a-z][a-z-]*)([^`\n]*)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]*")
ELSEWHERE = re.compile(r"\b(docs/[\w/]+\.md|\w+/README\.md|CONTRIBUTING\.md|make [a-z]+-[a-z]+|scenarios/\w+\.yaml)")
"""What a checkout has, and an installed package has not."""

OF_OTHERS = {"--stagesim-update", "--stagesim-budget", "--help"}
"""Options of pytest, and of every command."""


def texts(path: Path) -> Iterator[tuple[int, str]]:
    """Every text of a module but its docstrings, with `{}` where something is put in."""
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    inner = {id(part) for node in nodes if isinstance(node, ast.JoinedStr) for part in node.values}
    said = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr) and id(node) not in said:
            yield node.lineno, "".join(str(getattr(part, "value", "")) if isinstance(part, ast.Constant) else "{}"
                                       for part in node.values)  # fmt: skip
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner | said:
            yield node.lineno, node.value


@cache
def every_text() -> list[tuple[str, str]]:
    return [
        (f"{path.relative_to(PACKAGE)}:{line}", text)
        for path in sorted(PACKAGE.rglob("*.py"))
        for line, text in texts(path)
    ]


def commands(group: click.Group = cli, before: str = "") -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    for name, command in group.commands.items():
        found[before + name] = command
        if isinstance(command, click.Group):
            found |= commands(command, f"{before}{name} ")
    return found


def options(command: click.Command) -> set[str]:
    return {option for each in command.params for option in each.opts}


COMMANDS = commands()


def test_every_command_that_a_text_names_is_there_with_its_options() -> None:
    wrong = []
    for where, text in every_text():
        for name, rest in NAMED.findall(text):
            inner = rest.split()[0] if rest.split() else ""
            command = COMMANDS.get(f"{name} {inner}") or COMMANDS.get(name)
            given = set(OPTION.findall(rest.partition(" -- ")[0])) - OF_OTHERS
            if command is None or not given <= options(command):
                wrong.append(f"{where}: stagesim {name}{rest}")
    assert not wrong


def test_every_option_that_a_text_names_is_one_of_some_command() -> None:
    known = {option for command in COMMANDS.values() for option in options(command)} | OF_OTHERS
    wrong = [
        f"{where}: {option}"
        for where, text in every_text()
        for quoted in re.findall(r"`(--[^`]*)`", text)
        for option in OPTION.findall(quoted)
        if option not in known
    ]
    assert not wrong


def test_no_message_points_to_what_only_a_checkout_has() -> None:
    wrong = [
        f"{where}: {found}"
        for where, text in every_text()
        for found in ELSEWHERE.findall(text)
        if "Example" not in text
    ]
    assert not wrong


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("new x.yaml --people many", "`--people`: expected a whole number, 1 or more, got `many`"),
        ("new x.yaml --phones most", "`--phones`: expected a share, such as `80 %` or `0.8`, got `most`"),
        ("run x.yaml --speed 0", "`--speed`: expected a number above 0, got `0.0`\n  hint: write `--speed 60`"),
        ("rank x.yaml --confidence high", "`--confidence`: expected a number, got `high`\n  hint: write `--conf"),
        (
            "run x.yaml --mode invite",
            "`--mode`: expected `everyone_on_stage`, `join_by_request` or `invite_only`, got `invite`",
        ),
        ("size x.yaml --vary a", "`--goal` is missing\n  hint: what is to be met; may be repeated: all have to be"),
        ("run", "missing argument `SCENARIO`"),
    ],
)  # fmt: skip
def test_what_is_of_the_wrong_kind_is_said_in_our_words(words: str, said: str) -> None:
    with pytest.raises(click.UsageError) as caught:
        cli.main(words.split(), prog_name="stagesim", standalone_mode=False)
    assert (what_was_expected(caught.value) or "").startswith(said)


def test_no_type_of_a_parameter_is_told_in_clicks_words() -> None:
    """Every number and every choice has words of ours."""
    from stagesim.commands.expected import kind

    types = {type(each.type).__name__: each.type for command in COMMANDS.values() for each in command.params}
    numbers = {name: of for name, of in types.items() if re.search("Int|Float|Choice", name)}
    assert len(numbers) >= 3
    assert [name for name, of in numbers.items() if kind(of) is None] == []
