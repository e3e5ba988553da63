"""What people do: the generators that SimPy drives, one for each person."""
