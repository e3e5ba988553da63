"""The advice on what was simulated, in so far as it holds there."""

from stagesim.experiments.results import Results
from stagesim.scenario.advice.advice import Advice
from stagesim.scenario.advice.all_advice import advice_on


def advice_of(results: Results) -> tuple[Advice, ...]:
    """What there is to say of the settings; nothing where code of the user's plays a part, which may do anything."""
    origin = results.origin
    return () if origin.behaviours else advice_on(results.scenario, own_rules=not (origin.engine or origin.maker))


def advice_lines_of(results: Results, name: str = "") -> list[str]:
    """The same as texts of two lines each; `name` stands for a file where there is none."""
    place = name or results.given.path or "scenario"
    return [each.text(results.scenario, place) for each in advice_of(results)]
