"""YAML 1.2 text -> plain data, and where in the text every key and value stands.

The text is composed into ruamel.yaml's tree of nodes, which has the positions, and turned into dicts and lists here:
no Python object can be named in a file, dates stay text, and keys that come twice are found.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from stagesim.scenario.faults import Problem, ScenarioError, shown

if TYPE_CHECKING:
    from ruamel.yaml import Node

Path = tuple[str | int | float, ...]

MOST_NODES: Final = 200_000
"""Values in a file at most; what has more by way of aliases is no scenario but an attack, or an accident."""


@dataclass(frozen=True, slots=True)
class Position:
    """A place in a text: the file's name, or the setting's; lines and columns count from 1."""

    place: str
    line: int | None = None
    column: int | None = None


@dataclass(slots=True)
class Document:
    """The data of one file, with the position of every value and of every key, the problems found on the way, and the
    text, if it was one.
    """

    name: str
    data: Any = None
    text: str = ""
    values: dict[Path, Position] = field(default_factory=dict)
    keys: dict[Path, Position] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def at(self, path: Path) -> Position:
        """Where the value stands; if it is not in the text, where the nearest one around it does."""
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Position(self.name))

    def problem(self, at: Position, path: Path, message: str, hint: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(at.place, at.line, at.column, dotted(path), message, hint))


def dotted(path: Path) -> str:
    """A path as a setting takes it: `script.3.at`."""
    return ".".join(map(str, path))


def read(text: str, name: str) -> Document:
    """The document of a text; raises ScenarioError where the text is not YAML."""
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    document = Document(name, text=text)
    try:
        root = _composed(text)
        if root is not None:
            _Reader(document).convert(root, (), ())
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (None, None) if mark is None else (mark.line + 1, mark.column + 1)
        raise ScenarioError([Problem(name, line, column, "", *_explained(str(error.problem), text, line))]) from None
    except RecursionError:
        hint = "a scenario needs a few levels only"
        raise ScenarioError([Problem(name, None, None, "", "nested too deeply", hint)]) from None
    except YAMLError:
        line, column = _control_character(text)
        hint = "remove the character, or write it as an escape between double quotes"
        raise ScenarioError([Problem(name, line, column, "", "a control character in the text", hint)]) from None
    return document


@lru_cache(maxsize=2)
def _composed(text: str) -> "Node | None":
    """The tree of a text, which nobody changes: a question reads the same file with many settings."""
    from ruamel.yaml import YAML

    root: Node | None = YAML(typ="safe", pure=True).compose(text)
    return root


_KNOWN_TROUBLE: Final[Mapping[str, tuple[str, str]]] = {
    "mapping values are not allowed": (
        "a `:` where no key can be",
        "put a text that contains `: ` between quotes, and check the indentation",
    ),
    "another document": ("a second document begins here", "one file is one scenario; remove the `---`"),
    "undefined alias": ("an alias that is not defined", "define it before with `&name`, or write the value out"),
    "end of stream while scanning a quoted": ("a quote that is not closed", "add the closing quote"),
    "cannot start any token": (
        "a value cannot start with this character",
        "put the text between quotes",
    ),
    "unknown escape": ("an unknown escape in a quoted text", "use single quotes, in which `\\` is plain"),
    "found unexpected end of stream": ("a quote that is not closed", "add the closing quote"),
    "but got '<stream end>'": ("a bracket that is not closed", "add the closing `]` or `}`"),
    "expected <block end>": (
        "the indentation does not fit what stands above",
        "indent everything of one mapping or list alike, with spaces",
    ),
    "could not find expected ':'": ("a key without a `:`", "write `key: value`"),
}


def _explained(problem: str, text: str, line: int | None) -> tuple[str, str]:
    """A YAML problem, and a hint, in plain words."""
    current = text.splitlines()[line - 1] if line and line <= len(text.splitlines()) else ""
    if "\t" in current[: len(current) - len(current.lstrip())] or "'\\t'" in problem:
        return "a tab in the indentation", "indent with spaces; YAML does not allow tabs there"
    for words, explained in _KNOWN_TROUBLE.items():
        if words in problem:
            return explained
    return f"not valid YAML: {problem}", "check the indentation, the quotes and the brackets"


def _control_character(text: str) -> tuple[int | None, int | None]:
    for number, line in enumerate(text.split("\n"), 1):
        for column, character in enumerate(line, 1):
            if not character.isprintable() and character not in "\t\r\x85\xa0":
                return number, column
    return None, None


class _Reader:
    """Turns nodes into data, and keeps account of positions."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.nodes = 0

    def position(self, node: "Node") -> Position:
        return Position(self.document.name, node.start_mark.line + 1, node.start_mark.column + 1)

    def convert(self, node: "Node", path: Path, above: tuple[int, ...]) -> None:
        """Convert the root; its data goes to the document."""
        self.document.data = self.value(node, path, above)

    def value(self, node: "Node", path: Path, above: tuple[int, ...]) -> Any:
        from ruamel.yaml.nodes import MappingNode, SequenceNode

        self.nodes += 1
        at = self.document.values[path] = self.position(node)
        if self.nodes > MOST_NODES:
            hint = "aliases that contain aliases multiply; write the values out"
            raise ScenarioError([Problem(at.place, at.line, at.column, dotted(path), "too many values", hint)])
        if id(node) in above:
            self.document.problem(at, path, "an alias that contains itself", "write the value out")
            return None
        inside = (*above, id(node))
        if isinstance(node, MappingNode):
            return self.mapping(node, path, inside)
        if isinstance(node, SequenceNode):
            return [self.value(item, (*path, index), inside) for index, item in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: "Node", path: Path, above: tuple[int, ...]) -> dict[Any, Any]:
        result: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node.value, str):
                hint = "write a name, or quote what contains brackets"
                self.document.problem(self.position(key_node), path, "a key cannot be a mapping or a list", hint)
                continue
            key = self.scalar(key_node, path)
            key = key_node.value if key is None or isinstance(key, bool) else key
            here = (*path, key)
            if key in result:
                first = self.document.keys[here]
                hint = f"it stands in line {first.line} already; remove one of them"
                self.document.problem(self.position(key_node), here, f"the key {shown(key)} comes twice", hint)
                continue
            self.document.keys[here] = self.position(key_node)
            result[key] = self.value(value_node, here, above)
        return result

    def scalar(self, node: "Node", path: Path) -> Any:
        text = _joined(node.value)
        match str(node.tag).removeprefix("tag:yaml.org,2002:"):
            case "null":
                return None
            case "bool":
                return text.lower() == "true"
            case "int":
                return _whole_number(text)
            case "float":
                return float(text.lower().replace("_", "").replace(".inf", "inf").replace(".nan", "nan"))
            case "str" | "timestamp" | "merge" | "value":
                return text
            case tag:
                hint = "leave the tag out; a scenario has plain values only"
                self.document.problem(self.position(node), path, f"unknown tag `{tag}`", hint)
                return None


def _joined(text: str) -> str:
    """The text with the two halves of a character, as JSON escapes it, made one; a half alone stays what it is."""
    if text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def _whole_number(text: str) -> int | str:
    """YAML 1.2's whole numbers; one that Python does not take stays text, so that it is reported as what it is."""
    digits = text.replace("_", "").lower()
    try:
        return int(digits, 0) if digits.lstrip("+-")[:2] in {"0x", "0o", "0b"} else int(digits)
    except ValueError:
        return text
