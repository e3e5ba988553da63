"""What comes back: a run, a comparison of modes, a comparison of variants. Each has tables and charts."""

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING

from stagesim.api.arguments import Hands, Workers, executors_of, folder_at, truth, whole
from stagesim.api.charts import Plots
from stagesim.api.pairs import Pairs
from stagesim.api.tables import Tables
from stagesim.engines.subprocess import in_use
from stagesim.experiments.comparison.compare import Aim, analysed, carry_out
from stagesim.experiments.comparison.unchanged import variants_alike
from stagesim.experiments.origin import UNTIL
from stagesim.experiments.replications import Outcome
from stagesim.experiments.results import Results
from stagesim.experiments.size.rules import FixedSize
from stagesim.experiments.study import Plan, StudyError
from stagesim.scenario.faults import one_of

if TYPE_CHECKING:
    from stagesim.eventlog import EventLog

Place = str | PathLike[str]


class Study(Tables):
    """What a simulation found, as tables and charts. `results` has the sessions themselves, each with its log."""

    def __init__(self, results: Results) -> None:
        super().__init__()
        self.results = results

    @property
    def _parts(self) -> Mapping[str, Results]:
        return {"": self.results}

    @property
    def advice(self) -> list[str]:
        """What to think of the scenario's settings before believing the figures, as `stagesim validate` says it."""
        from stagesim.reporting.words.advice import advice_lines_of

        return advice_lines_of(self.results)

    @property
    def plot(self) -> Plots:
        """The charts: `study.plot.stage_and_queue()`."""
        return Plots(self._parts)

    def save(self, folder: Place, *, fresh: bool = False, png: bool = False) -> Path:
        """Write tables, logs, charts and the report into a folder; the path of the report.

        Another study that is there is replaced only if that is said (`fresh`). With `png` charts are there as PNG, too.
        """
        from stagesim.reporting.publish import publish

        return publish(self.results, folder_at("save", folder), fresh=truth("fresh", fresh), png=truth("png", png))

    def _repr_html_(self) -> str:
        from stagesim.reporting.page.in_a_notebook import of_study

        return of_study(self.results)


class Run(Study):
    """One session in one mode."""

    @property
    def outcome(self) -> Outcome:
        """The session itself: its log, and what was measured."""
        return self.results.outcomes[0]

    @property
    def log(self) -> "EventLog":
        """The log of the session, from which everything else was made."""
        return self.outcome.log

    def __repr__(self) -> str:
        found, log = self.results, self.log
        return f"<Run {found.scenario.title!r}, {self.outcome.mode}, seed {found.seed}, {len(log)} events>"


class Comparison(Pairs, Study):
    """Several modes, a number of replications each."""

    def __init__(self, results: Results, plan: Plan | None = None, aim: Aim | None = None) -> None:
        super().__init__(results)
        self._aim = aim or Aim()
        self._plan = plan

    def extended(
        self, replications: int, *, workers: Workers = 1, executor: Hands | None = None, progress: bool = False
    ) -> "Comparison":
        """The same comparison with as many replications in all; those that are there are not simulated again."""
        (found,) = _extended({"": (self, self._plan)}, self._aim, replications, (workers, executor), progress).values()
        return found

    def save(self, folder: Place, *, fresh: bool = False, png: bool = False) -> Path:
        """Write tables, logs, charts and the report into a folder, the pairs included; the path of the report.

        Another study that is there is replaced only if that is said (`fresh`). With `png` charts are there as PNG, too.
        """
        from stagesim.reporting.publish import publish

        place, again, with_png = folder_at("save", folder), truth("fresh", fresh), truth("png", png)
        return publish(self.results, place, analysed(self._parts, self._aim), fresh=again, png=with_png)

    def __str__(self) -> str:
        """What the command prints: which mode for which goal, and the few figures."""
        from stagesim.reporting.terminal.figures import print_brief

        found, text = analysed(self._parts, self._aim), io.StringIO()
        print_brief(self.results, () if found is None else found.contrasts, file=text)
        return text.getvalue()

    def __repr__(self) -> str:
        found = self.results
        return (
            f"<Comparison {found.scenario.title!r}, {', '.join(found.modes)}, {found.replications} replications each>"
        )


class Variants(Pairs):
    """Several scenarios, or variants of one, each in the same modes. `variants["name"]` is a comparison of its own."""

    def __init__(self, parts: Mapping[str, Results], plans: Mapping[str, Plan] | None = None, aim: Aim | None = None):
        super().__init__()
        self._results = dict(parts)
        self._plans = plans or {}
        self._aim = aim or Aim()

    @property
    def _parts(self) -> Mapping[str, Results]:
        return self._results

    def __getitem__(self, name: str) -> Comparison:
        if name not in self._results:
            raise StudyError(f"no variant is called `{name}`\n  hint: {one_of(self._results, name)}")
        return Comparison(self._results[name], self._plans.get(name), self._aim)

    def __iter__(self) -> Iterator[str]:
        return iter(self._results)

    def __len__(self) -> int:
        return len(self._results)

    def __contains__(self, name: object) -> bool:
        return name in self._results

    @property
    def names(self) -> list[str]:
        """The names of the variants, in their order."""
        return list(self._results)

    def keys(self) -> list[str]:
        return self.names

    def values(self) -> list[Comparison]:
        return [self[name] for name in self]

    def items(self) -> list[tuple[str, Comparison]]:
        return [(name, self[name]) for name in self]

    @property
    def unchanged(self) -> list[str]:
        """Which variants changed nothing in which modes: their sessions are the first's, event by event."""
        from stagesim.reporting.words.unchanged import sentence

        return [sentence(each) for each in variants_alike(self._results)]

    @property
    def advice(self) -> list[str]:
        """What to think of the settings of each variant; the same thing once."""
        return list(dict.fromkeys(line for each in self.values() for line in each.advice))

    def extended(
        self, replications: int, *, workers: Workers = 1, executor: Hands | None = None, progress: bool = False
    ) -> "Variants":
        """The same comparison with as many replications in all; those that are there are not simulated again."""
        sides = {name: (self[name], self._plans.get(name)) for name in self}
        found = _extended(sides, self._aim, replications, (workers, executor), progress)
        plans = {name: each._plan for name, each in found.items() if each._plan is not None}
        return Variants({name: each.results for name, each in found.items()}, plans, self._aim)

    def save(self, folder: Place, *, fresh: bool = False, png: bool = False) -> Path:
        """Write a report that compares the variants, and one for each of them; the path of the first.

        Another study that is there is replaced only if that is said (`fresh`). With `png` charts are there as PNG, too.
        """
        from stagesim.reporting.publish import publish_variants

        place, again, with_png = folder_at("save", folder), truth("fresh", fresh), truth("png", png)
        return publish_variants(self._results, place, self.analysis(), fresh=again, png=with_png)

    def __str__(self) -> str:
        """What the command prints: which variant for which goal, and the few figures."""
        from stagesim.reporting.terminal.figures import print_brief_of_variants

        found, text = analysed(self._parts, self._aim), io.StringIO()
        print_brief_of_variants(self._results, () if found is None else found.contrasts, file=text)
        return text.getvalue()

    def __repr__(self) -> str:
        number = min(each.replications for each in self._results.values())
        return f"<Variants {', '.join(self.names)}, {number} replications each>"

    def _repr_html_(self) -> str:
        from stagesim.reporting.page.in_a_notebook import of_variants

        found = analysed(self._parts, self._aim)
        return of_variants(self._results, () if found is None else found.contrasts)


def _extended(
    sides: Mapping[str, tuple[Comparison, Plan | None]],
    aim: Aim,
    replications: int,
    hands: tuple[Workers, Hands | None],
    progress: bool,
) -> dict[str, Comparison]:
    """Comparisons with as many replications in all."""
    from stagesim.reporting.terminal.progress import shown

    plans: dict[str, Plan] = {}
    number = whole("replications", replications, 1)
    for name, (side, plan) in sides.items():
        if plan is None:
            what = (
                "a comparison that code of yours, or another version of the simulation, had a part in is not extended"
            )
            raise StudyError(f"{what}\n  hint: make it with `stagesim.compare`, which goes on with its `out`")
        if number < side.results.replications:
            hint = "give a larger number; `study.results` has each session"
            raise StudyError(
                f"there are {side.results.replications} replications, more than `{number}`\n  hint: {hint}"
            )
        options = {key: each for key, each in plan.asked.options.items() if key not in UNTIL}
        plans[name] = replace(plan, asked=replace(plan.asked, options={**options, "replications": number}))
    aim = replace(aim, rule=FixedSize(number))
    known = {
        name: {(each.mode, each.replication): each for each in side.results.outcomes}
        for name, (side, _) in sides.items()
    }
    executors = executors_of(*hands, shown if truth("progress", progress) else None)
    with in_use(next(iter(plans.values())).engine):
        found = carry_out(plans, aim, executors, known=known)
    return {name: Comparison(found[name], plan, aim) for name, plan in plans.items()}
