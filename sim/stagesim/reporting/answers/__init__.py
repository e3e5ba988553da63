"""Answers to questions beyond a comparison: sweeps, sizes, rankings, sensitivity, as print, page and files."""
