"""The version of the engine: it stands in every answer to who it is, and so in logs and baselines."""

__version__ = "0.2.0"
