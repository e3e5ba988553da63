"""A session as it happened, in Python: played on one clock, or told as the story of one person.

import stagesim

stagesim.replay("town_hall", modes=["everyone_on_stage", "join_by_request"])
stagesim.story("town_hall", "unluckiest")
"""

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from stagesim.agents.surroundings import Behaviour
from stagesim.api.arguments import Keys, Texts, by_names, folder_at, mode_names, own_code, text, truth, whole
from stagesim.api.studies import Place
from stagesim.engines.contract import EngineMaker
from stagesim.engines.subprocess import in_use
from stagesim.experiments.origin import Given, Origin, ScenarioLike, given
from stagesim.experiments.study import StudyError, chosen_modes
from stagesim.scenario.faults import shown
from stagesim.scenario.scenario import Changes, Scenario

if TYPE_CHECKING:
    import pandas as pd

    from stagesim.experiments.kept.matter import Matter
    from stagesim.reporting.page.played import Run as Played
    from stagesim.reporting.words.story import Told
    from stagesim.testing.stories.modes import Stories

AS_IT_IS: Final = "as it is"
"""What the scenario is called that others stand beside."""

HEIGHTS: Final = (760, 900)
"""How high the player's frame is, in pixels: for one session, and for two, which may stand below each other."""

Beside = Mapping[str, ScenarioLike]
"""Other scenarios by name, to be shown beside one."""


def replay(  # noqa: PLR0913 - more than usual, each of them by name
    scenario: ScenarioLike,
    *,
    modes: Texts | None = None,
    beside: Beside | None = None,
    seed: int = 1,
    replication: int = 0,
    sets: Changes = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    disciplines: Keys | None = None,
    engine: EngineMaker | str | None = None,
) -> "Replay":
    """Play a session as it happened: who asks, is brought on, declined, gives up, is pushed off, and by which rule.

    With two modes, or one scenario `beside` this one, such as `{"narrow": narrow}`, two sessions are played on one
    clock, with the same people. Without `modes` it is that of the scenario's room. All else is as in `stagesim.run`.
    """
    sides = _Sides(scenario, sets, beside, modes, only_the_rooms=True)
    if len(sides.modes) * len(sides.scenarios) > 2:
        said = f"{len(sides.modes)} modes of {len(sides.scenarios)} scenarios"
        raise StudyError(f"expected one session or two, got {said}\n  hint: take two `modes`, or one scenario `beside`")
    seed, replication = whole("seed", seed), whole("replication", replication)
    from stagesim.reporting.replay import sessions_of

    own = own_code(sides.first, behaviours, disciplines)
    with in_use(engine) as maker:
        runs = sessions_of(
            sides.scenarios, sides.modes, seed=seed, replication=replication, engine=maker, behaviours=own
        )
    options = {"modes": sides.modes, "beside": sorted(beside or ()), "seed": seed, "replication": replication}
    asked = Origin("replay", {"": sides.source}, options).played_by(own, maker)
    return Replay(sides.first, tuple(runs), seed, asked)


def story(  # noqa: PLR0913 - more than usual, each of them by name
    scenario: ScenarioLike,
    who: str = "typical",
    *,
    group: str = "",
    modes: Texts | None = None,
    beside: Beside | None = None,
    seed: int = 1,
    replication: int = 0,
    sets: Changes = (),
    behaviours: Mapping[str, Behaviour] | None = None,
    disciplines: Keys | None = None,
    engine: EngineMaker | str | None = None,
) -> "Story":
    """Tell what one person wished, pressed, saw and was told, in each mode, and in each scenario `beside` this one.

    `who` is a name, or a pick such as `unluckiest`, `typical` or `pushed-off`, of one `group` or of all; an unknown
    one says which there are. Without `modes` they are those that
    the scenario compares. All else is as in `stagesim.run`.
    """
    sides = _Sides(scenario, sets, beside, modes)
    who, group = text("who", who), text("group", group)
    seed, replication = whole("seed", seed), whole("replication", replication)
    from stagesim.testing.stories.modes import courses_of, stories

    own = own_code(sides.first, behaviours, disciplines)
    told: dict[str, Stories] = {}
    with in_use(engine) as maker:
        for name, each in sides.scenarios.items():
            courses = courses_of(each, sides.modes, seed=seed, replication=replication, engine=maker, behaviours=own)
            told[name] = stories(courses, who, group)
            who, group = told[name].who, ""
    return Story(told)


class _Sides:
    """The scenarios that are shown, by name, and the modes in which they are."""

    def __init__(
        self,
        scenario: ScenarioLike,
        sets: Changes,
        beside: object,
        modes: Texts | None,
        *,
        only_the_rooms: bool = False,
    ) -> None:
        if beside is not None and not isinstance(beside, Mapping):
            hint = 'such as `{"narrow": scenario.changed({"room.stage_capacity": 2})}`'
            raise StudyError(f"`beside`: expected scenarios by name, got {shown(beside)}\n  hint: {hint}")
        self.first: Scenario
        self.source: Given
        self.first, self.source = given(scenario, sets)
        others = {name: given(each)[0] for name, each in by_names("beside", beside or {}).items()}
        if AS_IT_IS in others:
            raise StudyError(f"`{AS_IT_IS}` is what the first one is called\n  hint: take another name")
        self.scenarios = {AS_IT_IS: self.first, **others}
        named = mode_names(modes)
        self.modes = chosen_modes(
            self.first, (str(self.first.room.mode),) if named is None and only_the_rooms else named
        )


@dataclass(frozen=True, slots=True)
class Replay:
    """One session, or two, to be played in a cell of a notebook; `page` is the same as a page, and `save` writes it."""

    scenario: Scenario = field(repr=False)
    runs: "tuple[Played, ...]" = field(repr=False)
    seed: int
    asked: Origin = field(repr=False)

    @property
    def page(self) -> str:
        """The whole page; it needs nothing else, and no network."""
        from stagesim.reporting.page.player import player_page

        return player_page(self.scenario.title, self.runs)

    def save(self, folder: Place, *, fresh: bool = False) -> Path:
        """Write the page into a folder; its path. Something else that is there is replaced only if `fresh` says so."""
        from stagesim.experiments.kept.matter import matter_of_answer
        from stagesim.reporting.replay import publish_replay

        place, again = folder_at("save", folder), truth("fresh", fresh)
        matter: Matter = matter_of_answer("replay", self.scenario, self.seed, self.asked)
        return publish_replay(self.scenario.title, self.runs, place, matter, fresh=again)

    def __repr__(self) -> str:
        return f"<Replay of {self.scenario.title!r}: {' | '.join(run.name for run in self.runs)}>"

    def _repr_html_(self) -> str:
        from stagesim.reporting.page.framed import framed
        from stagesim.reporting.page.player import player_page

        page = player_page(self.scenario.title, self.runs, tells=False)
        return framed(page, f"Replay: {self.scenario.title}", HEIGHTS[len(self.runs) - 1])


@dataclass(frozen=True, slots=True)
class Story:
    """The story of one person; `told` has it by the name of the scenario, and there by mode."""

    told: "Mapping[str, Stories]" = field(repr=False)

    @property
    def who(self) -> str:
        """The name of the person."""
        return self._any.who

    @property
    def lines(self) -> "pd.DataFrame":
        """One row per line: scenario, mode, `t_s` in seconds from the session's start, sort of line, and text."""
        import pandas as pd

        rows = [
            (name, mode, line.at_ms / 1000, line.sort, line.text)
            for (name, mode), found in self._columns().items()
            for line in found.lines
        ]
        return pd.DataFrame(rows, columns=["scenario", "mode", "t_s", "sort", "text"])

    @property
    def _any(self) -> "Stories":
        return next(iter(self.told.values()))

    def _columns(self) -> "dict[tuple[str, str], Told]":
        from stagesim.reporting.words.story import told

        return {(name, mode): found for name, each in self.told.items() for mode, found in told(each).items()}

    def _titled(self) -> "Iterator[tuple[str, Told]]":
        from stagesim.reporting.words.labels import mode_name

        for (name, mode), found in self._columns().items():
            yield mode_name(mode) if len(self.told) == 1 else f"{mode_name(mode)}, {name}", found

    def __repr__(self) -> str:
        return f"<Story of {self.who}: {'; '.join(f'{title}: {found.how}' for title, found in self._titled())}>"

    def __str__(self) -> str:
        from stagesim.reporting.terminal.story import print_stories

        written = io.StringIO()
        for name, each in self.told.items():
            if len(self.told) > 1:
                written.write(f"{name}\n")
            print_stories(each, written)
        return written.getvalue()

    def _repr_html_(self) -> str:
        from stagesim.reporting.page.story import story_table
        from stagesim.reporting.words.story import introduced

        return story_table(introduced(self._any), dict(self._titled()))
