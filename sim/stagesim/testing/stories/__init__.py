"""A session as it happened: what was asked, what the room answered, who was told, and what one person saw of it."""
