"""Inputs of promises: whether facilities opened when they should, and whether those who were asked have answered."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from marketplace.collaborations.rules.days import HERE
from marketplace.spillovers.queries.desk import Desk, Told
from marketplace.spillovers.queries.known import FIRST_PLANNED, facilities
from marketplace.spillovers.queries.standing import facility_condition
from marketplace.spillovers.rules.scopes import PATIENCE

_FACILITIES = f"""
    SELECT f.id, first.day AS planned, nullif(f.planned_opening, first.day) AS rebaselined,
           f.actual_opening AS actual, f.cancelled_on AS cancelled
      FROM {facilities()} AS f CROSS JOIN LATERAL (SELECT {FIRST_PLANNED} AS day) AS first
     WHERE first.day >= :first AND first.day < :after AND f.published_at <= :as_of AND ({{which}})
     ORDER BY f.id
"""
# Years that the period holds whole, asked of the collaborations of the frame; of one that the scope has left, what
# others were asked and had answered then.
_QUESTIONS = """
    SELECT q.collaboration_id, q.organisation_id, q.year,
           coalesce(k.answer, CASE WHEN q.answered_at <= q.seen THEN q.answer END) AS answer
      FROM (SELECT y.*, CASE WHEN y.organisation_id IN (SELECT id FROM inside) THEN :as_of ELSE tied.seen END AS seen
              FROM yearly_questions y JOIN tied ON tied.id = y.collaboration_id) AS q
      LEFT JOIN former_yearly_answers k ON k.collaboration_id = q.collaboration_id
       AND k.organisation_id = q.organisation_id AND k.year = q.year AND k.answered_at <= q.seen AND k.until > q.seen
     WHERE q.asked_at <= q.seen AND make_date(q.year, 1, 1) >= :first AND make_date(q.year + 1, 1, 1) <= :after
     ORDER BY 1, 2, 3
"""
# Each submission of the period by those who provided or used, with the first word of each; nobody is asked of what is
# for administrators only.
_CONFIRMATIONS = f"""
    SELECT s.outcome_id, asked.at AS asked_at, CAST(asked.at AT TIME ZONE '{HERE.key}' AS date) AS asked_on,
           o.organisation_id AS reporter, p.organisation_id AS side, said.verb
      FROM stood s JOIN outcomes o ON o.id = s.outcome_id
      JOIN LATERAL (SELECT at, version FROM outcome_events WHERE outcome_id = s.outcome_id AND verb = 'submit'
                     AND at <= :as_of ORDER BY number LIMIT 1) AS asked ON true
      JOIN outcome_versions v ON v.outcome_id = s.outcome_id AND v.number = asked.version
      JOIN (SELECT DISTINCT version_id, organisation_id FROM outcome_parties WHERE role IN ('provider', 'user')) AS p
        ON p.version_id = v.id
      LEFT JOIN LATERAL (SELECT verb FROM outcome_events WHERE outcome_id = s.outcome_id AND at <= :as_of
                          AND verb IN ('confirm', 'dispute') AND organisation_id = p.organisation_id
                        ORDER BY number LIMIT 1) AS said ON true
     WHERE s.status NOT IN ('draft', 'withdrawn') AND s.date_event >= :first AND s.date_event < :after
       AND v.confidentiality <> 'administrators'
     ORDER BY s.outcome_id, p.organisation_id
"""
DAYS: Final = ("planned", "rebaselined", "actual", "cancelled")
WORDS: Final = {"confirm": "confirmed", "dispute": "disputed", "reported": "confirmed", "nothing": "nothing_to_report"}


def openings(desk: Desk) -> list[Told]:
    """Facilities that were published and whose first committed date lies in the period, with the latest one where it is
    another."""
    kept = list(desk.rows(_FACILITIES.format(which=_which(desk))))
    rows = []
    for row in kept:
        days = {name: day.isoformat() for name in DAYS if (day := getattr(row, name)) is not None}
        rows.append({"id": str(row.id), "actual": None} | days)
    seen = desk.frame.watched_until + timedelta(days=1)
    told = {"facilities": rows, "as_of": seen.isoformat(), "grace_days": desk.parameters["grace_days"]}
    return [Told(told, subjects=[row.id for row in kept], kind="facility")]


def responses(desk: Desk) -> list[Told]:
    """Who was asked, about a year or to confirm an outcome, and what was
    answered: each side on its own; silence counts after 90 days."""
    rows: list[dict[str, Any]] = []
    for row in desk.rows(_QUESTIONS):
        name = f"{row.collaboration_id}/{row.organisation_id}/{row.year}"
        rows.append({"id": name, "answer": WORDS[row.answer] if row.answer else None})
    waiting, inside = 0, dict[tuple[UUID, UUID, date], bool]()
    for row in desk.rows(_CONFIRMATIONS):
        pair = row.side, row.reporter, row.asked_on
        if pair not in inside:
            inside[pair] = _one_side(desk, *pair)
        if inside[pair]:
            continue
        if row.verb is None and row.asked_at + PATIENCE > desk.frame.as_of:
            waiting += 1
        else:
            rows.append({"id": f"{row.outcome_id}/{row.side}", "answer": WORDS[row.verb] if row.verb else None})
    return [Told({"asked": rows}, unknown=waiting, kind="question")]


def _one_side(desk: Desk, side: UUID, reporter: UUID, day: date) -> bool:
    """Whether an organisation is the reporter or of its group, whose word is not asked (S-08)."""
    one, other = desk.bodies.entity(side, day), desk.bodies.entity(reporter, day)
    return one == other or desk.bodies.one_group(one, other, day)


def _which(desk: Desk) -> str:
    return facility_condition(desk.frame.scope.kind)


GATHERED: Final = {
    "open.on_time_rate": openings,
    "open.delay_days": openings,
    "out.response_rate": responses,
}
