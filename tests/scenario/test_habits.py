"""Staff may have whatever anybody has who wishes to speak; unless a scenario says so, they have no wishes."""

from stagesim.scenario.habits import Habits, can_wish
from stagesim.scenario.moderators import Moderators
from stagesim.scenario.participants import Participants
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.values.distributions import Fixed
from stagesim.scenario.wishless import nobody_wishes

HEAD = "title: t\nduration: 10 min\n"


def test_staff_have_the_keys_of_everybody_in_groups_too() -> None:
    text = """\
moderators:
  connection: {lost_after: 5 min, gap: 30 s, second_device: 0.5}
  groups:
    chairs: {revokes_after: 1 min, wishes: {rate: 4 per hour, load: 2, meanwhile: merged}, patience: 2 min}
    helpers: {}
"""
    chairs, helpers = loads(HEAD + text).moderators.values()
    assert chairs.revokes_after == Fixed(60_000.0)
    assert chairs.patience == Fixed(120_000.0)
    assert (chairs.wishes.meanwhile, chairs.wishes.load) == ("merged", Fixed(2.0))
    assert chairs.connection == helpers.connection
    assert helpers.connection is not None
    assert helpers.connection.second_device == 0.5
    assert can_wish(chairs)
    assert not can_wish(helpers)


def test_by_default_staff_wish_nothing_lose_no_connection_and_take_nothing_back() -> None:
    group = loads(HEAD + "moderators: {}").moderators["moderators"]
    assert group.revokes_after is None
    assert group.connection is None
    assert not can_wish(group)


def test_both_kinds_of_people_share_their_habits_and_the_defaults() -> None:
    for name, field in Habits.model_fields.items():
        assert Participants.model_fields[name].default == Moderators.model_fields[name].default == field.default


def test_a_wish_of_staff_is_a_wish() -> None:
    assert not nobody_wishes(loads(HEAD + "moderators: {wishes: {on_arrival: 1}}"))
    assert nobody_wishes(loads(HEAD + "moderators: {count: 0, wishes: {on_arrival: 1}}"))
