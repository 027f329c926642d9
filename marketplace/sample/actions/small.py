"""The small believable set: loaded once per database, and taken away again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, update
from sqlalchemy.orm import Session

from marketplace.database import Database
from marketplace.files.store import FileStore
from marketplace.jobs.models import Task, TaskState
from marketplace.jurisdictions.actions import enter_rate
from marketplace.notices.models import Mail, MailState, Notice
from marketplace.operations.actions.states import extend
from marketplace.sample import pictures, sheets
from marketplace.sample.accounts import SampleAccounts
from marketplace.sample.actions.approvals import apply, hold
from marketplace.sample.actions.founding import Founded, actor, found, is_loaded, renew_passwords
from marketplace.sample.actions.listing import SampleUnit, list_facility
from marketplace.sample.actions.outcomes import report
from marketplace.sample.actions.season import play
from marketplace.sample.actions.together import collaborate
from marketplace.sample.actions.upkeep import close_some, let_compare, propose_framework, talk
from marketplace.search.actions import refresh_all

Progress = Callable[[str, int, int], None]

FOUNDED_BEFORE = timedelta(days=200)
LISTED_BEFORE = timedelta(days=190)
STRIDE = 17
UNREAD_SINCE = timedelta(days=2)
# About what one Hong Kong dollar buys, so that the sample's prices can be compared.
RATES = {"CNY": "0.92", "EUR": "0.11", "GBP": "0.095", "MOP": "1.03", "SGD": "0.167", "USD": "0.128"}


def load_small(
    database: Database, *, now: datetime, store: FileStore, known: SampleAccounts | None, progress: Progress
) -> SampleAccounts:
    """Load the set unless it is loaded, and answer the cast's accounts.

    `known` are the accounts that an earlier start kept; where they are lost, new passwords are drawn.
    """
    with database.reading() as session:
        loaded = is_loaded(session)
    if loaded:
        return known or database.transact(renew_passwords)
    founded = database.transact(lambda session: found(session, now=now - FOUNDED_BEFORE))
    units = _list_all(database, founded, now=now, store=store, progress=progress)
    database.transact(lambda session: hold(session, founded, now=now))
    then = now - LISTED_BEFORE + timedelta(days=3)
    database.transact(lambda session: close_some(session, founded, units, now=now, then=then))
    play(database, founded, units, now=now, progress=lambda done, all: progress("bookings", done, all))
    database.transact(lambda session: apply(session, founded, now=now))
    database.transact(lambda session: talk(session, founded, now=now))
    database.transact(lambda session: propose_framework(session, founded, now=now))
    database.transact(lambda session: let_compare(session, founded, now=now))
    database.transact(lambda session: collaborate(session, founded, now=now))
    database.transact(lambda session: report(session, founded, now=now))
    database.transact(lambda session: extend(session, now=now))
    database.transact(lambda session: _settle(session, founded.people["dee"], now))
    progress("search", 1, 1)
    return founded.accounts


def _list_all(
    database: Database, founded: Founded, *, now: datetime, store: FileStore, progress: Progress
) -> list[SampleUnit]:
    units: list[SampleUnit] = []
    listings = sheets.facilities()
    turns: Counter[str] = Counter()
    for number, sheet in enumerate(listings):
        picture = pictures.drawn(sheet["motif"], turns[sheet["motif"]])
        turns[sheet["motif"]] += 1
        # Listings of all places come to stand among the newest.
        moment = now - LISTED_BEFORE + timedelta(hours=number * STRIDE % len(listings))

        def work(
            session: Session, *, sheet: sheets.Sheet = sheet, picture: bytes = picture, moment: datetime = moment
        ) -> list[SampleUnit]:
            host = actor(session, founded.people[sheets.host_of(sheet["host"])], now=moment)
            where = founded.organisations[sheet["host"]]
            return list_facility(session, sheet, where, store=store, picture=picture, now=moment, by=host)

        units += database.transact(work)
        progress("facilities", number + 1, len(listings))
    return units


def _settle(session: Session, administrator: UUID, now: datetime) -> None:
    """What a season leaves behind in a running deployment: mails sent, old notices read, tasks done, search fresh."""
    session.execute(
        update(Mail).where(Mail.state == MailState.WAITING).values(state=MailState.SENT, sent_at=Mail.created_at)
    )
    old = Notice.created_at < now - UNREAD_SINCE
    session.execute(update(Notice).where(old).values(read_at=func.coalesce(Notice.read_at, Notice.created_at)))
    for currency, per_hkd in RATES.items():
        since = (now - LISTED_BEFORE).date()
        enter_rate(session, currency, Decimal(per_hkd), valid_from=since, source="Sample", now=now, by=administrator)
    refresh_all(session, now=now)
    session.execute(
        update(Task)
        .where(Task.state == TaskState.WAITING, Task.name.startswith("search.refresh_"))
        .values(state=TaskState.DONE, done_at=now)
    )
