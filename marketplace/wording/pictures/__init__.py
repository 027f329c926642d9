"""Stored figures as charts: what each chart of a page is called, what it says, and where its values come from."""
