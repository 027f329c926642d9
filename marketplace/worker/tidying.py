"""What the platform tidies by itself: old tasks, mails and buckets, and uploads that nobody names."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from marketplace.accounts.actions.retries import forget_answered
from marketplace.accounts.queries.readers import administrators
from marketplace.files.actions import remove_orphans
from marketplace.jobs import actions as jobs
from marketplace.jobs.queries import load
from marketplace.limits.actions import forget_full
from marketplace.notices.actions import outbox, tell
from marketplace.notices.queries import mail_counts
from marketplace.operations.actions.feeding import prune_events
from marketplace.worker.registry import Workshop, errand, every

HOUR: Final = 3600
BUCKETS_KEPT: Final = timedelta(days=3)
# A program that has not repeated its request by then has given it up.
KEYS_KEPT: Final = timedelta(days=7)


@every(HOUR, "platform.prune")
def prune(session: Session, now: datetime) -> None:
    """Delete tasks, mails, token buckets, keys of requests and events of feeds that nobody needs any more."""
    jobs.prune(session, now=now)
    outbox.prune(session, now=now)
    forget_full(session, before=now - BUCKETS_KEPT)
    forget_answered(session, before=now - KEYS_KEPT)
    prune_events(session, now=now)


@every(60, "platform.retry_stalled")
def retry_stalled(session: Session, _now: datetime) -> None:
    """Let long work whose worker died run again."""
    jobs.retry_stalled(session)


@every(24 * HOUR, "platform.report_given_up")
def report_given_up(session: Session, now: datetime) -> None:
    """Tell the administrators, once a day, that there is work which nobody tries any more."""
    tasks, mails = load(session, now=now).dead, mail_counts(session, now=now)["dead"]
    if tasks or mails:
        details = {"tasks": tasks, "mails": mails, "path": "admin/jobs?state=dead"}
        tell(session, administrators(session), "work_given_up", details, now=now)


@errand(6 * HOUR, "files.remove_orphans")
def orphans(workshop: Workshop, now: datetime) -> None:
    """Delete uploads whose transaction never came to be."""
    with workshop.database.reading() as session:
        remove_orphans(session, workshop.store, now=now)
