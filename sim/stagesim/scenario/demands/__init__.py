"""What a scenario wants of results: conditions, statements, goals."""
