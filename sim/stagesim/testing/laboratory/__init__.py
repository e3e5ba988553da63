"""The policy laboratory: what a set of rules, or somebody's engine, does in every room that one can think of."""
