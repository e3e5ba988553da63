"""A question whose sessions are made up: what an answer does with figures, apart from any simulation."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from stagesim.experiments.questions.question import Question
from stagesim.experiments.replications import Figures, Outcome
from stagesim.metrics import Measured
from stagesim.scenario.reading.loader import loads
from stagesim.scenario.scenario import Scenario

MODES = ("everyone_on_stage", "join_by_request", "invite_only")
TEXT = """\
title: Made
duration: 10 min
audience: {count: 10, mobile: 0.5, silent: 0.5, answer: {accept: 0.5}}
moderators: {count: 1}
"""


ONE_EACH = {"wishes": 1, "wishes_heard": 1, "requests": 1, "people_with_wish": 1}
"""What averages and shares are of, in a session of which nothing is said of them."""


@lru_cache(maxsize=10_000)
def loaded(*sets: str) -> Scenario:
    return loads(TEXT, "made.yaml", sets)


def nothing(scenario: Scenario, mode: str, replication: int) -> Figures:
    return {}


@dataclass(frozen=True)
class Made(Question):
    """`make(scenario, mode, replication)` gives the figures of a session, or all that was measured in it."""

    make: Callable[[Scenario, str, int], Figures | Measured] = nothing

    def scenario(self, settings: Iterable[str] = ()) -> Scenario:
        return loaded(*self.sets, *settings)

    def measured(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int]
    ) -> Iterator[tuple[str, Measured]]:
        for replication in replications:
            for mode in modes:
                made = self.make(scenario, mode, replication)
                yield mode, made if isinstance(made, Measured) else Measured({**ONE_EACH, **made}, {}, {}, {})

    def marked(
        self, scenario: Scenario, modes: Sequence[str], replications: Sequence[int]
    ) -> Iterator[tuple[str, Measured, bytes]]:
        """Each with a mark of its own, since there are no events that may be the same."""
        for mode, measured in self.measured(scenario, modes, replications):
            yield mode, measured, f"{id(scenario)} {mode}".encode()

    def outcomes(self, *_: object, **__: object) -> Iterator[Outcome]:
        """None: there are figures alone."""
        return iter(())
