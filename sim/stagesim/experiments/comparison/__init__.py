"""Two sides beside each other: the same people, differences, winners."""
