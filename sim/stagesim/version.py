"""The version of the laboratory: it stands in every folder of results and in baselines."""

__version__ = "0.2.0"
