"""Sliders for the assumptions of a scenario, in a notebook: what the answer would be if they were otherwise.

import stagesim

explorer = stagesim.explore("town_hall")
explorer
"""

import math
import threading
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from stagesim.api.arguments import Texts, mode_names, texts, whole
from stagesim.errors import StagesimError
from stagesim.experiments.origin import ScenarioLike, read_anything
from stagesim.experiments.questions.exploring import Dial, GoOn, Sessions, dials, sizes
from stagesim.experiments.questions.factors import assumed, written
from stagesim.experiments.study import StudyError, chosen_modes
from stagesim.looks import FIRST_LOOK
from stagesim.scenario.scenario import Changes, Scenario

if TYPE_CHECKING:
    from ipywidgets import SelectionSlider, Widget

PAUSE_S: Final = 0.15
"""How long a slider has to rest before anything is simulated."""

STEPS: Final = 40
"""About so many values a slider has."""


def explore(
    scenario: ScenarioLike,
    ranges: Texts = (),
    *,
    modes: Texts | None = None,
    seed: int = 1,
    sets: Changes = (),
    replications: int = FIRST_LOOK,
) -> "Explorer":
    """Sliders for the assumptions of a scenario, with the few figures of the answer and what changes of them.

    A first picture of five sessions a mode comes at once, then it is refined, up to so many `replications`, while the
    notebook goes on. `ranges` are assumptions, such as `audience.answer.accept=0.5:1`, or those that the scenario
    states. The same values always end in the same figures. Needs the extra `notebooks`.
    """
    loaded = read_anything(scenario, sets)
    chosen, seed = chosen_modes(loaded, mode_names(modes)), whole("seed", seed)
    most = whole("replications", replications, 1)
    return Explorer(loaded, dials(loaded, assumed(loaded, texts("ranges", ranges))), chosen, seed, most)


class Explorer:
    """Sliders over a scenario; `scenario` is the one that they make, to go on with."""

    def __init__(
        self, scenario: Scenario, turned: tuple[Dial, ...], modes: tuple[str, ...], seed: int, replications: int
    ) -> None:
        widgets = _widgets()
        self._as_it_is = Sessions(scenario, modes, seed, "as it is")
        self._dials = {dial.bounds.path: dial for dial in turned}
        self._sizes = sizes(replications)
        self._turn = 0
        self._worker: threading.Thread | None = None
        self._lock = threading.Lock()
        self._answer, self._said = widgets.HTML(), widgets.HTML()
        self.sliders: dict[str, SelectionSlider] = {path: _slider(widgets, dial) for path, dial in self._dials.items()}
        """The sliders, by the key of the scenario that they turn."""
        self._widget = self._laid_out(widgets)
        self._follow(0, self._sizes[:1])
        for slider in self.sliders.values():
            slider.observe(self._moved, "value")

    @property
    def values(self) -> dict[str, str]:
        """The values that differ from the scenario as it is, as settings take them."""
        return {
            path: written(slider.value, dial.bounds.unit, dial.bounds.whole)
            for (path, slider), dial in zip(self.sliders.items(), self._dials.values(), strict=True)
            if slider.value != dial.now
        }

    @property
    def scenario(self) -> Scenario:
        """The scenario with the values of the sliders. Raises ScenarioError where it cannot be so."""
        return self._as_it_is.scenario.changed([f"{path}={value}" for path, value in self.values.items()])

    def reset(self) -> None:
        """Turn everything back to the scenario as it is."""
        for path, slider in self.sliders.items():
            slider.value = self._dials[path].now

    def wait(self) -> None:
        """Wait until the picture is as fine as it gets."""
        while (worker := self._worker) is not None:
            worker.join()

    def _moved(self, _: object) -> None:
        """Begin anew, for the values as they are now; what was begun before is dropped. Never waits."""
        with self._lock:
            self._turn += 1
            if self._worker is None:
                self._worker = threading.Thread(target=self._work, daemon=True)
                self._worker.start()

    def _work(self) -> None:
        """Follow the sliders until they rest and everything is shown."""
        while True:
            turn = self._turn
            time.sleep(PAUSE_S)
            if turn == self._turn:
                self._follow(turn, self._sizes)
            with self._lock:
                if turn == self._turn:
                    self._worker = None
                    return

    def _follow(self, turn: int, sizes: list[int]) -> None:
        """Show what the values come to, with more sessions each time, as long as they stay."""
        try:
            self._grow(sizes, lambda: turn == self._turn)
        except StagesimError as error:
            self._say(str(error))

    def _grow(self, sizes: list[int], goes_on: GoOn) -> None:
        from stagesim.reporting.page.explored import explored

        first, values = self._as_it_is, self.values
        now = Sessions(self.scenario, first.modes, first.seed, "now") if values else first
        for size in sizes:
            found = now.grown(size, goes_on)
            before = first.grown(size, goes_on)
            if found is None or before is None:
                return
            shown = explored(before, found, self._sizes[-1])
            if goes_on():
                self._answer.value = shown
                self._say("")

    def _say(self, text: str) -> None:
        from stagesim.reporting.page.rendering import rendered

        self._said.value = rendered("explored_wrong.html.j2", text=text) if text else ""

    def _laid_out(self, widgets: Any) -> "Widget":
        from stagesim.reporting.page.rendering import rendered
        from stagesim.reporting.words.assumed import meaning, source

        rows = []
        for path, slider in self.sliders.items():
            dial = self._dials[path]
            now = written(dial.now, dial.bounds.unit, dial.bounds.whole)
            words = rendered(
                "explored_dial.html.j2", meaning=meaning(path), path=path, now=now, source=source(dial.source)
            )
            rows.append(widgets.VBox([widgets.HTML(words), slider]))
        back = widgets.Button(description="As it is", tooltip="Turn all sliders back")
        back.on_click(lambda _: self.reset())
        columns = widgets.Layout(
            display="grid", grid_template_columns="repeat(auto-fill, minmax(min(100%, 24em), 1fr))", grid_gap="0 2em"
        )
        title = widgets.HTML(rendered("explored_title.html.j2", title=self._as_it_is.scenario.title))
        return widgets.VBox([title, widgets.Box(rows, layout=columns), back, self._said, self._answer])

    def __repr__(self) -> str:
        said = ", ".join(f"{path}={value}" for path, value in self.values.items()) or "as it is"
        return f"<Explorer of {self._as_it_is.scenario.title!r}: {said}>"

    def _repr_mimebundle_(self, **_: object) -> Mapping[str, Any]:
        """The sliders where there is a kernel behind them; elsewhere, as on a printed page, the picture alone."""
        live: Mapping[str, Any] = self._widget._repr_mimebundle_() or {}
        shown = {**live, "text/plain": repr(self), "text/html": str(self._answer.value)}
        if len(self._sizes) > 1:
            self._moved(None)
        return shown


def _slider(widgets: Any, dial: Dial) -> Any:
    """A slider over the range in round steps; the value of the scenario as it is is one of them, wherever it lies."""
    bounds = dial.bounds
    return widgets.SelectionSlider(
        options=[(written(value, bounds.unit, bounds.whole), value) for value in _values(dial)],
        value=dial.now,
        layout=widgets.Layout(width="98%"),
    )


def _values(dial: Dial) -> list[float]:
    low, high = min(dial.bounds.low, dial.now), max(dial.bounds.high, dial.now)
    step = _round_step((high - low) / STEPS)
    step = max(step, 1.0) if dial.bounds.whole else step
    inside = [round(number * step, 9) for number in range(math.floor(low / step), math.ceil(high / step) + 1)]
    return sorted({low, high, dial.now, *(each for each in inside if low < each < high)})


def _round_step(least: float) -> float:
    """The least of 1, 2 and 5, by a power of ten, that is no smaller."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(round(part * power, 12) for part in (1, 2, 5, 10) if part * power >= least * (1 - 1e-9))


def _widgets() -> Any:
    try:
        import ipywidgets
    except ImportError:
        hint = "`pip install 'stage-access-lab[notebooks]'`"
        raise StudyError(f"`explore` needs the package ipywidgets, which is not installed\n  hint: {hint}") from None
    return ipywidgets
