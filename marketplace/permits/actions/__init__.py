"""Verbs on permit rules."""

from __future__ import annotations

from marketplace.permits.actions.editing import Wish, agree, propose, reject
from marketplace.permits.actions.loading import load_rules

__all__ = ["Wish", "agree", "load_rules", "propose", "reject"]
