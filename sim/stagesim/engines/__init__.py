"""Any engine under test: the contract, an engine in a process of its own, the tape of what one was asked."""
