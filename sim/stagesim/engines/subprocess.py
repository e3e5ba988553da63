"""An engine under test in a process of its own, in any language: it speaks the line protocol.

    engine = EngineCommand("python -m stageaccess")
    simulate(scenario, engine=engine)

One process serves room after room; a new room ends the one before it.
"""

import json
import queue
import shlex
import subprocess
import threading
from decimal import Decimal
from typing import Any, Final

from stageaccess import (
    RULES,
    Action,
    Client,
    Command,
    CommandError,
    Decision,
    Event,
    EventKind,
    Mode,
    Offer,
    Reason,
    Role,
    RoomConfig,
    RuleSet,
)

PATIENCE_S: Final = 30.0
"""How long an answer may take before the engine counts as stuck."""

OFFER_FIELDS: Final = frozenset({"do", "to", "mode", "role"})
EVENT_FIELDS: Final = frozenset({"seq", "at", "event", "who", "by"})


class EngineError(ValueError):
    """An engine that cannot be started, has ended, is stuck, or does not speak the line protocol."""


class EngineCommand:
    """Makes rooms in an engine that is started with a command line. It can be sent to other processes."""

    def __init__(self, command: str) -> None:
        self.command = command
        self._process: _Process | None = None

    def __call__(self, config: RoomConfig, rules: RuleSet = RULES) -> "SubprocessEngine":
        """A fresh room. The rules are the engine's own, so that a variant of the rules is refused."""
        if rules != RULES:
            raise EngineError(
                f"the engine `{self.command}` has its own rules, and cannot be given `{rules.name}`\n"
                "  hint: leave `rules` out of the scenario"
            )
        if self._process is None:
            self._process = _Process(self.command)
        self._process.ask({"room": _room(config)})
        return SubprocessEngine(self._process)

    def close(self) -> None:
        """End the process, if there is one."""
        if self._process is not None:
            self._process.close()
            self._process = None

    def __enter__(self) -> "EngineCommand":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __reduce__(self) -> tuple[Any, ...]:
        return EngineCommand, (self.command,)


class SubprocessEngine:
    """One room in such an engine, with the interface of `stageaccess.StageAccess`."""

    def __init__(self, process: "_Process") -> None:
        self._process = process

    def submit(self, command: Command) -> Decision:
        return self._decision(self._process.ask(_command(command)))

    def advance(self, at_ms: int) -> tuple[Event, ...]:
        return self._decision(self._process.ask({"at": at_ms / 1000})).due

    def available_actions(self, person: str, client: Client = Client.DESKTOP) -> list[Offer]:
        answer = self._process.ask({"ask": "actions", "of": person, "client": client})
        try:
            return [_offer(each) for each in answer["actions"]]
        except (KeyError, TypeError, ValueError) as fault:
            raise self._process.fault(f"`actions` that say nothing ({fault})") from None

    def state(self) -> dict[str, Any]:
        return self._process.ask({"ask": "state"})

    def report_told(self) -> bool:
        return False

    def _decision(self, answer: dict[str, Any]) -> Decision:
        try:
            reason, left = answer["reason"], answer.get("seconds_left")
            return Decision(
                None if reason is None else Reason(reason),
                tuple(_event(each) for each in answer["events"]),
                tuple(_event(each) for each in answer["due"]),
                answer.get("outcome"),
                answer.get("resolved_by"),
                None if left is None else _milliseconds(left),
            )
        except (KeyError, TypeError, ValueError, AttributeError) as fault:
            raise self._process.fault(f"an answer that is no decision ({fault})") from None


class _Process:
    """A process that is asked one line, and answers with one line."""

    def __init__(self, command: str) -> None:
        self.command = command
        self._answers: queue.Queue[str] = queue.Queue()
        try:
            self._child = subprocess.Popen(
                shlex.split(command), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
            )
        except (OSError, ValueError, IndexError) as error:
            raise EngineError(
                f"the engine `{command}` cannot be started: {error}\n"
                "  hint: name a program that speaks the line protocol, such as `python -m stageaccess`"
            ) from None
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._child.stdout is not None
        for line in self._child.stdout:
            self._answers.put(line)
        self._answers.put("")

    def ask(self, line: dict[str, Any]) -> dict[str, Any]:
        """The answer to one line. Raises CommandError where the engine finds fault with the line."""
        assert self._child.stdin is not None
        try:
            self._child.stdin.write(json.dumps(line) + "\n")
            self._child.stdin.flush()
            text = self._answers.get(timeout=PATIENCE_S)
        except OSError:
            text = ""
        except queue.Empty:
            self.close()
            raise self.fault(f"nothing for {PATIENCE_S:.0f} s") from None
        if not text:
            raise self.fault("nothing, and ended")
        try:
            answer = json.loads(text, parse_float=Decimal)
        except ValueError:
            raise self.fault(f"`{text.strip()[:80]}`, which is not JSON") from None
        if not isinstance(answer, dict):
            raise self.fault(f"`{text.strip()[:80]}`, which is not an object")
        if "error" in answer:
            raise CommandError("line", str(answer["error"]))
        return answer

    def fault(self, answered: str) -> EngineError:
        """The error that says what the engine did instead of answering."""
        return EngineError(
            f"the engine `{self.command}` answered {answered}\n  hint: the line protocol has one JSON object a line"
        )

    def close(self) -> None:
        """End the process, and wait until it is gone."""
        self._child.terminate()
        try:
            self._child.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
        for pipe in (self._child.stdin, self._child.stdout):
            if pipe is not None:
                try:
                    pipe.close()
                except OSError:
                    continue


def _room(config: RoomConfig) -> dict[str, Any]:
    limit = config.request_limit
    return {
        "mode": config.mode,
        "stage_capacity": config.stage_capacity,
        "when_full": config.when_full,
        "request_ttl": _seconds(config.request_ttl_ms),
        "invitation_ttl": _seconds(config.invitation_ttl_ms),
        "request_cooldown": _seconds(config.request_cooldown_ms),
        "request_limit": None if limit is None else {"count": limit.count, "window": _seconds(limit.window_ms)},
        "reconnect_grace": _seconds(config.reconnect_grace_ms),
    }


def _command(command: Command) -> dict[str, Any]:
    fields = {key: value for key, value in command._asdict().items() if value is not None and key != "at_ms"}
    return {"at": command.at_ms / 1000, **fields}


def _offer(fields: dict[str, Any]) -> Offer:
    if not fields.keys() <= OFFER_FIELDS:
        raise ValueError(f"unknown fields in {sorted(fields)}")
    mode, role = fields.get("mode"), fields.get("role")
    return Offer(
        Action(fields["do"]),
        fields.get("to"),
        None if mode is None else Mode(mode),
        None if role is None else Role(role),
    )


def _event(fields: dict[str, Any]) -> Event:
    extra = {key: value for key, value in fields.items() if key not in EVENT_FIELDS}
    kind = EventKind(fields["event"])
    return Event(fields["seq"], _milliseconds(fields["at"]), kind, fields["who"], fields["by"], extra)


def _milliseconds(seconds: int | Decimal) -> int:
    return int(seconds * 1000)


def _seconds(time_ms: int | None) -> float | None:
    return None if time_ms is None else time_ms / 1000
