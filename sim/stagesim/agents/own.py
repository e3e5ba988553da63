"""Behaviours of the user's own: the person whom they play, and what is said of those that cannot be.

    def polite(me):
        yield from me.sleep(me.entry_ms - me.now_ms)
        me.enter()
        me.wish()
        me.do("ask_to_join")
        ...

docs/howto/behaviours.md has the whole.
"""

from collections.abc import Callable, Generator, Iterator
from functools import partial
from math import isnan
from numbers import Real
from typing import Any, Final, TypeVar

import simpy

from stageaccess import Action, Decision, Mode, Role
from stagesim.agents.attendee import Attendee, LeftRoom, LostPlace
from stagesim.agents.clock import whole_ms
from stagesim.agents.faults import BehaviourError, located
from stagesim.agents.names import NEVER
from stagesim.agents.surroundings import Player, Steps
from stagesim.agents.waiting import Waiting, waiting
from stagesim.errors import StagesimError
from stagesim.eventlog.schema import KIND
from stagesim.scenario.faults import listed, shown

GIVEN_UP: Final = KIND["wish_given_up"].words
"""Why somebody gives a wish up, in the words of the log."""


Word = TypeVar("Word", Action, Mode, Role)


class Me:
    """The person whom a behaviour plays: what they know, what they can do, and how they wait.

    Times are whole milliseconds since the room was made; the session starts at `start_ms` and ends at `end_ms`. A time
    that is no number is a BehaviourError.
    """

    def __init__(self, person: Attendee) -> None:
        self._person = person
        self._pause: Pause | None = None

    # What one knows.

    @property
    def name(self) -> str:
        """The name, such as `audience-3`."""
        return self._person.name

    @property
    def group(self) -> str:
        """The group of the scenario."""
        return self._person.group

    @property
    def now_ms(self) -> int:
        """What time it is."""
        return self._person.now_ms

    @property
    def entry_ms(self) -> int:
        """When the scenario has this person come: `arrival` is drawn as for everybody else."""
        return self._person.entry_ms

    @property
    def start_ms(self) -> int:
        """When the session starts."""
        return self._person.around.start_ms

    @property
    def end_ms(self) -> int:
        """When the session ends."""
        return self._person.around.end_ms

    @property
    def mode(self) -> Mode:
        """The room's mode just now."""
        return self._person.around.mode

    @property
    def standing(self) -> str:
        """How one stands: `viewer`, `requested`, `invited`, `preparing` or `on_stage`."""
        return str(self._person.standing)

    @property
    def queue(self) -> list[Waiting]:
        """Those who wait for a moderator, in the order in which they came."""
        desk = self._person.around.desk
        return [waiting(desk, item, self.now_ms) for item in desk.waiting.values()]

    def offers(self) -> list[Action]:
        """The buttons that the room shows just now."""
        return self._person.offers()

    # What one does.

    def enter(self) -> None:
        """Come into the room."""
        self._check_pause()
        self._person.enter()

    def leave(self) -> None:
        """Leave the room; the behaviour ends here."""
        self._check_pause()
        self._person.leave()

    def do(self, action: Action | str, to: str | None = None, **more: Any) -> Decision:
        """Do something, to somebody if it is done to somebody; `more` may be `mode`, `role` and `request`.

        The answer says whether it was `accepted`, and the `reason` if not. Raises BehaviourError for no action.
        """
        self._check_pause()
        known = _word("action", Action, action)
        kinds: dict[str, Callable[[object], object]] = {
            "mode": partial(_word, "mode", Mode),
            "role": partial(_word, "role", Role),
        }
        more = {name: kinds[name](each) if name in kinds else each for name, each in more.items()}
        return self._person.do(known, to, **more)

    def wish(self, wanted_ms: float | None = None) -> None:
        """Have a wish to speak, and want to be on stage for so long; without it as long as the scenario says.

        The wish is met when one goes live, and over when that stay is; whoever leaves gives it up.
        """
        self._check_pause()
        if wanted_ms is not None:
            _check_ms("wish", wanted_ms)
        self._person.have_wish(wanted_ms)

    def give_up(self, cause: str = "patience") -> None:
        """Give up the wish that one has; `cause` is a word of the log."""
        if cause not in GIVEN_UP:
            raise BehaviourError(f"unknown cause `{cause}`\n  hint: possible: {listed(GIVEN_UP)}")
        if not self._person.wishes:
            raise BehaviourError("there is no wish to give up\n  hint: `me.wish()` makes one")
        self._person.give_up(cause)

    def review(self, name: str, duration_ms: float) -> "Pause":
        """Turn to somebody who waits, for so long: `is_waiting = yield from me.review("audience-3", 10_000)`.

        It is logged, so that it counts as work. True if that person still waits afterwards; then say what was decided.
        """
        _check_ms("review", duration_ms)
        return self._paused(f"review({name!r}, {duration_ms:g})", self._person.review(name, duration_ms))

    # How one waits.

    def wait(self, until_ms: float | None = None) -> "Pause":
        """Wait to be told something, or for a moment: `news = yield from me.wait()`; None when the time came first."""
        if until_ms is None:
            return self._paused("wait()", self._person.wait(NEVER))
        _check_ms("wait", until_ms)
        return self._paused(f"wait({until_ms:g})", self._person.wait(whole_ms(until_ms)))

    def sleep(self, duration_ms: float) -> "Pause":
        """Let time pass: `yield from me.sleep(5_000)`."""
        _check_ms("sleep", duration_ms)
        return self._paused(f"sleep({duration_ms:g})", self._person.sleep(duration_ms))

    def _paused(self, what: str, steps: Steps) -> "Pause":
        self._check_pause()
        self._pause = Pause(what, steps)
        return self._pause

    def _check_pause(self) -> None:
        """Raise BehaviourError where the last pause was never made."""
        pause, self._pause = self._pause, None
        if pause is not None and not pause.has_begun:
            hint = f"write `yield from me.{pause.what}`"
            raise BehaviourError(f"`me.{pause.what}` passes no time without `yield from`\n  hint: {hint}")

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._person, name)  # for those who need more than this: draws, the clock, the surroundings


def _check_ms(verb: str, value: object) -> None:
    """Raise BehaviourError for what is no time."""
    if not isinstance(value, Real) or isnan(value):
        hint = "write milliseconds, such as `5_000` for 5 s; `me.now_ms` is now"
        raise BehaviourError(f"`me.{verb}` expects a number, got {shown(value)}\n  hint: {hint}")


def _word(what: str, words: type[Word], given: Any) -> Word:
    """The word of the rules that was given."""
    try:
        return words(given)
    except ValueError:
        raise BehaviourError(f"unknown {what} {shown(given)}\n  hint: possible: {listed(words)}") from None


class Pause:
    """Time that passes, once it is gone through with `yield from`."""

    def __init__(self, what: str, steps: Steps) -> None:
        self.what = what
        self.has_begun = False
        self._steps = steps

    def __iter__(self) -> Iterator[simpy.Event]:
        self.has_begun = True
        return self._steps


def life_by(behaviour: Player) -> Callable[[Attendee], Steps]:
    """The life of somebody whom a behaviour of the user's plays."""

    def live(person: Attendee) -> Steps:
        me = Me(person)
        try:
            steps: object = behaviour(me)
            if not isinstance(steps, Generator):
                hint = "it needs a `yield from`, such as `yield from me.wait()`"
                raise BehaviourError(f"expected a generator function, got one that returns `{steps!r}`\n  hint: {hint}")
            yield from _checked(steps)
            me._check_pause()
        except LostPlace:
            return  # there is nobody to go on with what was begun before
        except BehaviourError as error:
            raise located(error, "behaviour", person) from None
        except (LeftRoom, StagesimError):
            raise  # the end of this life; or of the engine, the clock or the log, which those tell who know more of it
        except Exception as error:
            raise located(error, "behaviour", person) from error

    return live


def _checked(steps: Generator[Any, Any, Any]) -> Steps:
    """The same steps, as long as they are some that time can pass by."""
    sent: Any = None
    while True:
        try:
            event = steps.send(sent)
        except StopIteration:
            return
        if not isinstance(event, simpy.Event):
            hint = "write `yield from me.sleep(5_000)`, in milliseconds"
            raise BehaviourError(f"it yields `{event!r}`, by which no time passes\n  hint: {hint}")
        sent = yield event
