"""What a scenario gave before, in a file that is kept, and what has changed since."""
