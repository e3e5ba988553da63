"""What `stagesim compare` is asked, as the options have it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from stagesim.commands.options import mode_names, named_variants
from stagesim.commands.places import Place
from stagesim.looks import FIRST_LOOK

if TYPE_CHECKING:
    from stagesim.commands.answering import Common
    from stagesim.commands.beforehand import Rules
    from stagesim.engines.contract import EngineMaker
    from stagesim.experiments.comparison.compare import Aim
    from stagesim.experiments.executors import Executors
    from stagesim.experiments.origin import Origin
    from stagesim.experiments.study import Plan


@dataclass(frozen=True, slots=True)
class Asked:
    """What was asked for, as the options have it."""

    scenarios: tuple[str, ...]
    seed: int
    sets: tuple[str, ...]
    variants: tuple[str, ...]
    modes: str | None
    replications: int | None
    until_precision: tuple[str, ...]
    until_decision: tuple[str, ...]
    margins: tuple[str, ...]
    metrics: tuple[str, ...]
    engine: "EngineMaker | None"

    def plans(self) -> dict[str, "Plan"]:
        """A plan for every variant; a scenario that is compared with itself alone has no name."""
        from stagesim.experiments.study import Plan, chosen_modes
        from stagesim.scenario.reading.loader import load

        plans = {}
        for name, (path, changes) in self.sources().items():
            loaded = load(path, (*self.sets, *changes))
            modes = chosen_modes(loaded, mode_names(self.modes))
            plans[name] = Plan(
                loaded, modes, seed=self.seed, asked=self.origin(modes), variant=name, engine=self.engine
            )
        return plans

    def sources(self) -> dict[str, tuple[str, Sequence[str]]]:
        """Where every variant comes from: its file, and its changes."""
        if len(self.scenarios) > 1:
            if self.variants:
                raise click.UsageError("variants are of one scenario\n  hint: leave out `--variant`, or name one file")
            stems = [Path(path).stem for path in self.scenarios]
            names = stems if len(set(stems)) == len(stems) else self.scenarios
            if len(set(names)) < len(names):
                raise click.UsageError("the same file twice is no comparison\n  hint: name two files")
            return {name: (path, ()) for name, path in zip(names, self.scenarios, strict=True)}
        path = self.scenarios[0]
        if not self.variants:
            return {"": (path, ())}
        return {name: (path, changes) for name, changes in named_variants(self.variants).items()}

    def aim(self) -> "Aim":
        from stagesim.experiments.comparison.compare import Aim
        from stagesim.experiments.comparison.decision import chosen_rule
        from stagesim.experiments.size.rules import amounts
        from stagesim.experiments.study import known_metric

        margins = amounts(self.margins, "`--margin`")
        precision = amounts(self.until_precision, "`--until-precision`")
        decision = [known_metric(name) for name in self.until_decision]
        rule = chosen_rule(self.replications, precision, decision, margins)
        return Aim(rule, tuple(known_metric(name) for name in self.metrics), margins)

    def rules_of_tip(self, plans: Mapping[str, "Plan"]) -> "Rules":
        """What is asked along the first assumption. Whatever makes that impossible is said before anything is done."""
        from stagesim.commands.tip import first_assumption

        if len(self.scenarios) > 1:
            raise click.UsageError("`--tip` varies an assumption of one scenario\n  hint: name one file")
        if len(plans) > 1 and {len(plan.modes) for plan in plans.values()} != {1}:
            raise click.UsageError("`--tip` takes variants in one mode\n  hint: add `--modes join_by_request`")
        if len(plans) == 1 and len(plans[""].modes) == 1:
            raise click.UsageError("one mode alone is ahead of none\n  hint: name two `--modes`, or leave out `--tip`")
        if self.engine is not None:  # which may answer otherwise by the time that the page is made
            raise click.UsageError(
                "the page tells of no turn that an engine of your own gave\n  hint: ask `stagesim tip` with `--engine`"
            )
        return first_assumption(next(iter(plans.values())).scenario, self.variants)

    def common(self, place: Place, executors: "Executors") -> "Common":
        """The same as a command takes it that answers a question on the scenario."""
        return {
            "scenario": self.scenarios[0],
            "seed": self.seed,
            "sets": self.sets,
            "out": None,
            "fresh": place.fresh,
            "png": place.png,
            "everything": False,
            "modes": self.modes,
            "engine": self.engine,
            "executors": executors,
        }

    def default_name(self) -> str:
        """The folder of the results, where none is named."""
        stems = "_and_".join(Path(path).stem for path in self.scenarios)
        return f"{stems}_variants" if self.variants else stems

    def folders(self, plans: Mapping[str, "Plan"], folder: Path) -> dict[str, Path]:
        """The folder of every plan's own results."""
        from stagesim.experiments.origin import variant_folders

        return {name: folder / inner if name else folder for name, inner in variant_folders(plans).items()}

    def origin(self, modes: Sequence[str]) -> "Origin":
        """What was asked, in so far as it has a part in the results."""
        from stagesim.experiments.origin import Given, Origin

        sources = self.sources()
        ruled = self.until_precision or self.until_decision
        options: dict[str, object] = {
            "modes": tuple(modes) if self.modes is not None or len(self.scenarios) == 1 else None,
            "replications": self.replications if self.replications is not None or ruled else FIRST_LOOK,
            "seed": self.seed,
            "precision": self.until_precision,
            "decision": self.until_decision,
            "margins": self.margins,
            "metrics": self.metrics,
        }
        scenarios = {name: Given(path, self.sets, tuple(changes)) for name, (path, changes) in sources.items()}
        return Origin("compare", scenarios, options, language="shell")
