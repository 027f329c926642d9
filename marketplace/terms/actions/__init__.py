"""Verbs on terms."""

from __future__ import annotations

from marketplace.terms.actions import frameworks
from marketplace.terms.actions.documents import ask_for_document, keep_document
from marketplace.terms.actions.publishing import accept, publish_terms

__all__ = ["accept", "ask_for_document", "frameworks", "keep_document", "publish_terms"]
