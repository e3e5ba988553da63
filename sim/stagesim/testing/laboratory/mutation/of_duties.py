"""Single changes of what no table says: orders, times, notices, offers, numbers, ids, connections, checks."""

from typing import Final

from stagesim.testing.laboratory.mutation.changes import OfDuty
from stagesim.testing.laboratory.mutation.duties.answers import answers
from stagesim.testing.laboratory.mutation.duties.checks import checks
from stagesim.testing.laboratory.mutation.duties.connections import connections
from stagesim.testing.laboratory.mutation.duties.ids import ids
from stagesim.testing.laboratory.mutation.duties.notices import notices
from stagesim.testing.laboratory.mutation.duties.offered import offered
from stagesim.testing.laboratory.mutation.duties.orders import orders
from stagesim.testing.laboratory.mutation.duties.replacements import replacements
from stagesim.testing.laboratory.mutation.duties.times import times

KINDS: Final = {
    "order": orders,
    "times": times,
    "who is told": notices,
    "who makes room": replacements,
    "what is offered": offered,
    "numbers and names in answers": answers,
    "repeated ids": ids,
    "connections": connections,
    "order of checks": checks,
}


def duties() -> list[OfDuty]:
    """Every one of them."""
    return [OfDuty(kind, name, engine) for kind, made in KINDS.items() for name, engine in made()]
