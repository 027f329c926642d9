"""Decisions about outcomes: what one must say, who may do what with it, and how well it is verified."""
