"""`python -m stageaccess`: the line protocol on standard input and output.

Usage: python -m stageaccess

Reads one JSON object a line from standard input and answers each with one line on standard output, at once and in
order:

  {"room": {"mode": "join_by_request"}}               a fresh room; with "told": true, events name who got a notice
  {"at": 12.5, "do": "ask_to_join", "by": "pat"}      a command
  {"at": 20}                                          time goes on
  {"ask": "state"}                                    who is where
  {"ask": "actions", "of": "pat"}                     what a person could do now
  {"ask": "due"}                                      when something happens next by itself
  {"ask": "engine"}                                   who answers

Whatever else a line says, the answer is {"error": "..."}, and nothing has changed. The page
docs/reference/protocol.md of the project has every field and every rule.
"""

import os
import sys

from stageaccess.protocol import serve
from stageaccess.version import __version__


def main() -> int:
    """Serves until the input ends; gives the exit code."""
    if sys.argv[1:]:
        return _usage(sys.argv[1:])
    out = sys.stdout.buffer

    def write(line: bytes) -> None:
        out.write(line)
        out.flush()

    try:
        serve(sys.stdin.buffer, write)
    except BrokenPipeError:
        # The reader has gone. What is still buffered must not raise again when the interpreter closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def _usage(arguments: list[str]) -> int:
    if arguments in (["--help"], ["-h"]):
        print(__doc__)
        return 0
    if arguments == ["--version"]:
        print(f"stageaccess {__version__}")
        return 0
    said = f"stageaccess takes no arguments, but was given `{' '.join(arguments)}`"
    print(f"{said}\nhint: try --help or --version", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
