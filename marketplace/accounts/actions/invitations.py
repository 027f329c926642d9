"""Invitations into an organisation: mailed, accepted by whoever owns the address, withdrawn."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.actions import links, sign_up
from marketplace.accounts.actions.links import LinkWish
from marketplace.accounts.actions.members import add_member, managers_of
from marketplace.accounts.actions.organisations import locked
from marketplace.accounts.actions.sign_up import NewPerson
from marketplace.accounts.models import LinkPurpose, MailedLink, Organisation, Person, PlatformRole, Role
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import open_invitations
from marketplace.accounts.rules.addresses import normal_email
from marketplace.accounts.rules.invitations import invitation_refusals, names_itself
from marketplace.accounts.rules.standing import role_refusals
from marketplace.history.actions import Subject, record
from marketplace.notices.actions import mail_to_address, of_people, tell
from marketplace.values import refusal
from marketplace.values.refusal import Invalid, NotFound, Refusal, Refused


def invite(
    session: Session, organisation_id: UUID, email: str, *, roles: Collection[Role], now: datetime, by: Actor
) -> None:
    """Invite an address, whether it has an account or not: the answer is the same. A newer invitation to the same
    address replaces the older one. What an organisation says of itself is quoted once it is verified, not before."""
    row = locked(session, organisation_id, by)
    demand(by, "organisation.manage_members", organisation=organisation_id)
    address = normal_email(email)
    if not roles:
        raise Invalid.one("roles", "required")
    _replace_older(session, row, address, now=now)
    opened = len(open_invitations(session, row.id, now=now))
    refusal.demand([*role_refusals(row.kind, roles), *invitation_refusals(row, opened)])
    known = session.execute(
        select(Person.id, Person.language).where(func.lower(Person.email) == address.lower())
    ).first()
    wish = LinkWish(
        purpose=LinkPurpose.INVITATION,
        email=address,
        person_id=known.id if known else None,
        organisation_id=row.id,
        details={"roles": sorted(role.value for role in roles)},
        created_by=by.person_id,
    )
    token = links.draw(session, wish, now=now)
    code, told = _said(session, row, by)
    language = known.language if known else by.language
    mail_to_address(session, address, code, {**told, "path": f"invitations/{token}"}, language=language, now=now)
    if known:
        inbox = {**told, "path": "account/organisations"}
        tell(session, [known.id], code, inbox, now=now, by_mail=False)
    details = {"roles": wish.details["roles"]}
    record(
        session, Subject("organisation", row.id), "organisation.invited", now=now, by=by.person_id, details=details,
        text={"email": address},
    )  # fmt: skip


def _said(session: Session, row: Organisation, by: Actor) -> tuple[str, dict[str, Any]]:
    """What an invitation tells: names, or only the sender's address, which is proven, where anybody chose the names."""
    whose = of_people(named={"inviter": by.person_id})
    if names_itself(row):
        return "invitation", {"organisation": dict(row.name), "inviter": by.name, **whose}
    address = session.scalar(select(Person.email).where(Person.id == by.person_id))
    return "invitation_unverified", {"inviter": address or "", **whose}


def accept(session: Session, token: str, *, now: datetime, by: Actor) -> Organisation:
    """Accept by the mailed link, as the person whose address it went to."""
    return _accept(session, links.use(session, token, LinkPurpose.INVITATION, now=now), by.id, now=now)


def accept_listed(session: Session, link_id: UUID, *, now: datetime, by: Actor) -> Organisation:
    """Accept an invitation from one's own list: the proven address of the account is proof enough."""
    return _accept(session, _used_by(session, link_id, by.id, now=now), by.id, now=now)


def decline_listed(session: Session, link_id: UUID, *, now: datetime, by: Actor) -> None:
    """Say no to an invitation from one's own list; whoever invited is told."""
    link = _used_by(session, link_id, by.id, now=now)
    row = session.get(Organisation, link.organisation_id)
    if row is None:
        raise NotFound("invitation")
    record(session, Subject("organisation", row.id), "organisation.invitation_declined", now=now, by=by.person_id)
    _tell_inviter(session, link, "invitation_declined", row=row, who=(by.id, by.name), now=now)


def accept_as_new(session: Session, token: str, new: NewPerson, *, now: datetime) -> UUID:
    """Accept without an account: the link proves the address, so the person is created with it."""
    if not new.consented:
        raise Invalid.one("consented", "consent")
    link = links.use(session, token, LinkPurpose.INVITATION, now=now)
    person_id = sign_up.create(session, link.email, new, now=now, consent_at=now)
    _accept(session, link, person_id, now=now)
    links.spoil(session, link.email, (LinkPurpose.SIGN_UP,), now=now)
    return person_id


def withdraw(session: Session, link_id: UUID, *, now: datetime, by: Actor) -> None:
    """Make an invitation useless; `NotFound` for one that was accepted, declined, replaced or withdrawn."""
    # The link before the organisation, as whoever accepts locks them: what they did meanwhile is seen.
    link = session.get(MailedLink, link_id, with_for_update=True, populate_existing=True)
    if link is None or link.purpose is not LinkPurpose.INVITATION or link.organisation_id is None:
        raise NotFound("invitation")
    row = locked(session, link.organisation_id, by)
    demand(by, "organisation.manage_members", organisation=row.id)
    if link.used_at is not None:
        raise NotFound("invitation")
    link.used_at = now
    session.flush()
    record(session, Subject("organisation", row.id), "organisation.invitation_withdrawn", now=now, by=by.person_id)


def _accept(session: Session, link: MailedLink, person_id: UUID, *, now: datetime) -> Organisation:
    person = session.get(Person, person_id)
    row = session.get(Organisation, link.organisation_id, with_for_update={"key_share": True})
    if person is None or row is None:
        raise NotFound("invitation")
    if person.email is None or person.email.lower() != link.email.lower():
        raise Refused([Refusal("invitation_elsewhere")])
    if not _still_vouched(session, link, row):
        raise NotFound("invitation")
    roles = [Role(role) for role in link.details["roles"]]
    add_member(session, row, person_id, roles=roles, now=now, by=person_id)
    _tell_inviter(session, link, "invitation_accepted", row=row, who=(person.id, person.name or ""), now=now)
    return row


def _used_by(session: Session, link_id: UUID, person_id: UUID, *, now: datetime) -> MailedLink:
    """An open invitation to the person's own address, spent; another's is as unknown as none."""
    own = select(func.lower(Person.email)).where(Person.id == person_id).scalar_subquery()
    found = session.scalars(
        update(MailedLink)
        .where(MailedLink.id == link_id, MailedLink.purpose == LinkPurpose.INVITATION)
        .where(MailedLink.used_at.is_(None), MailedLink.expires_at > now, func.lower(MailedLink.email) == own)
        .values(used_at=now)
        .returning(MailedLink)
        .execution_options(synchronize_session=False, populate_existing=True)
    ).one_or_none()
    if found is None:
        raise NotFound("invitation")
    return found


def _still_vouched(session: Session, link: MailedLink, row: Organisation) -> bool:
    """Whether who invited might still do so: whoever is sent away must find no door of their own left open."""
    if link.created_by is None or link.created_by in managers_of(session, row.id):
        return True
    overseer = Person.platform_role == PlatformRole.ADMINISTRATOR, Person.suspended_at.is_(None)
    return session.scalar(select(Person.id).where(Person.id == link.created_by, *overseer)) is not None


def _tell_inviter(
    session: Session, link: MailedLink, code: str, *, row: Organisation, who: tuple[UUID, str], now: datetime
) -> None:
    person_id, name = who
    if link.created_by is not None:
        told = {"organisation": dict(row.name), "name": name, "path": f"account/organisations/{row.id}/members"}
        told |= of_people(named={"name": person_id})
        tell(session, [link.created_by], code, told, now=now)


def _replace_older(session: Session, row: Organisation, address: str, *, now: datetime) -> None:
    session.execute(
        update(MailedLink)
        .where(MailedLink.organisation_id == row.id, MailedLink.purpose == LinkPurpose.INVITATION)
        .where(func.lower(MailedLink.email) == address.lower(), MailedLink.used_at.is_(None))
        .values(used_at=now)
    )
