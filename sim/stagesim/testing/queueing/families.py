"""The families of queueing models: which scenario a case means."""

import re
from collections.abc import Callable
from typing import Final

from stagesim.testing.queueing import queues, stages
from stagesim.testing.queueing.cases import Case, NotExpressible
from stagesim.testing.queueing.parameters import Parameters
from stagesim.testing.queueing.setup import Setup

FAMILIES: Final[tuple[tuple[str, Callable[[Parameters], Setup]], ...]] = (
    (r"M/M/1 then Erlang B.*", stages.loss_after_review),
    (r"tandem .*", stages.tandem),
    (r"Engset.*", stages.engset),
    (r"M/[MG]/K/K.*|Erlang B.*", stages.loss),
    (r"Mt?/[MG]/inf.*|binomial \(finite.*", stages.filling),
    (r"K independent on/off places.*", stages.invited_places),
    (r"periodic review.*", queues.periodic),
    (r"burst.*", queues.burst),
    (r"M/M/1 multiple vacations", queues.vacations),
    (r"M/M/1 with interruptions.*", queues.interruptions),
    (r"M/M/(c|\d+) non-pre-?emptive priority", queues.priority),
    (r"M/M/(c|\d+)//N.*", queues.finite_source),
    (r"M/M/(c|\d+) retrial.*", queues.retrial),
    (r"M/M/(c|\d+)(\+M)? with (Bernoulli )?feedback.*", queues.feedback),
    (r"M/M/c, patience on the whole sojourn.*", queues.patient_to_the_end),
    (r"M/M/c(/K)?(\+[MDUG].*)?( \(Erlang [AC]\))?", queues.many_servers),
    (r"M/H2/1", queues.two_kinds_of_review),
    (r"M/(D|E\d+|G)/1", queues.one_server),
)
"""The name of a model, as a pattern, and what makes a setup of its parameters; the first that fits counts."""


def set_up(case: Case) -> Setup:
    """The setup of a case. Raises `NotExpressible`, or a `CaseError` when a parameter is missing or wrong."""
    build = next((build for name, build in FAMILIES if re.fullmatch(name, case.model, re.IGNORECASE)), None)
    if build is None:
        raise NotExpressible(f"no scenario is known for the model `{case.model}`")
    given = Parameters(case)
    setup = build(given)
    given.finish()
    return setup
