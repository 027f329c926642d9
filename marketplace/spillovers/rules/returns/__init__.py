"""Returns that others ask for: rows of one organisation shaped into their tables, and what can't be filled."""
