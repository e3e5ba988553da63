"""A scenario written for others: its schema, its tables of keys, its canonical form."""
