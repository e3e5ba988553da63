"""Keys of a scenario have names that people read, wherever they are told."""

from pathlib import Path

import pytest

from stagesim.reporting.words.keys import NAMES, is_share, key_heading, key_words
from stagesim.scenario.forms.json_schema import json_schema
from stagesim.scenario.reading.loader import load


def test_everything_that_a_bundled_scenario_assumes_has_a_name() -> None:
    for path in sorted(Path("scenarios").glob("*.yaml")):
        for each in load(path).assumptions:
            assert key_words(each.range.path) != each.range.path


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("audience.count", "people in the audience"),
        ("audience.patience.lognormal.median", "patience, from a wish to giving up (median)"),
        ("audience.wishes.rounds.0.share", "share of people with a wish in a question round"),
        ("audience.groups.phone.silent", "share of those giving up who do not say so (phone)"),
        ("moderators.groups.lead.review.time.gamma.mean", "time of a review (lead, average)"),
        ("rules.name", "rules.name"),
    ],
)
def test_a_key_is_told_with_its_group_and_what_of_a_distribution_it_is(path: str, words: str) -> None:
    assert key_words(path) == words
    assert key_heading(path)[0] == (words[0] if words == path else words[0].upper())


def test_shares_and_chances_are_told_in_per_cent() -> None:
    assert is_share("audience.answer.accept")
    assert is_share("audience.mobile")
    assert not is_share("audience.count")


def test_every_name_is_of_a_key_that_there_is() -> None:
    known = str(json_schema())
    for names in NAMES.values():
        for path in names:
            assert all(f"'{part}'" in known for part in path.split(".")), path
