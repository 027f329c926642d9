"""Outcomes for administrators only are in no figure that the sides read: its difference to their packs would tell."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.spillovers.queries.counting import mark_counted
from marketplace.spillovers.rules.scopes import Frame, ScopeKind

_CLOSED: Final = """DELETE FROM stood USING outcome_versions v
     WHERE v.id = stood.version_id AND v.confidentiality = 'administrators'"""
# Of an organisation's figures its own people are the readers, who know what it reports itself.
_OF_OTHERS: Final = """ AND NOT EXISTS (SELECT FROM outcomes o
    WHERE o.id = stood.outcome_id AND o.organisation_id IN (SELECT id FROM inside))"""


def leave_out_secrets(session: Session, frame: Frame) -> None:
    """Take what is for administrators only away from the figures of a collaboration, and from those of an organisation
    what others report."""
    more = {ScopeKind.COLLABORATION: "", ScopeKind.ORGANISATION: _OF_OTHERS}.get(frame.scope.kind)
    if more is not None:
        session.execute(text(_CLOSED + more))
        mark_counted(session, frame.floor)


def oversees(by: Actor) -> bool:
    """Whether somebody watches over the platform, or is the platform itself."""
    return by.administrator or by.auditor or by.via == "system"
