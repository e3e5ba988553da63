"""Documents that cannot rot: links lead somewhere, Python compiles, commands exist."""

import ast
import importlib.util
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise
from pathlib import Path
from typing import Any, NamedTuple

import click
import pytest

from stagesim.commands.options import MODES, variant_changes
from stagesim.experiments.questions.factors import factors_and_settings
from stagesim.experiments.questions.goals import goal
from stagesim.scenario.reading.bundled import bundled
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


def parsed(words: Sequence[str]) -> click.Context:
    """What click makes of a command of ours; the options of its help end with click's own exception."""
    command: click.Command = root_command()
    context = click.Context(command, **command.context_settings)
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
        # Below the context of the root: click remembers a help option as it was named when first asked for.
        context = click.Context(command, parent=context)
    if isinstance(command, click.Group) and words and words[0] not in {"--help", "--version"}:
        raise click.UsageError(f"there is no command `{words[0]}`")
    return command.make_context(command.name, list(words), parent=context.parent)


def our_commands() -> list[tuple[str, list[str]]]:
    """The commands of ours in all shell blocks, each without its program."""
    return [(place, words) for place, (program, *words) in command_lines() if program.rsplit("/", 1)[-1] == "stagesim"]


def test_commands_are_such_as_stagesim_takes() -> None:
    wrong = []
    for place, words in our_commands():
        try:
            wrong += [f"{place}: {' '.join(words)}: {each}" for each in not_there(parsed(words).params)]
        except click.exceptions.Exit:
            continue
        except click.UsageError as error:
            # Without a command it says what there is; so does a page that has the shell ask it for completions.
            wrong += [f"{place}: {' '.join(words)}: {error.format_message()}"] if words else []
    assert len(our_commands()) > 80
    assert wrong == []


def not_there(given: Mapping[str, Any]) -> Iterator[str]:
    """Names of scenarios and modes that nobody knows; files with an ending are the reader's own."""
    named = [given.get("scenario"), *(given.get("scenarios") or ()), *(given.get("paths") or ())]
    names = [str(each) for each in named if each is not None and re.fullmatch(r"\w+", str(each))]
    yield from (f"no scenario `{each}`" for each in names if not bundled(each) and not (ROOT / each).exists())
    yield from (
        f"no mode `{each}`" for each in (given.get("modes") or "").split(",") if each not in {"", "all", *MODES}
    )
    for each in given.get("goals") or ():
        goal(each)


def test_commands_in_sentences_exist_with_their_options() -> None:
    said = [
        (name(path), words.split()[1:])
        for path in documents()
        for words in re.findall(r"`(stagesim [^`]+)`", FENCE.sub("", path.read_text(encoding="utf-8")))
    ]
    assert len(said) > 80
    assert [f"{place}: {each}" for place, words in said for each in unknown(words)] == []


def unknown(words: Sequence[str]) -> Iterator[str]:
    """The command or the options that we do not have; what an option wants may be left out in a sentence."""
    command: click.Command = root_command()
    while isinstance(command, click.Group) and words and words[0] in command.commands:
        command, words = command.commands[words[0]], words[1:]
    known = {"--", "--help", "--version", *(each for option in command.params for each in option.opts)}
    yield from (word for word in words if word.startswith("--") and word not in known)
    if isinstance(command, click.Group):
        yield from (word for word in words[:1] if not word.startswith("--"))


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
    for place, words in our_commands():
        scenarios = [word for word in words if re.fullmatch(r"scenarios/[\w/]+\.yaml", word) or bundled(word)]
        given = [word for before, word in pairwise(words) if before == "--set"]
        variants = [variant_changes(word)[1] for before, word in pairwise(words) if before == "--variant"]
        if scenarios:
            found += [(place, scenarios[0], each) for each in [*given, *chain.from_iterable(variants)]]
    return found


@pytest.mark.parametrize(("place", "scenario", "setting"), settings_in_documents())
def test_settings_can_be_set(place: str, scenario: str, setting: str) -> None:
    factors, settings = factors_and_settings([setting])
    for each in [*settings, *(one for factor in factors for one in factor.settings())]:
        load(bundled(scenario) or ROOT / scenario, [each])
