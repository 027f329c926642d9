"""Reading the rules: the book that plans are made by, and the versions of one rule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Text, cast, func, or_, select, true
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from marketplace.jurisdictions.models import Jurisdiction, Zone
from marketplace.jurisdictions.queries import working_calendars
from marketplace.permits.models import PermitLibrary, PermitRule
from marketplace.permits.queries.shelf import Shelf
from marketplace.permits.rules.answers import answers_of
from marketplace.permits.rules.book import RuleBook, rule_of
from marketplace.permits.rules.facts import Facts, Territories
from marketplace.permits.rules.plan import Plan, plan_for
from marketplace.permits.rules.shapes import YEARS
from marketplace.values.refusal import Invalid, NotFound

CALENDARS: Final = ("CN", "HK-GEN", "HK-GOV5", "MO")
# The customs territories that are no members of the European Union, of those that the tables know.
_OUTSIDE_UNION: Final = frozenset({"CN", "HK", "MO", "GB", "US", "SG", "JP", "KR", "AU", "CA", "CH"})
# Rules change seldom: what stands, and what stood when the bookings that are looked at were planned.
MOST_BOOKS: Final = 8
_BOOKS: Final = Shelf(MOST_BOOKS)


def permit_plan(session: Session, given: Mapping[str, Any], on: date, *, entered_until: datetime | None = None) -> Plan:
    """The plan of some facts in their JSON shape, by the rules as they stand, or as they stood at `entered_until`.
    Raises Invalid where a shape is wrong."""
    if on.year not in YEARS:
        raise Invalid.one("on", "year_range", first=YEARS.start, last=YEARS.stop - 1)
    known = vocabulary(session, entered_until)
    facts = Facts.read(given, on, territories(session), known)
    return plan_for(facts, rule_book(session, entered_until), calendars(session), answers_of(known))


def rule_book(session: Session, entered_until: datetime | None = None) -> RuleBook:
    """Every version of every rule, or those that were entered by a moment. It is put together once for as long as no
    version is added."""
    known = PermitRule.entered_at <= entered_until if entered_until else true()
    # Ids are made by the application and occur once in the world: two databases never have the same last one.
    last = select(PermitRule.id).where(known).order_by(PermitRule.id.desc()).limit(1).scalar_subquery()
    counted = select(func.count(), func.max(PermitRule.entered_at), last).where(known)
    stamp = tuple(session.execute(counted).one())
    book = _BOOKS.get(stamp)
    if book is None:
        rows = session.execute(select(PermitRule.told, PermitRule.version).where(known).order_by(PermitRule.rule_id))
        book = _BOOKS.keep(stamp, RuleBook([rule_of(told, version) for told, version in rows]))
    return book


def vocabulary(session: Session, entered_until: datetime | None = None) -> Mapping[str, Mapping[str, Any]]:
    """Each fact by its name, as the newest library tells it, or the one that was the newest at a moment."""
    newest = select(PermitLibrary.facts).order_by(PermitLibrary.loaded_at.desc()).limit(1)
    then = session.scalar(newest.where(PermitLibrary.loaded_at <= entered_until)) if entered_until else None
    return then or session.scalar(newest) or {}


def territories(session: Session) -> Territories:
    """Which customs territory each jurisdiction and zone lies in."""
    roots = {row.code: row.root_code for row in session.execute(select(Jurisdiction.code, Jurisdiction.root_code))}
    zones = select(Zone.code, Jurisdiction.root_code).join(Jurisdiction, Jurisdiction.code == Zone.jurisdiction_code)
    union = frozenset(root for root in roots.values() if root not in _OUTSIDE_UNION)
    return Territories(roots | {row.code: row.root_code for row in session.execute(zones)}, union)


def calendars(session: Session) -> Mapping[str, Any]:
    """The calendars that authorities count by."""
    return {str(code): found for code, found in working_calendars(session, CALENDARS).items() if code}


def rules(session: Session) -> Sequence[PermitRule]:
    """The newest version of every rule, by id."""
    newest = select(PermitRule).ext(distinct_on(PermitRule.rule_id))
    return session.scalars(newest.order_by(PermitRule.rule_id, PermitRule.version.desc())).all()


def versions(session: Session, rule_id: str) -> Sequence[PermitRule]:
    """Every version of one rule, the newest first. Raises NotFound."""
    found = session.scalars(
        select(PermitRule).where(PermitRule.rule_id == rule_id).order_by(PermitRule.version.desc())
    ).all()
    if not found:
        raise NotFound(rule_id)
    return found


def titles(session: Session) -> Mapping[str, Mapping[str, str]]:
    """What each rule is called in its newest version, by id."""
    newest = select(PermitRule.rule_id, PermitRule.told["title"].label("title")).ext(distinct_on(PermitRule.rule_id))
    found = session.execute(newest.order_by(PermitRule.rule_id, PermitRule.version.desc()))
    return {row.rule_id: row.title for row in found}


def naming(session: Session, zones: Iterable[str]) -> set[str]:
    """The ids of the rules whose newest version names one of some zones."""
    newest = (
        select(PermitRule.rule_id, cast(PermitRule.told, Text).label("told"))
        .ext(distinct_on(PermitRule.rule_id))
        .order_by(PermitRule.rule_id, PermitRule.version.desc())
        .subquery()
    )
    named = or_(*(newest.c.told.contains(f'"{code}"', autoescape=True) for code in zones))
    return set(session.scalars(select(newest.c.rule_id).where(named)))
