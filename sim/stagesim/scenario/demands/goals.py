"""Goals of a scenario: limits for metrics, each with a weight, by which the modes are ranked."""

from typing import Any

from pydantic import Field, model_validator

from stagesim.scenario.demands.comparisons import Comparison, parse_comparison
from stagesim.scenario.faults import Fault, raise_faults
from stagesim.scenario.part import Part


class Goal(Part):
    """What is wanted of a session. `stagesim rank` compares the modes by the weights of the goals that they meet."""

    that: str = Field(description="metric, relation and limit, such as `p(95) of time_to_stage < 60 s`")
    weight: float = Field(default=1.0, strict=True, description="how much this goal counts beside the others")

    @property
    def comparison(self) -> Comparison:
        """What was stated: metric, relation and limit."""
        return parse_comparison(self.that, ("that",))

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, value: Any) -> Any:
        return {"that": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _check(self) -> "Goal":
        faults = []
        if self.comparison.limit.needs_baseline:
            faults.append(
                Fault("a goal has no baseline", "write a number instead; baselines are for `expect`", ("that",))
            )
        if not 0 < self.weight < float("inf"):
            faults.append(Fault(f"expected a weight above 0, got `{self.weight:g}`", "1 is usual", ("weight",)))
        raise_faults(faults)
        return self
