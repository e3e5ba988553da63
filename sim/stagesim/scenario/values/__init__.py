"""Distributions, units and the types of fields."""
