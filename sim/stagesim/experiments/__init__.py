"""Studies: replications in several processes, their results, and results as files."""
