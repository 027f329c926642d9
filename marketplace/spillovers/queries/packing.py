"""What a pack of evidence is made of: the figures' inputs and the rows behind them that its reader may see.

Outcomes under embargo, for administrators only, or otherwise out of the reader's sight, and use between others, are
taken away before anything is gathered, so that no figure of the pack rests on them; they are counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Uuid, column, or_, select, table, text
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.rules.days import HERE
from marketplace.outcomes.models import Confidentiality, Outcome, OutcomeVersion
from marketplace.outcomes.queries.reach import own_of, visible_to
from marketplace.spillovers.packs.contents import Basis, Pack, figure_of
from marketplace.spillovers.queries.counting import mark_counted
from marketplace.spillovers.queries.desk import Desk, seated
from marketplace.spillovers.queries.durations import beginnings, stays
from marketplace.spillovers.queries.evaluators import for_evaluators
from marketplace.spillovers.queries.gathering import gathered, why_not
from marketplace.spillovers.queries.known import JOINED, LEFT_ON, SEATS
from marketplace.spillovers.queries.outputs import authors
from marketplace.spillovers.queries.parting import Left, as_left, left_by
from marketplace.spillovers.queries.standing import lay_out
from marketplace.spillovers.queries.withholding import oversees
from marketplace.spillovers.registry import metrics
from marketplace.spillovers.rules.parameters import PARAMETERS
from marketplace.spillovers.rules.scopes import Frame
from marketplace.spillovers.software import software_version
from marketplace.values.refusal import Refusal, Refused

# What WeasyPrint and a reader's patience bear; larger ones are asked for by shorter periods.
MOST_OUTCOMES: Final = 20_000
_STOOD = table("stood", column("outcome_id", Uuid()), column("version_id", Uuid()), column("status"))
_BETWEEN_OTHERS: Final = text("""DELETE FROM used
    WHERE host <> ALL (CAST(:own AS uuid[])) AND visitor <> ALL (CAST(:own AS uuid[])) RETURNING id""")
# The rows behind the figures, by their kind. Drafts are their reporter's alone and count nowhere.
_ROWS: Final[Mapping[str, str]] = {
    "collaborations": """SELECT c.id, c.reference, c.kind, c.title, c.agreement_number, c.starts_on, c.ends_on
        FROM collaborations c JOIN tied USING (id) ORDER BY c.id""",
    "parties": f"""SELECT p.collaboration_id AS collaboration, p.organisation_id AS organisation, p.roles, p.joined_on,
               {LEFT_ON} AS left_on
        FROM collaboration_parties p JOIN tied ON tied.id = p.collaboration_id
       WHERE {JOINED} ORDER BY 1, 2""",
    "outcomes": """SELECT s.outcome_id AS id, o.reference, s.type, v.title, s.date_event, v.precision, s.status,
               s.level, s.counted, o.organisation_id AS organisation, v.number AS version, v.recorded_at,
               v.confidentiality, v.identifiers, v.priorities, v.classes, v.value, v.additionality,
               v.flow_kind, v.flow_direction, v.details ->> 'starts_on' AS starts_on,
               coalesce(nullif(v.details ->> 'ends_on', ''), v.details ->> 'until') AS ends_on,
               v.details ->> 'ended_on' AS ended_on
        FROM stood s JOIN outcomes o ON o.id = s.outcome_id JOIN outcome_versions v ON v.id = s.version_id
       WHERE s.status <> 'draft' ORDER BY 1""",
    "links": """SELECT l.outcome_id AS outcome, l.collaboration_id AS collaboration FROM outcome_collaborations l
        JOIN stood s ON s.outcome_id = l.outcome_id JOIN tied ON tied.id = l.collaboration_id
       WHERE s.status <> 'draft' AND (l.linked_at IS NULL OR l.linked_at <= tied.seen) ORDER BY 1, 2""",
    "outcome_parties": """SELECT s.outcome_id AS outcome, p.organisation_id AS organisation, p.role, p.jurisdiction,
               p.sector, p.size_class
        FROM stood s JOIN outcome_parties p USING (version_id) WHERE s.status <> 'draft' ORDER BY 1, 2, 3""",
    "shares": """SELECT s.outcome_id AS outcome, h.basis, h.organisation_id AS organisation, h.facility_id AS facility,
               h.share FROM stood s JOIN outcome_shares h USING (version_id)
       WHERE s.status <> 'draft' ORDER BY 1, 2, 3, 4""",
    "receipts": """SELECT s.outcome_id AS outcome, r.place, r.told ->> 'year' AS year,
               r.told ->> 'received_on' AS received_on, r.told ->> 'amount' AS amount, r.told ->> 'currency' AS currency
        FROM stood s JOIN outcome_versions v ON v.id = s.version_id
        CROSS JOIN LATERAL jsonb_array_elements(v.receipts) WITH ORDINALITY AS r (told, place)
       WHERE s.status <> 'draft' ORDER BY 1, 2""",
    "events": """SELECT e.outcome_id AS outcome, e.number, e.verb, e.version, e.at, e.organisation_id AS organisation,
               e.by AS person, e.status, e.level
        FROM outcome_events e JOIN stood s USING (outcome_id)
       WHERE e.at <= :as_of AND s.status <> 'draft' ORDER BY 1, 2""",
    "sessions": """SELECT id, booking_id AS booking, unit_id AS unit, facility_id AS facility, host AS provider,
               visitor AS user, day, round(CAST(seconds AS numeric), 6) AS seconds FROM used ORDER BY id""",
}
_FACILITIES: Final = "SELECT id, name, organisation_id AS organisation FROM facilities WHERE id = ANY(:ids) ORDER BY id"
_ORGANISATIONS: Final = f"""SELECT o.id, o.name, s.kind, s.jurisdiction_code AS jurisdiction
    FROM organisations o JOIN {SEATS} AS s ON s.id = o.id WHERE o.id = ANY(:ids) ORDER BY o.id"""
# Those whose boundaries figures cross, as charts call them.
_TERRITORIES: Final = "SELECT code, name FROM jurisdictions WHERE code = root_code ORDER BY code"
# Columns that name organisations.
_SIDES: Final = {
    "parties": ("organisation",),
    "outcomes": ("organisation",),
    "outcome_parties": ("organisation",),
    "shares": ("organisation",),
    "events": ("organisation",),
    "sessions": ("provider", "user"),
}


def packed_rows(session: Session, frame: Frame, name: Mapping[str, str], *, by: Actor, now: datetime) -> Pack:
    """Everything of a pack but its instructions, for one reader. Raises Refused where there are too many rows."""
    lay_out(session, frame)
    bodies = seated(session, frame)
    whole = _figures(_bases(Desk(session, frame, bodies))) if oversees(by) else {}
    withheld, withheld_use = withhold(session, frame, by, now), withhold_use(session, by)
    _refuse_too_many(session)
    left = left_by(session, by, now.astimezone(HERE).date())
    known = {UUID(id): cut.until for id, cut in left.items()}
    desk = Desk(session, frame, bodies, left=known)  # another one: a desk remembers what it has read
    bases = _bases(desk)
    kept = _figures(bases)
    tables = rows_of_frame(desk, left)
    told, extra = for_evaluators(desk, by, now)
    behind = {subject for basis in bases for subject in basis.subjects}
    return Pack(
        about={
            **about_of(frame, name),
            "withheld": withheld,
            "withheld_use": withheld_use,
            # Which figures differ would tell others what was left out.
            "differs": sorted({key[0] for key in whole if whole[key] != kept.get(key)}) if oversees(by) else None,
            "without_figure": {each: reason for each in metrics() if (reason := why_not(each)) is not None},
            "territories": {row.code: dict(row.name) for row in desk.rows(_TERRITORIES)},
            **told,
        },
        bases=bases,
        tables={**tables, **extra, "facilities": _named(session, _FACILITIES, _facilities(tables, behind))},
    )


def _figures(bases: Iterable[Basis]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(each.metric, each.variant): figure_of(each) for each in bases}


def about_of(frame: Frame, name: Mapping[str, str]) -> dict[str, Any]:
    """What a pack says of itself, whoever reads it."""
    return {
        "scope": str(frame.scope),
        "name": dict(name),
        "first": frame.span.first.isoformat(),
        "after": frame.span.after.isoformat(),
        "as_of": frame.as_of.isoformat(),
        "floor": frame.floor,
        "parameters": dict(PARAMETERS),
        "software": f"benchbridge {software_version()}",
        "metrics": {each.id: each.version for each in metrics().values()},
    }


def rows_of_frame(desk: Desk, left: Mapping[str, Left] = MappingProxyType({})) -> dict[str, list[dict[str, Any]]]:
    """The rows behind the figures of a frame that is laid out, by their kind; people by pseudonym, and collaborations
    that the reader's side left as they stood then."""
    tables = {kind: [_plain(row._mapping) for row in desk.rows(statement)] for kind, statement in _ROWS.items()}
    tables = as_left(tables, left)
    tables["events"] = _pseudonymous(tables["events"])
    tables |= {"authors": authors(desk), "stays": _stays(desk), "beginnings": _beginnings(desk)}
    ids = {row[side] for kind, sides in _SIDES.items() for row in tables[kind] for side in sides if row[side]}
    return {**tables, "organisations": _named(desk.session, _ORGANISATIONS, ids, as_of=desk.frame.as_of)}


def _bases(desk: Desk) -> list[Basis]:
    """The inputs of every figure of the frame as it is laid out."""
    return [
        Basis(
            metric=metric,
            variant=told.variant,
            inputs=told.inputs if told.inputs is not None else {"parts": [list(each) for each in told.parts or ()]},
            unknown=told.unknown,
            notes=list(told.notes),
            subjects=sorted(map(str, told.subjects)),
        )
        for metric, found in gathered(desk)
        for told in found
    ]


def withhold(session: Session, frame: Frame, by: Actor, now: datetime) -> int:
    """Take away what the reader may not see, or nobody may be handed yet; how many there were."""
    today = frame.as_of.astimezone(HERE).date()
    free = [or_(each.embargo_until.is_(None), each.embargo_until < today) for each in (Outcome, OutcomeVersion)]
    if not oversees(by):
        free.append(OutcomeVersion.confidentiality != Confidentiality.ADMINISTRATORS)
    seen = (
        select(Outcome.id)
        .join(_STOOD, _STOOD.c.outcome_id == Outcome.id)
        .join(OutcomeVersion, OutcomeVersion.id == _STOOD.c.version_id)
        .where(visible_to(by, now.astimezone(HERE).date()), *free)
    )
    stood = session.execute(select(_STOOD.c.outcome_id, _STOOD.c.status)).all()
    kept = set(session.scalars(seen))
    hidden = {id: status for id, status in stood if id not in kept}
    session.execute(text("DELETE FROM stood WHERE outcome_id = ANY(:hidden)"), {"hidden": sorted(hidden)})
    mark_counted(session, frame.floor)
    return sum(1 for status in hidden.values() if status != "draft")


def withhold_use(session: Session, by: Actor) -> int:
    """Take away use that is neither at the reader's own facilities nor by their own organisations; how much there was.
    Overseers see all of it."""
    if oversees(by):
        return 0
    own = session.scalars(own_of(by)).all()
    return len(session.scalars(_BETWEEN_OTHERS, {"own": own}).all())


def _refuse_too_many(session: Session) -> None:
    count = session.scalar(text("SELECT count(*) FROM stood")) or 0
    if count > MOST_OUTCOMES:
        raise Refused([Refusal("pack_too_large", {"outcomes": count, "max": MOST_OUTCOMES})])


def _facilities(tables: Mapping[str, Sequence[Mapping[str, Any]]], behind: set[str]) -> set[str]:
    """Facilities that were used, and those that stand behind a figure."""
    known = {row["id"] for rows in tables.values() for row in rows if "id" in row}
    return {row["facility"] for row in tables["sessions"]} | (behind - known)


def _stays(desk: Desk) -> list[dict[str, Any]]:
    return [
        _plain({"collaboration": around, "organisation": id, "entity": stay.entity, "own": stay.own})
        | _plain({"joined_on": stay.joined_on, "left_on": stay.left_on})
        for around, id, stay in stays(desk)
    ]


def _beginnings(desk: Desk) -> list[dict[str, Any]]:
    return [_plain({"collaboration": row.id, "began_on": row.day, "came_on": row.came}) for row in beginnings(desk)]


def _named(session: Session, statement: str, ids: Iterable[str], **more: Any) -> list[dict[str, Any]]:
    bound = {"ids": sorted(map(UUID, ids)), **more}
    return [_plain(row._mapping) for row in session.execute(text(statement), bound)]


def _pseudonymous(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """People as person-1, person-2 ... in the order in which they first did something."""
    order = sorted((each for each in events if each["person"]), key=lambda each: (each["at"], each["outcome"]))
    names = {person: f"person-{n}" for n, person in enumerate(dict.fromkeys(each["person"] for each in order), start=1)}
    return [{**each, "person": names.get(each["person"])} for each in events]


def _plain(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {str(name): plain_cell(value) for name, value in row.items()}


def plain_cell(value: Any) -> Any:
    """A value as JSON keeps it exactly: ids, days, instants and decimals as text."""
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value
