"""The families of queueing models: which scenario a case means."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Final

from pydantic import ValidationError

from stagesim.scenario.values.units import LONGEST_MS
from stagesim.selfcheck.queueing import queues, stages
from stagesim.selfcheck.queueing.cases import Case, NotExpressible
from stagesim.selfcheck.queueing.parameters import Parameters
from stagesim.selfcheck.queueing.setup import LEAST_MS, Setup

FAMILIES: Final[tuple[tuple[str, str, Callable[[Parameters], Setup]], ...]] = (
    ("M/M/1 then Erlang B", r"M/M/1 then Erlang B.*", stages.loss_after_review),
    ("tandem", r"tandem .*", stages.tandem),
    ("Engset", r"Engset.*", stages.engset),
    ("M/M/K/K, M/G/K/K, Erlang B", r"M/[MG]/K/K.*|Erlang B.*", stages.loss),
    ("M/M/inf, Mt/M/inf, binomial (finite Mt/G/inf)", r"Mt?/[MG]/inf.*|binomial \(finite.*", stages.filling),
    ("K independent on/off places", r"K independent on/off places.*", stages.invited_places),
    ("periodic review", r"periodic review.*", queues.periodic),
    ("burst", r"burst.*", queues.burst),
    ("M/M/1 multiple vacations", r"M/M/1 multiple vacations", queues.vacations),
    ("M/M/1 with interruptions", r"M/M/1 with interruptions.*", queues.interruptions),
    ("M/M/c non-pre-emptive priority", r"M/M/(c|\d+) non-?pre-?emptive priority", queues.priority),
    ("M/M/c//N", r"M/M/(c|\d+)//N.*", queues.finite_source),
    ("M/M/c retrial", r"M/M/(c|\d+) retrial.*", queues.retrial),
    ("M/M/c with feedback, M/M/c+M with feedback", r"M/M/(c|\d+)(\+M)? with (Bernoulli )?feedback.*", queues.feedback),
    (
        "M/M/c, patience on the whole sojourn",
        r"M/M/(c|\d+), patience on the whole sojourn.*",
        queues.patient_to_the_end,
    ),
    (
        "M/M/c, M/M/c/K, M/M/c+M, M/M/c/K+M, M/M/c+D, M/M/c+U, M/M/c+G",
        r"M/M/(c|\d+)(/K)?(\+[MDUG].*)?( \(Erlang [AC]\))?",
        queues.many_servers,
    ),
    ("M/H2/1", r"M/H2/1", queues.two_kinds_of_review),
    ("M/D/1, M/E2/1, M/G/1", r"M/(D|E\d+|G)/1", queues.one_server),
)
"""Names of models, how they may be written (a pattern), and what makes a setup; the first that fits counts."""


def set_up(case: Case) -> Setup:
    """The setup of a case. Raises `NotExpressible`, or a `CaseError` when a parameter is missing or wrong."""
    model = re.sub(r"\s*\+\s*", "+", " ".join(case.model.split()))
    case = replace(case, model=model)
    build = next((build for _, name, build in FAMILIES if re.fullmatch(name, model, re.IGNORECASE)), None)
    if build is None:
        known = "; ".join(names for names, _, _ in FAMILIES)
        raise NotExpressible(f"no scenario is known for the model `{model}`, but for: {known}")
    try:
        setup = _built(build, case, LEAST_MS)
        room_ms = ROOM_FOR / setup.rate * setup.unit_ms
        if setup.ends is None and room_ms > LONGEST_MS:
            setup = _built(build, case, max(1.0, LEAST_MS * LONGEST_MS / room_ms))
        # What no scenario can say is seen before anything is simulated.
        setup.scenario(model, setup.ends if setup.ends is not None else ROOM_FOR / setup.rate)
    except ValidationError as error:
        raise NotExpressible(f"no scenario is like that: {_first_line(error)}") from None
    return setup


ROOM_FOR: Final = 25_000
"""A session must have room for so many wishes. Where its shortest time as a minute would make it longer than a scenario
may be, the shortest time is made shorter, down to a millisecond."""


def _built(build: Callable[[Parameters], Setup], case: Case, least_ms: float) -> Setup:
    given = Parameters(case, least_ms)
    setup = build(given)
    given.finish()
    return setup


def _first_line(error: ValidationError) -> str:
    found = error.errors()[0]
    where = ".".join(str(part) for part in found["loc"])
    return f"`{where}`: {found['msg'].splitlines()[0]}"
