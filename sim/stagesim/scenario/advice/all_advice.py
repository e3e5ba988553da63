"""All advice on a scenario, what makes success impossible first."""

from stagesim.scenario.advice.advice import Advice
from stagesim.scenario.advice.alike import alike
from stagesim.scenario.advice.idle import idle
from stagesim.scenario.advice.obstacles import obstacles
from stagesim.scenario.advice.plausible import implausible
from stagesim.scenario.scenario import Scenario


def advice_on(scenario: Scenario, *, own_rules: bool = True) -> tuple[Advice, ...]:
    """Everything that there is to say of its settings; without our `own_rules` only what holds under any engine."""
    of_rules = (*obstacles(scenario), *idle(scenario), *alike(scenario)) if own_rules else ()
    return (*of_rules, *implausible(scenario))


def advice_lines(scenario: Scenario, name: str = "scenario", *, own_rules: bool = True) -> list[str]:
    """The same as texts of two lines each; `name` stands for a file where there is none."""
    return [each.text(scenario, name) for each in advice_on(scenario, own_rules=own_rules)]
