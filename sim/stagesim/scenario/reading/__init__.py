"""From text to a scenario, with line numbers for whatever is wrong."""
