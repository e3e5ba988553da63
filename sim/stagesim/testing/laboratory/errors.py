"""What is wrong with what the laboratory is given."""

from stagesim.errors import StagesimError


class LaboratoryError(StagesimError):
    """A ledger, a run, a log or a file of lines that is none, or that does not go with the rest."""
