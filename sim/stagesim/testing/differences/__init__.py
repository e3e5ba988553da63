"""Where two engines or two sets of rules part, told from their tapes."""
