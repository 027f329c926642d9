"""Reading the vault: who may see which entry, what it tells a plan, and what comes near its end."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, func, or_, select, true
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Role
from marketplace.accounts.policy import Actor
from marketplace.permits.models import VaultEntry, VaultState, VaultUse
from marketplace.permits.queries.rules import rule_book
from marketplace.permits.rules.lists import list_name
from marketplace.permits.rules.vault import WARNED, Span, may_be_held, span_beside
from marketplace.values.refusal import NotFound

# Days of the vault are those of Hong Kong, Macao and the mainland, which share their clock.
HERE: Final = ZoneInfo("Asia/Hong_Kong")


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Entries of one's own, of one's organisations, issued by the agency whose officer one is; all for who oversees."""
    if actor.via == "system" or actor.administrator or actor.auditor:
        return true()
    if actor.person_id is None:
        return false()
    mine = or_(VaultEntry.person_id == actor.person_id, VaultEntry.organisation_id.in_(actor.organisations()))
    return or_(mine, issued_by(actor))


def issued_by(actor: Actor) -> ColumnElement[bool]:
    """Entries that were issued by an agency of which the actor is an officer, and which is verified."""
    offices = actor.organisations(Role.AGENCY_OFFICER) & actor.verified
    if not offices:
        return false()
    return VaultEntry.issuer_code.in_(select(Organisation.agency_code).where(Organisation.id.in_(offices)))


def entry(session: Session, entry_id: UUID, *, by: Actor) -> VaultEntry:
    """One entry that the actor may see. Raises NotFound."""
    found = session.scalar(select(VaultEntry).where(VaultEntry.id == entry_id, visible_to(by)))
    if found is None:
        raise NotFound("vault entry")
    return found


def issues(session: Session, entry: VaultEntry, *, by: Actor) -> bool:
    """Whether the actor is an officer of the agency that issued an entry."""
    return session.scalar(select(VaultEntry.id).where(VaultEntry.id == entry.id, issued_by(by))) is not None


def entries_of(session: Session, *, by: Actor) -> Sequence[VaultEntry]:
    """The actor's own entries and those of their organisations: what ends next comes first, what was put down last."""
    mine = or_(VaultEntry.person_id == by.person_id, VaultEntry.organisation_id.in_(by.organisations()))
    down = VaultEntry.state.in_((VaultState.REJECTED, VaultState.REVOKED))
    order = down, VaultEntry.ended_at.is_not(None), VaultEntry.valid_to.nulls_last(), VaultEntry.id
    return session.scalars(select(VaultEntry).where(mine).order_by(*order)).all()


def waiting(session: Session, *, by: Actor, limit: int, offset: int = 0) -> Sequence[VaultEntry]:
    """Entries that wait for a word which the actor may give, the oldest first: administrators all, officers those of
    their agency."""
    seen = true() if by.administrator or by.auditor else issued_by(by)
    wanted = select(VaultEntry).where(VaultEntry.state == VaultState.UNVERIFIED, seen)
    return session.scalars(wanted.order_by(VaultEntry.entered_at, VaultEntry.id).limit(limit).offset(offset)).all()


def number_waiting(session: Session) -> int:
    """How many entries wait for anybody's word."""
    wanted = select(func.count()).select_from(VaultEntry).where(VaultEntry.state == VaultState.UNVERIFIED)
    return session.scalar(wanted) or 0


def ending_soon(session: Session, *, by: Actor, on: date, days: int = WARNED[0]) -> Sequence[VaultEntry]:
    """What of the actor's own and of the organisations that they manage ends within some days, the next first."""
    managed = by.organisations(Role.MANAGER, Role.HOST_MANAGER)
    mine = or_(VaultEntry.person_id == by.person_id, VaultEntry.organisation_id.in_(managed))
    near = VaultEntry.valid_to.between(on, on + timedelta(days=days))
    wanted = select(VaultEntry).where(mine, near, *_counting())
    return session.scalars(wanted.order_by(VaultEntry.valid_to, VaultEntry.id)).all()


def uses_of(session: Session, entry_id: UUID) -> Sequence[VaultUse]:
    """Where an entry was used, the latest first."""
    wanted = select(VaultUse).where(VaultUse.entry_id == entry_id)
    return session.scalars(wanted.order_by(VaultUse.noted_at.desc(), VaultUse.id)).all()


def vault_facts(session: Session, holders: Mapping[str, Collection[UUID]], on: date) -> list[dict[str, Any]]:
    """What the holders have, as the facts of a plan tell it: entries that are verified, not revoked, not used up and
    not over on the day. `holders` names organisations or people by their role: "user", "host", "people_flows/0".

    Days to come are left to the plan, which judges each flow by its own date. An unverified entry is not among them:
    it may not lift what blocks (`unverified_facts` tells what it would do). Nor is one that counts only beside the
    approval of another office, until that is there.
    """
    return list(_facts(session, holders, on, *_counting()))


def awaiting_others(session: Session, ids: Collection[UUID], on: date) -> set[UUID]:
    """Those of some verified entries that do not count yet, or no longer, for want of another office's approval."""
    rows = session.scalars(select(VaultEntry).where(VaultEntry.id.in_(ids), *_counting())).all()
    return {row.id for row in rows} - set(_spans(session, rows, on))


def unverified_facts(session: Session, holders: Mapping[str, Collection[UUID]], on: date) -> list[dict[str, Any]]:
    """The same of the entries that nobody has verified yet: what they would satisfy, a page may tell."""
    return list(_facts(session, holders, on, VaultEntry.state == VaultState.UNVERIFIED, alone=True))


def _counting() -> tuple[ColumnElement[bool], ...]:
    left = or_(VaultEntry.volume_allowed.is_(None), VaultEntry.volume_used < VaultEntry.volume_allowed)
    return VaultEntry.state == VaultState.VERIFIED, left


def _facts(
    session: Session,
    holders: Mapping[str, Collection[UUID]],
    on: date,
    *wanted: ColumnElement[bool],
    alone: bool = False,
) -> Iterator[dict[str, Any]]:
    ids = {id for of in holders.values() for id in of}
    if not ids:
        return
    owned = or_(VaultEntry.organisation_id.in_(ids), VaultEntry.person_id.in_(ids))
    lasting = or_(VaultEntry.valid_to.is_(None), VaultEntry.valid_to >= on)
    rows = session.scalars(select(VaultEntry).where(and_(owned, lasting, *wanted)).order_by(VaultEntry.id)).all()
    spans = {row.id: (row.valid_from, row.valid_to) for row in rows} if alone else _spans(session, rows, on)
    for role, of in holders.items():
        others = {id for other, them in holders.items() if other != role for id in them}
        meant = (row for row in rows if row.id in spans and row.owner_id in of and _towards(row, others))
        yield from (_told(row, role, spans[row.id]) for row in meant)


def _spans(session: Session, rows: Sequence[VaultEntry], on: date) -> dict[UUID, Span]:
    """From when until when each entry counts: those that need another office's approval only with it."""
    beside = {each for row in rows for each in row.beside}
    others: Sequence[VaultEntry] = ()
    if beside:
        lasting = or_(VaultEntry.valid_to.is_(None), VaultEntry.valid_to >= on)
        others = session.scalars(
            select(VaultEntry).where(VaultEntry.application_id.in_(beside), lasting, *_counting())
        ).all()
    return {row.id: span for row in rows if (span := span_beside(row, others)) is not None}


def _towards(entry: VaultEntry, others: Collection[UUID]) -> bool:
    """Whether one of the other parties is among those that an entry is for; most are for any."""
    return not entry.parties or not set(entry.parties).isdisjoint(others)


def _told(entry: VaultEntry, holder: str, span: Span) -> dict[str, Any]:
    first, last = span
    told: dict[str, Any] = {
        "id": str(entry.id),
        "kind": entry.kind.value,
        "rule": entry.rule_id,
        "list": entry.list_code,
        "holder": holder,
        "valid_from": first.isoformat(),
        "valid_to": last and last.isoformat(),
        "scope": dict(entry.scope),
    }
    return {name: value for name, value in told.items() if value not in (None, {})}


def called(session: Session, entry: VaultEntry) -> Mapping[str, str] | str:
    """What an entry is called: its own title, else its rule's in the newest version, else its list's."""
    if entry.title:
        return entry.title
    if entry.rule_id is None:
        return list_name(entry.list_code or "")
    versions = rule_book(session).versions.get(entry.rule_id)
    return versions[0].told["title"] if versions else entry.rule_id


def known_lists(session: Session) -> list[str]:
    """The white lists that rules name, in any version, by code."""
    found = {code for rule in rule_book(session).rules for code in _lists(rule.told)}
    return sorted(found)


def held_under(session: Session, on: date) -> list[str]:
    """The rules under which somebody may hold an approval on a day, by id."""
    book = rule_book(session)
    laws = (book.at(rule_id, on) for rule_id in book.versions)
    return sorted(rule.id for rule in laws if rule is not None and may_be_held(rule))


def _lists(told: Any) -> Iterator[str]:
    """Every list that a rule's row asks the vault for, or recognises."""
    if isinstance(told, Mapping):
        if isinstance(told.get("list"), str) and "holders" in told:
            yield told["list"]
        yield from (code for each in told.values() for code in _lists(each))
    elif isinstance(told, Iterable) and not isinstance(told, str):
        yield from (code for each in told for code in _lists(each))
