"""What outcomes say: their versions as statements, their events, and how their last versions stand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import and_, select, tuple_
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.queries.mergers import group_tops
from marketplace.outcomes.models import (
    Outcome,
    OutcomeEvent,
    OutcomeParty,
    OutcomeShare,
    OutcomeVerb,
    OutcomeVersion,
)
from marketplace.outcomes.queries.reach import shown_to, versions_for
from marketplace.outcomes.rules.levels import CHECKED, Standing
from marketplace.outcomes.rules.statements import PartySaid, ShareSaid, Statement
from marketplace.values.works import Identifier

_SAME = (
    "type", "date_event", "precision", "language", "abstract", "flow_kind", "flow_direction", "flow_from", "flow_to",
    "beneficiary", "value", "readiness", "additionality", "details", "confidentiality", "embargo_until", "source",
)  # fmt: skip


def versions(session: Session, outcome: Outcome, *, by: Actor) -> Sequence[OutcomeVersion]:
    """Every version that the actor may see, the first one first."""
    wanted = select(OutcomeVersion).join(Outcome, Outcome.id == OutcomeVersion.outcome_id)
    wanted = wanted.where(Outcome.id == outcome.id, versions_for(by))
    return session.scalars(wanted.order_by(OutcomeVersion.number)).all()


def last_version(session: Session, outcome: Outcome) -> OutcomeVersion:
    """The version that stands."""
    mine = OutcomeVersion.outcome_id == outcome.id, OutcomeVersion.number == outcome.version
    return session.scalars(select(OutcomeVersion).where(*mine)).one()


def events(session: Session, outcome: Outcome, *, by: Actor, today: date) -> Sequence[OutcomeEvent]:
    """What happened to the versions of it that the actor may see, as long as they took part, the latest last."""
    about = OutcomeVersion.outcome_id == OutcomeEvent.outcome_id, OutcomeVersion.number == OutcomeEvent.version
    wanted = (
        select(OutcomeEvent).join(Outcome, Outcome.id == OutcomeEvent.outcome_id).join(OutcomeVersion, and_(*about))
    )
    wanted = wanted.where(OutcomeEvent.outcome_id == outcome.id, versions_for(by), shown_to(by, today, OutcomeEvent.at))
    return session.scalars(wanted.order_by(OutcomeEvent.number)).all()


def statements(session: Session, rows: Iterable[OutcomeVersion]) -> dict[UUID, Statement]:
    """What versions say, by their ids."""
    rows = list(rows)
    ids = [row.id for row in rows]
    parties: dict[UUID, list[OutcomeParty]] = {id: [] for id in ids}
    shares: dict[UUID, list[OutcomeShare]] = {id: [] for id in ids}
    order = OutcomeParty.role, OutcomeParty.organisation_id
    for party in session.scalars(select(OutcomeParty).where(OutcomeParty.version_id.in_(ids)).order_by(*order)):
        parties[party.version_id].append(party)
    wanted = select(OutcomeShare).where(OutcomeShare.version_id.in_(ids)).order_by(OutcomeShare.id)
    for share in session.scalars(wanted):
        shares[share.version_id].append(share)
    return {row.id: _statement(row, parties[row.id], shares[row.id]) for row in rows}


def statement(session: Session, outcome: Outcome) -> Statement:
    """What the version that stands says."""
    row = last_version(session, outcome)
    return statements(session, [row])[row.id]


def standing(session: Session, outcome: Outcome, on: date) -> Standing:
    """How the version that stands is verified, groups as they are on a day."""
    return standings(session, [outcome], on)[outcome.id]


def standings(session: Session, outcomes: Collection[Outcome], on: date) -> dict[UUID, Standing]:
    """How the last version of each is verified, in a fixed number of statements."""
    last = [(row.id, row.version) for row in outcomes]
    sided = (
        select(OutcomeVersion.outcome_id, OutcomeParty.organisation_id)
        .join(OutcomeVersion, OutcomeVersion.id == OutcomeParty.version_id)
        .where(tuple_(OutcomeVersion.outcome_id, OutcomeVersion.number).in_(last))
        .where(OutcomeParty.role.in_(("provider", "user")))
    )
    sides: dict[UUID, set[UUID]] = {row.id: set() for row in outcomes}
    for id, place in session.execute(sided):
        sides[id].add(place)
    about = select(OutcomeEvent).where(tuple_(OutcomeEvent.outcome_id, OutcomeEvent.version).in_(last))
    happened: dict[UUID, list[OutcomeEvent]] = {row.id: [] for row in outcomes}
    for event in session.scalars(about.order_by(OutcomeEvent.number)):
        happened[event.outcome_id].append(event)
    tops = group_tops(session, {row.organisation_id for row in outcomes}.union(*sides.values()), on)
    return {row.id: _standing(row, sides[row.id], happened[row.id], tops) for row in outcomes}


def _standing(
    outcome: Outcome, sides: set[UUID], happened: Sequence[OutcomeEvent], tops: Mapping[UUID, UUID]
) -> Standing:
    words = {each.organisation_id: each.verb for each in happened if each.organisation_id and _word(each)}
    checks = [each for each in happened if each.verb in (OutcomeVerb.CHECK, OutcomeVerb.SETTLE)]
    return Standing(
        reporter=outcome.organisation_id,
        sides=sides,
        tops=tops,
        confirmed={id for id, verb in words.items() if verb is OutcomeVerb.CONFIRM},
        resolved=any(each.by is None and each.verb is OutcomeVerb.CHECK for each in checks),
        checked=max((each.level for each in checks if each.level in CHECKED), default=0),
    )


def _word(event: OutcomeEvent) -> bool:
    """Whether it is what a side says of a version: its last word counts."""
    return event.verb in (OutcomeVerb.CONFIRM, OutcomeVerb.DISPUTE)


def _statement(row: OutcomeVersion, parties: list[OutcomeParty], shares: list[OutcomeShare]) -> Statement:
    return Statement(
        **{name: getattr(row, name) for name in _SAME},
        title=dict(row.title),
        identifiers=tuple(
            Identifier(each["scheme"], each["value"], each["normalised"], each["check_ok"]) for each in row.identifiers
        ),
        priorities=tuple(row.priorities),
        classes=tuple(row.classes),
        creators=tuple(row.creators),
        receipts=tuple(row.receipts),
        facilities=tuple(row.facilities),
        parties=tuple(PartySaid(each.organisation_id, each.role, each.size_class) for each in parties),
        shares=tuple(ShareSaid(each.basis, each.share, each.organisation_id, each.facility_id) for each in shares),
    )
