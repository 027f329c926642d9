"""Loading and removing sample data."""

from __future__ import annotations

from marketplace.sample.actions.removing import InTheWay, remove
from marketplace.sample.actions.small import load_small
from marketplace.sample.actions.synthetic import Request, load_synthetic

__all__ = ["InTheWay", "Request", "load_small", "load_synthetic", "remove"]
