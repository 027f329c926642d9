"""Verbs on permit rules."""

from __future__ import annotations

from marketplace.permits.actions.loading import load_rules

__all__ = ["load_rules"]
