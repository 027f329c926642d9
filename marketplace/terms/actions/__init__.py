"""Verbs on terms."""

from __future__ import annotations

from marketplace.terms.actions.publishing import accept, publish_terms

__all__ = ["accept", "publish_terms"]
