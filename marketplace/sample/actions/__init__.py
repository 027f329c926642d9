"""Loading and removing sample data."""

from __future__ import annotations

from marketplace.sample.actions.removing import remove
from marketplace.sample.actions.small import load_small
from marketplace.sample.actions.synthetic import Request, load_synthetic

__all__ = ["Request", "load_small", "load_synthetic", "remove"]
