"""What no table says, changed one thing at a time; a module a kind."""
