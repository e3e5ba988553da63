"""Simulation harness for stage access policies."""

__version__ = "0.1.0"
