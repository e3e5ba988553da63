"""All advice on a scenario, what makes success impossible first."""

from stagesim.scenario.advice.advice import Advice
from stagesim.scenario.advice.alike import alike
from stagesim.scenario.advice.idle import idle
from stagesim.scenario.advice.obstacles import obstacles
from stagesim.scenario.advice.plausible import implausible
from stagesim.scenario.scenario import Scenario


def advice_on(scenario: Scenario) -> tuple[Advice, ...]:
    """Everything that there is to say of its settings."""
    return (*obstacles(scenario), *idle(scenario), *alike(scenario), *implausible(scenario))


def advice_lines(scenario: Scenario, name: str = "scenario") -> list[str]:
    """The same as texts of two lines each; `name` stands for a file where there is none."""
    return [each.text(scenario, name) for each in advice_on(scenario)]
