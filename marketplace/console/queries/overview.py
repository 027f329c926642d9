"""What needs a decision today, of every kind: how many, and since or until when the first of them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, Final

from sqlalchemy import Date, DateTime, Select, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation, Verification
from marketplace.accounts.policy import Actor, may
from marketplace.applications.models import Application
from marketplace.applications.rules.states import FILED
from marketplace.availability.rules import local_day
from marketplace.catalogue.models import ListingReport
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.models import Mail, MailState
from marketplace.notices.queries import OVERDUE
from marketplace.outcomes.models import Outcome, OutcomeEvidence, OutcomeStatus
from marketplace.permits.models import (
    MatchState,
    PermitRuleProposal,
    ProposalState,
    ScreeningMatch,
    VaultEntry,
    VaultState,
)
from marketplace.permits.queries.vault import HERE
from marketplace.privacy.models import PrivacyRequest, RequestState
from marketplace.terms.models import Framework, FrameworkState

Counted = Select[str, int, datetime, dt.date]
# What ends within so many days can still be renewed in time.
ENDING: Final = timedelta(days=30)
# A level above which no paper raises an outcome.
CHECKED: Final = 3


class Waiting(Enum):
    """Kinds of things that wait for an administrator, in the order of who would suffer first."""

    ORGANISATIONS = "organisations"
    PRIVACY = "privacy_requests"
    LISTINGS = "listings"
    APPLICATIONS = "overdue_applications"
    VAULT = "vault"
    RULES = "rules"
    DISPUTES = "disputes"
    PAPERS = "papers"
    SCREENING = "screening"
    APPROVALS_ENDING = "approvals_ending"
    FRAMEWORKS_ENDING = "frameworks_ending"
    TASKS_DEAD = "tasks_dead"
    MAILS_DEAD = "mails_dead"
    TASKS_OVERDUE = "tasks_overdue"
    MAILS_OVERDUE = "mails_overdue"


@dataclass(frozen=True, slots=True)
class Waits:
    """One kind: how many, since when the oldest waits, or the first day on which one of them is due or ends."""

    kind: Waiting
    count: int
    since: datetime | None = None
    day: dt.date | None = None


def today(now: datetime) -> dt.date:
    """The day by which dates of the platform are judged: that of Hong Kong, Macao and the mainland."""
    return local_day(now, HERE)


def waiting(session: Session, *, by: Actor, now: datetime) -> list[Waits]:
    """Every kind that waits for somebody now, in one statement; of screening only who may look at it hears."""
    kinds = {**_of_people(), **_of_permits(today(now)), **_of_outcomes(), **_of_work(now)}
    if not may(by, "screening.see"):
        kinds.pop(Waiting.SCREENING)
    rows = session.execute(union_all(*(statement for statement in kinds.values())))
    found = {row.kind: Waits(Waiting(row.kind), row.number, row.since, row.day) for row in rows if row.number}
    return [found[kind.value] for kind in Waiting if kind.value in found]


def _of_people() -> dict[Waiting, Counted]:
    pending = Organisation.verification == Verification.PENDING
    asked, reported = PrivacyRequest.state == RequestState.OPEN, ListingReport.settled_at.is_(None)
    return {
        Waiting.ORGANISATIONS: _count(Waiting.ORGANISATIONS, pending, since=Organisation.submitted_at),
        Waiting.LISTINGS: _count(Waiting.LISTINGS, reported, since=ListingReport.reported_at),
        Waiting.PRIVACY: _count(Waiting.PRIVACY, asked, day=PrivacyRequest.due_on),
    }


def _of_permits(on: dt.date) -> dict[Waiting, Counted]:
    late = Application.state.in_(tuple(FILED)) & (Application.due_on < on)
    unverified = VaultEntry.state == VaultState.UNVERIFIED
    holds = VaultEntry.state == VaultState.VERIFIED, VaultEntry.ended_at.is_(None)
    last = func.coalesce(Framework.ends_on, Framework.until_day)
    proposed, match = PermitRuleProposal.state == ProposalState.OPEN, ScreeningMatch.state == MatchState.OPEN
    ending = VaultEntry.valid_to.between(on, on + ENDING)
    agreed = Framework.state == FrameworkState.AGREED
    return {
        Waiting.APPLICATIONS: _count(Waiting.APPLICATIONS, late, day=Application.due_on),
        Waiting.VAULT: _count(Waiting.VAULT, unverified, since=VaultEntry.entered_at),
        Waiting.RULES: _count(Waiting.RULES, proposed, since=PermitRuleProposal.proposed_at),
        Waiting.SCREENING: _count(Waiting.SCREENING, match, since=ScreeningMatch.found_at),
        Waiting.APPROVALS_ENDING: _count(Waiting.APPROVALS_ENDING, *holds, ending, day=VaultEntry.valid_to),
        Waiting.FRAMEWORKS_ENDING: _count(Waiting.FRAMEWORKS_ENDING, agreed, last.between(on, on + ENDING), day=last),
    }


def _of_outcomes() -> dict[Waiting, Counted]:
    disputed = Outcome.status == OutcomeStatus.DISPUTED
    unseen = select(OutcomeEvidence.id).where(
        OutcomeEvidence.outcome_id == Outcome.id, OutcomeEvidence.checked_at.is_(None)
    )
    stands = Outcome.status.in_((OutcomeStatus.SUBMITTED, OutcomeStatus.CONFIRMED)), Outcome.level < CHECKED
    return {
        Waiting.DISPUTES: _count(Waiting.DISPUTES, disputed, since=Outcome.submitted_at),
        Waiting.PAPERS: _count(Waiting.PAPERS, *stands, unseen.exists(), since=Outcome.submitted_at),
    }


def _of_work(now: datetime) -> dict[Waiting, Counted]:
    task, mail, late = Task.state == TaskState.WAITING, Mail.state == MailState.WAITING, now - OVERDUE
    given_up, unsent = Task.state == TaskState.DEAD, Mail.state == MailState.DEAD
    return {
        Waiting.TASKS_DEAD: _count(Waiting.TASKS_DEAD, given_up, since=Task.created_at),
        Waiting.MAILS_DEAD: _count(Waiting.MAILS_DEAD, unsent, since=Mail.created_at),
        Waiting.TASKS_OVERDUE: _count(Waiting.TASKS_OVERDUE, task, Task.run_at < late, since=Task.run_at),
        Waiting.MAILS_OVERDUE: _count(Waiting.MAILS_OVERDUE, mail, Mail.next_at < late, since=Mail.next_at),
    }


def _count(kind: Waiting, *criteria: Any, since: Any = None, day: Any = None) -> Counted:
    return select(
        literal(kind.value).label("kind"),
        func.count().label("number"),
        cast(null() if since is None else func.min(since), DateTime(timezone=True)).label("since"),
        cast(null() if day is None else func.min(day), Date).label("day"),
    ).where(*criteria)
