"""One replication: the room's surroundings, the people in them, and who hears what, from the doors to the end.

Forward only: a command goes to the engine, its events come back, the log keeps them, and those whom they concern are
told. Nothing but the engine changes the room.
"""

from collections import deque
from collections.abc import Generator, Mapping

from simpy.events import URGENT

from stageaccess import Action
from stageaccess.messages import new_command
from stagesim.agents.clock import LAST, EndlessMoment
from stagesim.agents.duties import Duties
from stagesim.agents.population import Population
from stagesim.agents.script import perform
from stagesim.agents.script_checks import Check
from stagesim.agents.surroundings import Behaviour, Steps, Surroundings
from stagesim.engines.contract import Engine
from stagesim.eventlog.log import EventLog
from stagesim.hearing import hearers
from stagesim.scenario.scenario import Scenario
from stagesim.streams import Streams


class World:
    """Everything that one replication consists of."""

    def __init__(
        self,
        scenario: Scenario,
        engine: Engine,
        log: EventLog,
        streams: Streams,
        behaviours: Mapping[str, Behaviour],
        *,
        explains: bool = False,
    ) -> None:
        self.log = log
        self.around = Surroundings(scenario, engine, log, streams, behaviours, explains=explains)
        self.duties = Duties(self.around)
        self.population = Population(self.around, self.duties)
        self.around.hearers = hearers(self.around, self.population.people, self.duties)
        self.around.disrupts = self.duties.disrupted
        self.around.offends = self.duties.offends
        self._step_ms: int | None = None
        """When the script goes on; None when it has come to its end."""

    def run(self) -> list[Check]:
        """Run the session from the opening of the doors to its end; the checks of the script.

        Raises EndlessMoment where a moment of it would never end.
        """
        around, env, checks = self.around, self.around.env, list[Check]()
        is_automatic = around.scenario.session == "automatic"
        if is_automatic:
            env.at(around.start_ms, lambda: self._act(Action.START_SESSION), URGENT)
        self.population.spawn()
        script = perform(around, checks)
        env.process(self._follow(script))
        end = env.at(around.end_ms, (lambda: self._act(Action.END_SESSION)) if is_automatic else None, LAST)
        try:
            env.run_until(end, people=lambda: len(around.group_of))
        except EndlessMoment as fault:
            if fault.args:  # somebody knows more
                raise
            raise around.never_ends(self._last_words()) from None
        for person in self.population.people.values():
            person.see_the_end()
        self._finish(script)
        return checks

    def _follow(self, script: Generator[int, None, None]) -> Steps:
        """Let the script go on whenever its next moment has come."""
        env = self.around.env
        self._step_ms = next(script, None)
        while self._step_ms is not None:
            yield env.timeout(self._step_ms - env.now)
            self._step_ms = next(script, None)

    def _finish(self, script: Generator[int, None, None]) -> None:
        """Carry out what the script has after the session's early end: nobody acts any more, but time goes on."""
        while self._step_ms is not None and self._step_ms <= self.around.end_ms:
            self.around.env.go_to(self._step_ms)
            self._step_ms = next(script, None)

    def _act(self, do: Action) -> None:
        self.around.submit(new_command(self.around.env.now, do))

    def _last_words(self) -> str:
        """What the log has last, to say what goes on in a moment that never ends."""
        last = next(iter(deque(self.log.rows(), maxlen=1)), None)
        return "nothing happens in it" if last is None else f"its last event is `{last['event']}` of `{last['who']}`"
