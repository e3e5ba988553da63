"""The commands that have a module of their own: arguments in, calls out, no logic. `stagesim.cli` registers them."""
