"""Whether the harness itself is right: queueing theory, and the statistics against cases whose truth is known."""
