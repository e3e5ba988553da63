"""Which text may stand in a name, a title or a note, and how any other text is shown without harm.

A control character moves the cursor of whoever reads it, a line break begins a line that somebody may take for a
command, a change of the direction hides what a line says, and half a character cannot be written to a file at all.
"""

import codecs
import re
from typing import Final

_HARMFUL: Final = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff"
_IN_LINES: Final = re.compile(f"[{_HARMFUL}\t\n]")
_IN_TEXT: Final = re.compile(f"[{_HARMFUL}]")

_BREAKS: Final = "\n\x0b\x0c\r\x1c\x1d\x1e\x85\u2028\u2029"
_COLONS: Final = re.compile(r"^([\s\ufeff\u200b]*)::")
_NUMBER_SIGNS: Final = re.compile(r"##(?=[A-Za-z]*\[)")

_COMMAND: Final = (
    "a command of a CI platform in the text: `::` at the beginning of a line, or such as `# #[` without the space",
    "write something else before it, or a space between the two signs",
)
_HINT: Final = "leave it out; a text has letters, digits, signs and spaces"


def trouble(text: str, *, lines: bool = False) -> tuple[str, str] | None:
    """What is wrong with a text that somebody gave, and what to do; None if nothing is. It may have several `lines`."""
    found = (_IN_TEXT if lines else _IN_LINES).search(text)
    if found is None:
        obeyed = any(_no_command(line) != line for line in text.split("\n"))
        return _COMMAND if obeyed else None
    character = found[0]
    if character in _BREAKS:
        return "a line break in a text of one line", "write it on one line, between quotes"
    if "\ud800" <= character <= "\udfff":
        return f"half a character (`{_escaped(found)}`) in the text", "write the whole character"
    if character >= "\u2000":
        return f"a change of the writing direction (`{_escaped(found)}`) in the text", _HINT
    return f"a control character (`{_escaped(found)}`) in the text", _HINT


def one_line(text: str) -> str:
    """Any text on one line, with escapes for whatever would do harm."""
    return _IN_LINES.sub(_escaped, text)


def harmless(text: str) -> str:
    """A text of several lines for a log, none of which a CI platform takes for a command.

    GitHub obeys a line that begins with two colons, GitHub, Azure and TeamCity what follows two number signs anywhere,
    GitLab and others the control characters of a terminal.
    """
    return "\n".join(one_line_of_a_log(line) for line in text.split("\n"))


def one_line_of_a_log(text: str) -> str:
    """Any text on one line, which no CI platform takes for a command either."""
    return _no_command(one_line(text))


def _no_command(line: str) -> str:
    return _NUMBER_SIGNS.sub("# #", _COLONS.sub(r"\1: :", line))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


REPLACED: Final = "stagesim.replaced"
"""The error handler of output streams: it puts plain signs in the place of what a stream cannot show."""

_PLAIN: Final = {"–": "-", "—": "-", "−": "-", "•": "*", "·": ".", "✓": "+", "×": "x", "…": "~", "’": "'", "→": ">"}


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(each, "?") for each in error.object[error.start : error.end]), error.end


codecs.register_error(REPLACED, _replace)
