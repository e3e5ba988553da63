"""Whether a baseline is one of this scenario and this engine, and has what is asked of it."""

import shlex
from collections.abc import Sequence
from typing import Final

from stageaccess import EngineIdentity
from stagesim.eventlog import EventLog
from stagesim.metrics import METRICS
from stagesim.scenario.scenario import Scenario
from stagesim.testing.baselines.baseline import Baseline, BaselineError
from stagesim.testing.baselines.made import maker_of
from stagesim.testing.baselines.situation import differing, settings, situation

MOST_SETTINGS: Final = 5
"""Settings that are named when a baseline is of another scenario."""


def check_fits(
    baseline: Baseline, scenario: Scenario, modes: Sequence[str] | None = None, replications: int | None = None
) -> None:
    """Refuse a baseline of another scenario, or one with fewer modes, metrics or replications than asked."""
    hint = "  hint: `stagesim baseline save` makes a new one"
    if baseline.situation != situation(scenario):
        raise BaselineError(
            f"the baseline `{baseline.name}` is of another scenario, or of an earlier state of this one: "
            f"{_how_it_differs(baseline, scenario)}\n{_what_next(baseline, scenario)}"
        )
    missing = [str(mode) for mode in modes or scenario.modes if mode not in baseline.modes]
    if missing:
        raise BaselineError(f"the baseline `{baseline.name}` is narrower: it has no `{', '.join(missing)}`\n{hint}")
    lacking = [metric.name for metric in METRICS if any(metric.name not in baseline.values[m] for m in baseline.modes)]
    if lacking:
        raise BaselineError(f"the baseline `{baseline.name}` is older: it has no `{', '.join(lacking)}`\n{hint}")
    if replications is not None and baseline.replications < replications:
        raise BaselineError(
            f"the baseline `{baseline.name}` is narrower: it has {baseline.replications} replications, "
            f"not {replications}\n{hint}"
        )


def check_engine(baseline: Baseline, log: EventLog) -> None:
    """Refuse a baseline that another engine made; another version of the same one is what it is there for."""
    check_same(baseline, maker_of(log))


def check_same(baseline: Baseline, engine: EngineIdentity) -> None:
    """Refuse a baseline that another engine made."""
    if baseline.made_by.engine != engine.engine:
        raise BaselineError(
            f"the baseline `{baseline.name}` was made by the engine `{baseline.made_by.engine}`, and this is "
            f"`{engine.engine}`\n  hint: `stagesim diff` shows where two engines part"
        )


def _how_it_differs(baseline: Baseline, scenario: Scenario) -> str:
    """What the scenario says otherwise; a file that was saved without the settings has but their digest."""
    if not baseline.settings:
        now = f"`{scenario.title}`, {situation(scenario)[:12]}"
        return f"`{baseline.title}`, {baseline.situation[:12]}, not {now}"
    found = differing(baseline.settings, settings(scenario))
    more = f", and {len(found) - MOST_SETTINGS} more" if len(found) > MOST_SETTINGS else ""
    return "; ".join(found[:MOST_SETTINGS]) + more


def _what_next(baseline: Baseline, scenario: Scenario) -> str:
    """How to see what the other scenario changes, and how to keep it."""
    if baseline.path is None or scenario.source is None:
        return "  hint: `stagesim baseline save` makes a new one"
    file = scenario.source.name
    look = shlex.join(["stagesim", "diff", baseline.path, file])
    keep = shlex.join(["stagesim", "baseline", "save", file, "--replace"])
    return f"  hint: `{look}` shows what comes of that, `{keep}` makes a new one"
