"""The report page, and what stands on it."""
