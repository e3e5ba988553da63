"""Scenario files, and the valid objects that they become."""
