"""The one base of what the harness has to say against what it was given."""


class StagesimError(ValueError):
    """What was given, or was to be read or run, cannot be; the text says what was asked, what is possible, and a hint.

    `import stagesim; stagesim.StagesimError` catches every kind. A fault of the harness itself is none of them.
    """
