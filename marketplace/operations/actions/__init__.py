"""Verbs on what really happens at a unit."""

from __future__ import annotations

from marketplace.operations.actions.checking import check_in, check_out

__all__ = ["check_in", "check_out"]
