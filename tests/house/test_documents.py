"""Documents that cannot rot: links lead somewhere, Python compiles, commands exist."""

import ast
import importlib.util
import re
import shlex
import textwrap
from pathlib import Path
from typing import NamedTuple

import click
import pytest

from stagesim.experiments.questions.factors import factors_and_settings
from stagesim.scenario.reading.loader import load

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^(?P<indent> *)```(?P<word>\w*)[^\n]*\n(?P<body>.*?)^(?P=indent)```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
HEADING = re.compile(r"^#+ +(.+?) *#*$", re.MULTILINE)


class Block(NamedTuple):
    """A code block of a document; `word` is the language after the fence."""

    place: str
    word: str
    body: str


def documents() -> list[Path]:
    found = [*ROOT.glob("*.md")]
    for folder in ("benchmarks", "docs", "notebooks", "policies", "reports", "scenarios", "sim"):
        found += (ROOT / folder).rglob("*.md")
    return sorted(path for path in found if ".ipynb_checkpoints" not in path.parts)


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def blocks() -> list[Block]:
    found = []
    for path in documents():
        text = path.read_text(encoding="utf-8")
        for match in FENCE.finditer(text):
            place = f"{name(path)}:{text.count(chr(10), 0, match.start()) + 1}"
            found.append(Block(place, match["word"], textwrap.dedent(match["body"])))
    return found


def anchors(path: Path) -> set[str]:
    """The anchors that the headings of a document get: lower case, words joined by hyphens."""
    headings = HEADING.findall(FENCE.sub("", path.read_text(encoding="utf-8")))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def command_lines() -> list[tuple[str, list[str]]]:
    """The commands of all shell blocks, without prompts, comments, assignments and what is printed."""
    found = []
    for block in blocks():
        if block.word not in {"console", "sh", "bash", "shell"}:
            continue
        lines = block.body.replace("\\\n", " ").splitlines()
        if any(line.startswith("$ ") for line in lines):
            lines = [line[2:] for line in lines if line.startswith("$ ")]
        for line in lines:
            for words in simple_commands(line):
                while words and re.fullmatch(r"[A-Z_]+=.*", words[0]):
                    del words[0]
                if words:
                    found.append((block.place, words))
    return found


def simple_commands(line: str) -> list[list[str]]:
    """The commands of a line, apart at `&&`, `|` and the like, without redirections; quoted words are kept whole."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;<>")
    lexer.whitespace_split = True
    found: list[list[str]] = [[]]
    redirected = False
    for word in lexer:
        if word and set(word) <= set("&|;"):
            found.append([])
            redirected = False
        elif word and set(word) <= set("<>"):
            redirected = True
        elif not redirected:
            found[-1].append(word)
    return found


def root_command() -> click.Group:
    cli = importlib.import_module("stagesim.cli")
    groups = [each for each in vars(cli).values() if isinstance(each, click.Group)]
    inner = [command for group in groups for command in group.commands.values()]
    return next(group for group in groups if group not in inner)


@pytest.mark.parametrize("path", documents(), ids=name)
def test_links_lead_somewhere(path: Path) -> None:
    text = FENCE.sub("", path.read_text(encoding="utf-8"))
    broken = []
    for target in LINK.findall(text):
        if re.match(r"[a-z]+:", target):
            continue
        file, _, anchor = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        if not there.exists() or (anchor and there.suffix == ".md" and anchor not in anchors(there)):
            broken.append(target)
    assert broken == []


@pytest.mark.parametrize("block", [each for each in blocks() if each.word == "python"], ids=lambda block: block.place)
def test_python_compiles(block: Block) -> None:
    tree = ast.parse(block.body, filename=block.place)
    assert tree.body, "an empty example"
    compile(tree, block.place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)


@pytest.mark.parametrize("block", [each for each in blocks() if each.word == "python"], ids=lambda block: block.place)
def test_what_python_imports_from_us_is_there(block: Block) -> None:
    for node in ast.walk(ast.parse(block.body)):
        modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            modules = [node.module]
        for module in modules:
            if module.split(".")[0] not in {"stageaccess", "stagesim"}:
                continue
            loaded = importlib.import_module(module)
            wanted = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            missing = [each for each in wanted if not hasattr(loaded, each) and not is_module(f"{module}.{each}")]
            assert missing == [], f"{block.place}: {module}"


def is_module(full_name: str) -> bool:
    return importlib.util.find_spec(full_name) is not None


def test_stagesim_commands_exist() -> None:
    root = root_command()
    wrong = []
    for place, line in command_lines():
        if line[0].rsplit("/", 1)[-1] != "stagesim":
            continue
        command: click.Command = root
        context = click.Context(root, **root.context_settings)
        words = line[1:]
        while isinstance(command, click.Group) and words and words[0] in command.commands:
            command, words = command.commands[words[0]], words[1:]
            # Below the context of the root: click remembers a help option as it was named when first asked for.
            context = click.Context(command, parent=context)
        try:
            command.make_parser(context).parse_args(list(words))
        except click.UsageError as error:
            wrong.append(f"{place}: {' '.join(words)}: {error.format_message()}")
        if isinstance(command, click.Group) and words and words[0] != "--help" and words[0] != "--version":
            wrong.append(f"{place}: there is no command `{words[0]}`")
    assert wrong == []


def test_make_commands_exist() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    asked = [(place, word) for place, (program, *words) in command_lines() if program == "make" for word in words]
    assert asked, "no document says `make test`"
    assert [each for each in asked if "=" not in each[1] and each[1] not in targets] == []


def test_files_that_commands_name_exist() -> None:
    programs = {"stagesim", "python", "python3", "pytest"}
    named = [
        (place, word)
        for place, (program, *words) in command_lines()
        if program.rsplit("/", 1)[-1] in programs
        for word in words
        if re.fullmatch(r"(scenarios|tests|benchmarks|docs|notebooks)/[\w./-]+", word)
    ]
    assert [each for each in named if not (ROOT / each[1]).exists()] == []


def settings_in_documents() -> list[tuple[str, str, str]]:
    """Document, scenario and setting: those of commands with their scenario, those between words with the seminar."""
    found = []
    for path in documents():
        words = re.findall(r"`((?:room|audience|moderators)\.[\w.]+=[^`]+)`", path.read_text(encoding="utf-8"))
        found += [(name(path), "scenarios/seminar.yaml", setting) for setting in words]
    for place, (program, *words) in command_lines():
        files = [word for word in words if re.fullmatch(r"scenarios/[\w/]+\.yaml", word)]
        if program.rsplit("/", 1)[-1] == "stagesim" and files:
            found += [(place, files[0], words[at + 1]) for at, word in enumerate(words) if word == "--set"]
    return found


@pytest.mark.parametrize(("place", "scenario", "setting"), settings_in_documents())
def test_settings_can_be_set(place: str, scenario: str, setting: str) -> None:
    factors, settings = factors_and_settings([setting])
    for each in [*settings, *(one for factor in factors for one in factor.settings())]:
        load(ROOT / scenario, [each])
