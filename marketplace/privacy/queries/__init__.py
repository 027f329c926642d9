"""Reads about one person: everything that is kept, and what they asked for."""

from marketplace.privacy.queries.everything import KINDS, everything_about

__all__ = ["KINDS", "everything_about"]
