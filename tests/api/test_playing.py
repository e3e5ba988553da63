"""A session as it happened, in a notebook: the player in a cell of its own, and the story of one person."""

import base64
import html
import re
import zlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

import stagesim
from stagesim.reporting.page.framed import DARK, EITHER
from stagesim.reporting.page.player import player_page


@pytest.fixture(scope="module")
def narrow(path: Path) -> stagesim.Scenario:
    return stagesim.load(path, {"room.stage_capacity": 1})


@pytest.fixture(scope="module")
def replay(path: Path, narrow: stagesim.Scenario) -> stagesim.Replay:
    return stagesim.replay(path, beside={"narrow": narrow}, modes="join_by_request", seed=4)


@pytest.fixture(scope="module")
def story(path: Path, narrow: stagesim.Scenario) -> stagesim.Story:
    return stagesim.story(path, "unluckiest", beside={"narrow": narrow}, modes="join_by_request", seed=4)


def test_the_player_comes_packed_in_a_frame_of_its_own(replay: stagesim.Replay) -> None:
    shown = replay._repr_html_()
    assert shown.startswith('<iframe title="Replay: A small seminar" srcdoc="')
    assert shown.count("<") == 2
    inside = html.unescape(shown)
    packed = re.search(r'id="packed">([^<]+)<', inside)
    assert packed is not None
    page = zlib.decompress(base64.b64decode(packed[1])).decode()
    assert page == player_page(replay.scenario.title, replay.runs, tells=False), "in a frame, links lead nowhere"
    assert "The unluckiest" in replay.page
    assert len(shown) < len(replay.page) / 2.5
    assert repr(replay) == "<Replay of 'A small seminar': Join by request, as it is | Join by request, narrow>"


def test_the_frame_answers_for_the_notebook_whether_it_is_dark(replay: stagesim.Replay) -> None:
    assert DARK in replay.page
    assert EITHER in replay.page
    assert f'data-dark="{DARK}" data-either="{EITHER}"' in html.unescape(replay._repr_html_())
    css = (files("stagesim.reporting.page") / "templates" / "player.css").read_text(encoding="utf-8")
    assert css.count("prefers-color-scheme") == css.count(DARK)
    assert css.count("color-scheme:") == css.count(EITHER) + css.count("prefers-color-scheme:")


def test_a_replay_is_saved_as_the_page_that_it_shows(replay: stagesim.Replay, tmp_path: Path) -> None:
    assert replay.save(tmp_path / "played").read_text(encoding="utf-8") == replay.page


def test_a_story_stands_beside_that_of_the_other_scenario(story: stagesim.Story, narrow: stagesim.Scenario) -> None:
    lines = story.lines
    assert list(lines.columns) == ["scenario", "mode", "t_s", "sort", "text"]
    assert set(lines["scenario"]) == {"as it is", "narrow"}
    alone = stagesim.story(narrow, story.who, modes="join_by_request", seed=4)
    mine = lines[lines["scenario"] == "narrow"].reset_index(drop=True)
    assert mine["text"].tolist() == alone.lines["text"].tolist()
    shown = story._repr_html_()
    assert ">Join by request, narrow<span>" in shown
    assert shown.count("<div") == len(lines)
    assert f"{story.who} (audience, a computer)" in shown
    assert str(story).startswith("as it is\n")


def test_behaviours_of_ones_own_are_played_and_told(path: Path) -> None:
    def silent(me: Any) -> Any:
        me.enter()
        yield from me.sleep(60_000)

    own: Any = {"audience": silent}
    options: Any = {"modes": "join_by_request", "seed": 4}
    told = stagesim.story(path, "audience-1", behaviours=own, **options)
    assert "wish" not in set(told.lines["sort"])
    assert "no wish to speak" in repr(told)
    played = stagesim.replay(path, behaviours=own, **options)
    assert len(played.page) < len(stagesim.replay(path, **options).page)


def test_what_cannot_be_shown_says_what_can(path: Path, narrow: stagesim.Scenario) -> None:
    with pytest.raises(stagesim.StudyError, match="expected one session or two, got 2 modes of 2 scenarios"):
        stagesim.replay(path, modes=["join_by_request", "invite_only"], beside={"narrow": narrow})
    with pytest.raises(stagesim.StudyError, match="`beside`: expected scenarios by name, got `3`"):
        stagesim.replay(path, beside=3)  # type: ignore[arg-type]
    with pytest.raises(stagesim.StudyError, match="`as it is` is what the first one is called"):
        stagesim.story(path, beside={"as it is": narrow})
    with pytest.raises(stagesim.StudyError, match="nobody is called `phone-99`"):
        stagesim.story(path, "phone-99")
