"""The player: it shows what the engine's fold says, obeys the keyboard, says what it does, and is quick."""

import random

import pytest
from playwright.sync_api import Locator, Page

from folded import Stood, folded
from stagesim.scenario.reading.loader import load
from stagesim.testing.stories.course import Course, course

from .conftest import Opened

LISTS = ["stage", "queue", "preparing", "invited"]


@pytest.fixture(scope="module")
def seminar() -> Course:
    return course(load("scenarios/seminar.yaml"), mode="join_by_request")


@pytest.fixture
def player(opened: Opened) -> Page:
    return opened("replay")


def slider(page: Page) -> Locator:
    return page.get_by_role("slider", name="Time in the session")


def moment(page: Page) -> int:
    """Milliseconds from the session's start."""
    return int(slider(page).input_value())


SHOWN = """([times, lists]) => {
  const slider = document.querySelector("[type=range]");
  const names = (list) => [...document.querySelectorAll(`[data-part=${list}] button`)].map((each) => each.textContent);
  return times.map((time) => {
    slider.value = time;
    slider.dispatchEvent(new Event("input"));
    return lists.map(names);
  });
}"""


def as_shown(stood: Stood) -> list[list[str]]:
    """The lists of people that the page shows where the room stands like this."""

    def chip(name: str) -> str:
        return f"{name} (away)" if stood.people[name][1] == "away" else name

    def standing(word: str) -> list[str]:
        return [name for name, (now, presence) in stood.people.items() if now == word and presence != "gone"]

    return [
        [chip(name) for name in each] for each in (stood.stage, stood.queue, standing("preparing"), standing("invited"))
    ]


def test_it_shows_at_a_thousand_moments_what_the_engines_fold_says(player: Page, seminar: Course) -> None:
    draw, start_ms = random.Random(5), seminar.log.header.start_ms
    ends = [seminar.moments[place].at_ms for place in (0, 400, -1)]
    moments = sorted([*ends, *(draw.randint(ends[0], ends[-1]) for _ in range(997))])
    shown = player.evaluate(SHOWN, [[moment - start_ms for moment in moments], LISTS])
    for moment, found, stood in zip(moments, shown, folded(seminar, moments), strict=True):
        stage, queue, *in_any_order = as_shown(stood)
        assert found[:2] == [stage, queue], moment
        assert [sorted(each) for each in found[2:]] == [sorted(each) for each in in_any_order], moment
    assert all(any(found[place] for found in shown) for place in range(3)), "nobody is invited there"


def test_keys_move_play_and_step(player: Page) -> None:
    slider(player).focus()
    player.keyboard.press("Home")
    start = moment(player)
    player.keyboard.press("PageUp")
    assert moment(player) > start
    player.keyboard.press("Home")
    assert moment(player) == start
    player.keyboard.press("n")
    player.keyboard.press("n")
    second = moment(player)
    player.keyboard.press("n")
    assert moment(player) > second
    player.keyboard.press("p")
    assert moment(player) == second
    player.keyboard.press("Space")
    play = player.get_by_role("button", name="Pause")
    assert play.get_attribute("aria-pressed") == "true"
    player.wait_for_function(
        "second => Number(document.querySelector('[type=range]').value) > second", arg=float(second)
    )
    play.focus()
    player.keyboard.press("Space")
    stopped = moment(player)
    assert player.get_by_role("button", name="Play").get_attribute("aria-pressed") == "false"
    player.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert moment(player) == stopped


def test_arrows_move_by_five_seconds(player: Page) -> None:
    slider(player).focus()
    player.keyboard.press("Home")
    start = moment(player)
    for key, seconds in (("ArrowRight", 5), ("ArrowUp", 10), ("ArrowLeft", 5), ("ArrowDown", 0)):
        player.keyboard.press(key)
        assert moment(player) == start + 1000 * seconds


def test_keys_of_one_letter_are_those_of_the_player_alone_while_it_has_the_focus(player: Page) -> None:
    before = moment(player)
    player.locator("body").press("n")
    assert moment(player) == before
    slider(player).press("n")
    assert moment(player) > before


def test_whoever_is_chosen_by_keyboard_keeps_the_focus(player: Page) -> None:
    slider(player).focus()
    player.keyboard.press("Home")
    while not player.locator("[data-part=stage] button").count():
        player.keyboard.press("n")
    chip = player.locator("[data-part=stage] button").first
    name = chip.inner_text()
    chip.focus()
    chip.press("Enter")
    assert player.evaluate("looking.focused()") == {"said": f"button {name}", "ring": True, "within": True}
    for _ in range(4):  # also where that person stands in no list any more
        before = moment(player)
        player.keyboard.press("n")
        assert moment(player) > before
        assert player.locator("[data-part=person]").inner_text().startswith(name)
        assert player.locator("[data-part=feed] .what").first.inner_text().startswith(name)


def test_it_says_what_happens_where_one_steps_to_and_what_it_does_not_find(player: Page) -> None:
    status = player.get_by_role("status")
    slider(player).focus()
    player.keyboard.press("n")
    assert status.inner_text().endswith(player.locator("[data-part=feed] .what").first.inner_text())
    assert not status.evaluate("status => looking.boxes().some((each) => each.element === status)")
    player.keyboard.press("End")
    player.keyboard.press("n")
    assert status.inner_text() == "There is no later event."
    assert status.evaluate("status => looking.boxes().some((each) => each.element === status)")


def test_it_filters_by_a_name_and_says_which_it_does_not_know(player: Page) -> None:
    only = player.get_by_role("combobox", name="Only")
    only.fill("nobody-at-all")
    only.press("Enter")
    assert player.get_by_role("status").inner_text() == "Nobody is called nobody-at-all."
    only.fill("audience-9")
    only.press("Enter")
    assert player.get_by_role("status").inner_text() == ""
    slider(player).press("End")
    said = player.locator("[data-part=feed] .what").all_inner_texts()
    assert said
    assert all(each.startswith("audience-9: ") for each in said)


@pytest.mark.parametrize("sort", ["declined", "gave_up"])
def test_it_jumps_to_the_next_of_a_sort_and_back(player: Page, sort: str) -> None:
    player.get_by_label("Jump to").select_option(sort)
    slider(player).press("Home")
    slider(player).press("j")
    first = moment(player)
    slider(player).press("j")
    assert moment(player) > first
    assert player.locator(f"[data-part=feed] li.{sort}").count()
    player.get_by_role("button", name="One before").press("Enter")
    assert moment(player) == first
    slider(player).press("k")
    assert player.get_by_role("status").inner_text().startswith("There is no earlier ")


def test_a_link_leads_to_a_moment_and_a_person(player: Page) -> None:
    player.evaluate("location.hash = '#t=12:34&who=audience-9'")
    assert moment(player) == 754_000
    assert player.get_by_role("combobox", name="Only").input_value() == "audience-9"
    assert player.get_by_role("link", name="Link to this moment").get_attribute("href") == "#t=12:34&who=audience-9"


def test_other_runs_are_chosen_and_the_first_difference_is_found_anew(opened: Opened) -> None:
    page = opened("compare")
    page.locator("summary", has_text="A session to play").click()
    second = page.locator(".panel").nth(1)
    second.get_by_label("Run").select_option("Invite only")
    assert second.get_attribute("aria-label") == "Invite only"
    slider(page).press("End")
    page.get_by_role("button", name="First difference").press("Enter")
    apart = moment(page)
    assert page.locator("[data-part=feed] .alone").count()
    page.get_by_role("button", name="Next one").press("Enter")
    assert moment(page) > apart, "the next difference"
    assert page.locator("[data-part=feed] li").first.locator(".alone").count()
    page.get_by_role("button", name="First difference").press("Enter")
    slider(page).press("p")
    assert moment(page) < apart
    assert page.locator("[data-part=feed] .alone").count() == 0
    second.get_by_label("Run").select_option("Everyone on stage")
    assert page.get_by_role("button", name="The two runs are the same").is_disabled()


SCRUBBED = """async (frames) => {
  const slider = document.querySelector("[type=range]"), first = Number(slider.min), last = Number(slider.max);
  const frame = window.requestAnimationFrame.bind(window), later = window.setTimeout.bind(window), taken = [];
  let spent = 0;
  const timed = (work) => (...given) => {
    const from = performance.now();
    work(...given);
    spent += performance.now() - from;
  };
  window.requestAnimationFrame = (work) => frame(timed(work));
  window.setTimeout = (work, ...given) => later(timed(work), ...given);
  const drag = timed((share) => {
    slider.value = first + share * (last - first);
    slider.dispatchEvent(new Event("input"));
  });
  for (let number = 0; number < frames; number += 1) {
    spent = 0;
    drag((number * 0.618) % 1);
    await new Promise(frame);
    taken.push(spent);
  }
  return taken.sort((one, other) => one - other);
}"""
"""Milliseconds of script in each frame while the slider is dragged to and fro: its handler, and what that puts off."""


def test_while_scrubbing_two_runs_of_300_people_the_script_takes_at_most_16_ms_a_frame(opened: Opened) -> None:
    taken = opened("replay of two").evaluate(SCRUBBED, 100)
    assert taken[50] > 0, "something is drawn"
    assert taken[95] <= 16, taken
