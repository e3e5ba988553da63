"""The shell completes commands, options, their values, bundled scenarios and files; in bash, zsh and fish."""

import re
from pathlib import Path

import pytest
from click.shell_completion import ShellComplete, get_completion_class

from stagesim.cli import cli

VARIABLE = "_STAGESIM_COMPLETE"
PAGE = (Path(__file__).parents[1] / "docs/howto/completion.md").read_text(encoding="utf-8")


def completed(*words: str) -> list[tuple[str, str]]:
    """What may stand for the last word: what sort of thing, and the thing itself."""
    *before, begun = words
    found = ShellComplete(cli, {}, "stagesim", VARIABLE).get_completions(before, begun)
    return [(each.type, each.value) for each in found]


def test_commands_options_and_values() -> None:
    assert completed("co") == [("plain", "compare"), ("plain", "conform"), ("plain", "coverage")]
    assert completed("baseline", "s") == [("plain", "save"), ("plain", "show")]
    assert completed("compare", "town_hall", "--rep") == [("plain", "--replications")]
    assert ("plain", "invite_only") in completed("run", "--mode", "")


@pytest.mark.parametrize("command", ["compare", "check", "story", "tip", "verify", "diff", "coverage"])
def test_scenarios_by_name_and_by_file(command: str) -> None:
    assert completed(command, "town") == [("plain", "town_hall")]
    assert completed(command, "ours/ta") == [("file", "ours/ta")]


def test_the_page_has_each_shell_under_the_name_by_which_it_asks() -> None:
    shells = re.findall(rf"{VARIABLE}=(\w+)_source stagesim", PAGE)
    assert set(shells) == {"bash", "zsh", "fish"}
    for shell in shells:
        kind = get_completion_class(shell)
        assert kind is not None
        assert (
            f"{VARIABLE}={shell}_complete" in kind.source_template % kind(cli, {}, "stagesim", VARIABLE).source_vars()
        )
