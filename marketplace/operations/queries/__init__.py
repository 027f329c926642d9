"""Reading what really happened at a unit."""

from __future__ import annotations

from marketplace.operations.queries.sessions import sessions_of

__all__ = ["sessions_of"]
