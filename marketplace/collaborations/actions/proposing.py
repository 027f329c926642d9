"""Collaborations by hand: proposed by one side, accepted or declined by each party that is asked, changed by all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.accounts.policy import Actor, demand
from marketplace.accounts.queries.organisations import organisation
from marketplace.accounts.rules.standing import standing_refusals
from marketplace.collaborations.actions.loading import Loaded, demand_seen, locked, new_reference, touch
from marketplace.collaborations.actions.measuring import measure_anew
from marketplace.collaborations.actions.telling import audience, name_of, note, speakers, spread
from marketplace.collaborations.models import Collaboration, CollaborationParty, CollaborationState, PartyRole
from marketplace.collaborations.rules.days import today_of
from marketplace.collaborations.rules.parts import short_reason
from marketplace.collaborations.rules.sheet import (
    MOST_PARTIES,
    PartyWish,
    Proposal,
    Sheet,
    normal,
    party_faults,
    sheet_of,
    values_before,
)
from marketplace.collaborations.rules.standing import Deed, standing_of, state_after_answer
from marketplace.database import new_id
from marketplace.terms.models import Framework
from marketplace.values import refusal
from marketplace.values.refusal import Invalid, NotFound, Refusal

COLUMNS = (
    "title", "kind", "starts_on", "ends_on", "aim", "scheme", "level_now", "level_wanted", "agreement_number",
    "framework_id", "clauses", "raid",
)  # fmt: skip


def propose(session: Session, proposal: Proposal, *, now: datetime, by: Actor) -> Collaboration:
    """Propose a collaboration: the first of the parties is the proposer's own, the managers of the others are told.
    Raises `Invalid`, and `Refused` where an organisation is not verified."""
    if errors := tuple(party_faults(proposal.parties)):
        raise Invalid(errors)
    own = proposal.parties[0].organisation_id
    demand(by, "collaboration.propose", organisation=own, host=own)
    sheet = normal(proposal.sheet)
    places = [_place(session, party.organisation_id, by) for party in proposal.parties]
    refusal.demand([reason for place in places for reason in standing_refusals(place)])
    _demand_framework(session, sheet, [place.id for place in places])
    row = Collaboration(
        id=new_id(),
        reference=new_reference(),
        state=CollaborationState.PROPOSED,
        opened_by=by.person_id,
        version=1,
        sample=all(place.sample for place in places),
        created_at=now,
        updated_at=now,
        **{name: getattr(sheet, name) for name in COLUMNS},
    )
    session.add(row)
    session.flush()
    today = today_of(by, now)
    asked = [_party(row, wish, now=now, by=by) for wish in proposal.parties]
    asked[0].joined_on, asked[0].joined_at = today, now
    session.add_all(asked)
    note(session, row, "collaboration.proposed", now=now, by=by)
    _ask(session, row, asked[1:], now=now, by=by, asking=own)
    return row


def ask(session: Session, collaboration_id: UUID, wish: PartyWish, *, now: datetime, by: Actor) -> Collaboration:
    """Ask a further organisation to take part; one that declined or left may be asked anew."""
    found = locked(session, collaboration_id, Deed.ASK, now=now, by=by)
    if not wish.roles:
        raise Invalid.one("roles", "required")
    place = _place(session, wish.organisation_id, by)
    refusal.demand(standing_refusals(place))
    party = found.party(wish.organisation_id)
    if party is not None and standing_of(party) in ("asked", "member"):
        raise Invalid.one("organisation", "collaboration_twice")
    if party is None and len(found.parties) >= MOST_PARTIES:
        raise Invalid.one("organisation", "too_many_items", max=MOST_PARTIES)
    if party is not None and standing_of(party) == "left":
        # The stay that ended is history; a second one would overwrite what was theirs in it.
        raise refusal.Refused([Refusal("party_left_before")])
    party = party or _party(found.row, wish, now=now, by=by)
    party.roles, party.invited_at, party.invited_by = _codes(wish), now, by.person_id
    party.declined_at = None
    session.add(party)
    touch(session, found.row, now)
    _ask(session, found.row, [party], now=now, by=by, asking=found.seats[0].through)
    return found.row


def accept(session: Session, collaboration_id: UUID, version: int | None, *, now: datetime, by: Actor) -> Collaboration:
    """Take part, on what stood at `version`; the first to accept a proposal makes it active."""
    found = locked(session, collaboration_id, Deed.ACCEPT, now=now, by=by)
    demand_seen(found.row, version)
    party = _answering(session, found)
    refusal.demand(standing_refusals(session.get_one(Organisation, found.seats[0].through)))
    party.joined_on, party.joined_at = found.today, now
    _answered(session, found, party, "collaboration.accepted", now=now, by=by)
    measure_anew(session, found.row, now=now)
    return found.row


def decline(session: Session, collaboration_id: UUID, reason: str = "", *, now: datetime, by: Actor) -> Collaboration:
    """Do not take part. From then on the collaboration is a stranger's to the organisation."""
    found = locked(session, collaboration_id, Deed.DECLINE, now=now, by=by)
    said = short_reason(reason, required=False)
    party = _answering(session, found)
    party.declined_at = now
    _answered(session, found, party, "collaboration.declined", now=now, by=by, reason=said)
    return found.row


def withdraw(session: Session, collaboration_id: UUID, *, now: datetime, by: Actor) -> Collaboration:
    """Take back a proposal that nobody has accepted yet."""
    found = locked(session, collaboration_id, Deed.WITHDRAW, now=now, by=by)
    asked = [party for party in found.parties if standing_of(party) == "asked"]
    found.row.state = CollaborationState.DECLINED
    touch(session, found.row, now)
    note(session, found.row, "collaboration.withdrawn", now=now, by=by)
    spread(session, found.row, "collaboration_withdrawn", speakers(session, asked, now=now), now=now, by=by)
    return found.row


def change(
    session: Session, collaboration_id: UUID, sheet: Sheet, *, now: datetime, by: Actor, version: int | None = None
) -> Collaboration:
    """Change what the collaboration says; `version` is the one that was read. The fields that changed are noted, with
    what they said before."""
    found = locked(session, collaboration_id, Deed.CHANGE, now=now, by=by)
    demand_seen(found.row, version)
    kept = normal(sheet, titled=found.row.opened_by_booking is None)
    _demand_framework(session, kept, [party.organisation_id for party in found.parties])
    changed = [name for name in COLUMNS if getattr(found.row, name) != getattr(kept, name)]
    if not changed:
        return found.row
    before = values_before(sheet_of(found.row), changed)
    for name in changed:
        setattr(found.row, name, getattr(kept, name))
    touch(session, found.row, now)
    note(
        session,
        found.row,
        "collaboration.changed",
        now=now,
        by=by,
        details={"fields": changed},
        text={"before": before},
    )
    people = audience(session, found.row, found.parties, now=now)
    waiting = [party for party in found.parties if standing_of(party) == "asked"]
    people |= speakers(session, waiting, now=now)
    spread(session, found.row, "collaboration_changed", people, now=now, by=by, by_mail=bool(waiting))
    return found.row


def _ask(
    session: Session,
    row: Collaboration,
    parties: Sequence[CollaborationParty],
    *,
    now: datetime,
    by: Actor,
    asking: UUID,
) -> None:
    """Write down who was asked, and tell those who answer for them."""
    for party in parties:
        asked = name_of(session, party.organisation_id)
        details = {"organisation": str(party.organisation_id)}
        note(session, row, "collaboration.asked", now=now, by=by, details=details, text={"name": asked})
        people = speakers(session, [party], now=now)
        host = name_of(session, asking)
        spread(session, row, "collaboration_asked", people, now=now, by=by, organisation=asked, asking=host)


def _answering(session: Session, found: Loaded) -> CollaborationParty:
    """The party for which is answered, read anew under the lock."""
    party = found.seats[0].party
    session.refresh(party, with_for_update=True)
    return party


def _answered(
    session: Session,
    found: Loaded,
    party: CollaborationParty,
    verb: str,
    *,
    now: datetime,
    by: Actor,
    reason: str = "",
) -> None:
    """Let the answer count, write it down and tell the others."""
    row = found.row
    row.state = state_after_answer(row.state, found.parties)
    touch(session, row, now)
    name = name_of(session, party.organisation_id)
    text, verb = ({"name": name, "reason": reason}, f"{verb}_because") if reason else ({"name": name}, verb)
    note(session, row, verb, now=now, by=by, details={"organisation": str(party.organisation_id)}, text=text)
    people = audience(session, row, found.parties, now=now) | ({row.opened_by} - {None} if row.opened_by else set())
    code = verb.replace(".", "_")
    spread(session, row, code, people, now=now, by=by, said=reason, organisation=name)


def _place(session: Session, organisation_id: UUID, by: Actor) -> Organisation:
    try:
        return organisation(session, organisation_id, by)
    except NotFound:
        raise Invalid.one("organisation", "unknown") from None


def _demand_framework(session: Session, sheet: Sheet, parties: Sequence[UUID]) -> None:
    """A framework agreement that is named stands between two of the parties."""
    if sheet.framework_id is None:
        return
    both = Framework.host_id.in_(parties), Framework.organisation_id.in_(parties)
    if session.scalar(select(Framework.id).where(Framework.id == sheet.framework_id, *both)) is None:
        raise Invalid.one("framework", "unknown")


def _party(row: Collaboration, wish: PartyWish, *, now: datetime, by: Actor) -> CollaborationParty:
    return CollaborationParty(
        collaboration_id=row.id,
        organisation_id=wish.organisation_id,
        roles=_codes(wish),
        invited_at=now,
        invited_by=by.person_id,
    )


def _codes(wish: PartyWish) -> list[str]:
    return [role.value for role in PartyRole if role in wish.roles]
