"""What the records of other bookings tell a plan: approvals that still count, and what was sent out in a year."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from marketplace.permits.models import VaultEntry
from marketplace.permits.queries.rules import rule_book
from marketplace.permits.queries.vault import vault_facts
from marketplace.permits.rules.book import Rule
from marketplace.permits.rules.counts import Counts
from marketplace.permits.rules.judging import VaultUse
from marketplace.permits.rules.shapes import LARGEST

# Persons whose information the two sides send out by other bookings that are agreed or asked for, by side, territory
# and year: two that wait at once would else each stay below a threshold that they pass together.
_COUNTS = text("""
    SELECT t.exporter_id, t.origin, t.year, least(sum(t.persons), :most)::bigint AS persons,
           least(sum(t.sensitive_persons), :most)::bigint AS sensitive_persons
      FROM booking_transfers t JOIN bookings b ON b.id = t.booking_id
     WHERE t.exporter_id = ANY(:sides) AND (b.state IN ('confirmed', 'in_use', 'completed')
            OR b.state = 'held' AND b.held_until > :now)
       AND b.id IS DISTINCT FROM :without
     GROUP BY t.exporter_id, t.origin, t.year
""")

# Approvals that another booking which is not called off leans on already.
_LEANED_ON = text("""
    SELECT u.entry_id FROM vault_uses u JOIN bookings b ON b.id = u.booking_id
     WHERE u.entry_id = ANY(:entries) AND u.effect = 'replaces' AND u.ended_at IS NULL
       AND b.state IN ('held', 'confirmed', 'in_use', 'completed') AND b.id IS DISTINCT FROM :without
""")


def sent_out(session: Session, sides: Mapping[UUID, str], *, now: datetime, without: UUID | None = None) -> Counts:
    """What each side ("user", "host", by its organisation) sends out by other bookings than one, by territory, year."""
    rows = session.execute(_COUNTS, {"sides": list(sides), "without": without, "now": now, "most": LARGEST})
    return {(sides[row.exporter_id], row.origin, row.year): (row.persons, row.sensitive_persons) for row in rows}


def approvals(
    session: Session, holders: Mapping[str, Sequence[UUID]], on: date, *, without: UUID | None = None
) -> list[dict[str, Any]]:
    """The approvals that count for a booking; one that may be used once counts for the first that leans on it."""
    found = vault_facts(session, holders, on)
    book = rule_book(session) if found else None
    once = [each["id"] for each in found if book and used_once(book.at(str(each.get("rule")), on))]
    if not once:
        return found
    spent = set(map(str, session.scalars(_LEANED_ON, {"entries": once, "without": without})))
    return [each for each in found if each["id"] not in spent]


def spent_meanwhile(session: Session, booking_id: UUID, uses: Iterable[VaultUse], on: date) -> bool:
    """Whether a plan leans on an approval for single use that another booking leans on by now. Locks those approvals,
    so that of two bookings at once the later one sees the other."""
    held = {use.vault for use in uses if use.effect == "replaces"}
    known = select(VaultEntry.id, VaultEntry.rule_id).where(VaultEntry.id.in_(held)).order_by(VaultEntry.id)
    rows = session.execute(known.with_for_update()).all() if held else []
    book = rule_book(session) if rows else None
    once = [row.id for row in rows if book and used_once(book.at(row.rule_id or "", on))]
    return bool(once and session.scalars(_LEANED_ON, {"entries": once, "without": booking_id}).first())


def used_once(rule: Rule | None) -> bool:
    """Whether an approval under a rule is for one use alone."""
    return rule is not None and rule.single_use
