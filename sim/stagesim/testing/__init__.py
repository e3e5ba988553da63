"""The policy laboratory, and the check of the harness itself: what a right answer is known for is tried."""
