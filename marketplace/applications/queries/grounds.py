"""What the drafting of applications stands on: the latest plan, its rules' rows, and where authorities sit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.applications.models import Application
from marketplace.applications.queries.agencies import roots
from marketplace.applications.rules.clocks import Limit
from marketplace.applications.rules.drafting import Ground, Law
from marketplace.bookings.models import BookingPlan
from marketplace.bookings.queries.permits import plan_again
from marketplace.permits.models import PermitRule
from marketplace.permits.queries import territories
from marketplace.permits.rules.dates import clock_of
from marketplace.permits.rules.plan import Requirement


def ground_of(session: Session, plan: BookingPlan) -> Ground:
    """The ground of a stored plan, judged again by the rules that were known when it was made."""
    again = plan_again(session, plan)
    return Ground(
        rows=plan.requirements,
        facts=plan.facts,
        laws={each.rule_id: _law(each) for each in again.requirements if each.verdict.entries},
        territories=territories(session),
        agencies=roots(session),
    )


def authorities_of(session: Session, application: Application) -> Sequence[str]:
    """The authorities that the rule's row names, of which one takes the application."""
    version = PermitRule.rule_id == application.rule_id, PermitRule.version == application.rule_version
    told = session.scalar(select(PermitRule.told).where(*version)) or {}
    return list(told.get("authority") or ())


def _law(requirement: Requirement) -> Law:
    told = requirement.verdict.rule.told
    return Law(
        decided_with=tuple(requirement.verdict.rule.same_application),
        pair=told.get("counterpart"),
        limit=Limit.read(_clock(requirement), told.get("calendar")),
    )


def _clock(requirement: Requirement) -> Mapping[str, Any]:
    """The clock of the rule's row by which it runs here."""
    verdict = requirement.verdict
    clocks, chosen = verdict.rule.clocks, clock_of(verdict.court, verdict)
    told = verdict.rule.told.get("clock") or ()
    return next((told[n] for n, clock in enumerate(clocks) if clock is chosen), {})
