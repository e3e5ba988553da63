"""Queueing models with known answers, simulated: from a row of a table to a scenario, and to its figures."""
