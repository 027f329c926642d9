"""What must happen once happens once, also when it is asked for twice at the same time."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pyotp
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts import queries
from marketplace.accounts.actions import invitations, links, members, second_factor, sign_up
from marketplace.accounts.actions.links import LinkWish
from marketplace.accounts.actions.sign_up import NewPerson
from marketplace.accounts.models import LinkPurpose, Person, Role
from marketplace.accounts.rules.deputies import DeputyWish
from marketplace.accounts.rules.profile import Profile
from marketplace.database import Database
from marketplace.history.models import HistoryEntry
from marketplace.values.refusal import NotFound, Refused
from tests.cast import Cast, actor_of, join, make_cast

KEY = "a key for tests, of thirty-two byt"
NEW = NewPerson(profile=Profile(name="Gil Fong"), password="four words and a comma", consented=True)


def at_once(database: Database, *works: Callable[[Session], object]) -> list[object]:
    """What each work answers (or the kind of its failure) when all begin together."""
    barrier, answers, lock = threading.Barrier(len(works)), [], threading.Lock()

    def run(work: Callable[[Session], object]) -> None:
        begun = threading.Event()

        def together(session: Session) -> object:
            session.execute(select(1))
            if not begun.is_set():  # a broken lock cycle is done again, alone
                begun.set()
                barrier.wait(timeout=10)
            return work(session)

        try:
            answer = database.transact(together)
        except (NotFound, Refused) as failure:
            answer = type(failure)
        with lock:
            answers.append(answer)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def test_a_code_opens_one_door(committed: Database, now: datetime) -> None:
    cast = committed.transact(lambda session: make_cast(session, now=now))
    secret, earlier = pyotp.random_base32(), now - timedelta(minutes=5)
    first = pyotp.TOTP(secret).at(earlier)
    codes = committed.transact(
        lambda session: second_factor.enable(session, cast.ada.id, secret, first, key=KEY, now=earlier)
    )
    for code, method in ((pyotp.TOTP(secret).at(now), "totp"), (codes[0], "recovery_code")):

        def spend(session: Session, code: str = code) -> object:
            return second_factor.spend(session, cast.ada.id, code, key=KEY, now=now)

        answers = at_once(committed, *[spend] * 6)
        assert sorted(answers, key=str) == [None] * 5 + [method]


def test_a_link_makes_one_person(committed: Database, now: datetime) -> None:
    wish = LinkWish(purpose=LinkPurpose.SIGN_UP, email="gil@example.org", details={"consent_at": now.isoformat()})
    token = committed.transact(lambda session: links.draw(session, wish, now=now))

    answers = at_once(committed, *[lambda session: sign_up.finish(session, token, NEW, now=now)] * 4)

    assert answers.count(NotFound) == 3
    assert people(committed) == 1


def test_two_links_to_one_address_make_one_person(committed: Database, now: datetime) -> None:
    cast = committed.transact(lambda session: make_cast(session, now=now))
    already = people(committed)
    details = {"consent_at": now.isoformat(), "roles": ["researcher"]}
    first = LinkWish(purpose=LinkPurpose.SIGN_UP, email="gil@example.org", details=details)
    second = LinkWish(
        purpose=LinkPurpose.INVITATION, email="GIL@example.org", details=details, organisation_id=cast.firm.id
    )
    one = committed.transact(lambda session: links.draw(session, first, now=now))
    other = committed.transact(lambda session: links.draw(session, second, now=now))

    answers = at_once(
        committed,
        lambda session: sign_up.finish(session, one, NEW, now=now),
        lambda session: invitations.accept_as_new(session, other, NEW, now=now),
    )

    assert [answer for answer in answers if isinstance(answer, type)] in ([Refused], [NotFound])
    assert people(committed) == already + 1


def test_who_withdraws_too_late_has_withdrawn_nothing(committed: Database, now: datetime) -> None:
    cast = committed.transact(lambda session: make_cast(session, now=now))

    def invited(session: Session) -> UUID:
        by, roles = actor_of(session, cast.bo, now=now), {Role.RESEARCHER}
        invitations.invite(session, cast.firm.id, "eve@example.org", roles=roles, now=now, by=by)
        return queries.open_invitations(session, cast.firm.id, now=now)[0].id

    link = committed.transact(invited)
    answers: list[object] = []

    def late() -> None:
        with committed.unit_of_work() as session:
            by = actor_of(session, cast.bo, now=now)
            try:
                answers.append(invitations.withdraw(session, link, now=now, by=by))
            except NotFound as failure:
                answers.append(type(failure))

    thread = threading.Thread(target=late)
    with committed.unit_of_work() as session:
        invitations.accept_listed(session, link, now=now, by=actor_of(session, cast.eve, now=now))
        thread.start()
        thread.join(timeout=1)
        assert answers == [], "it waits for whoever accepts"
    thread.join(timeout=30)
    assert answers == [NotFound]
    assert verbs(committed, "organisation.invitation_withdrawn") == 0
    assert verbs(committed, "organisation.member_joined") == 1


def test_a_deputys_days_end_once(committed: Database, now: datetime) -> None:
    def named(session: Session) -> tuple[Cast, UUID]:
        cast = make_cast(session, now=now)
        join(session, cast.ada, cast.firm, Role.HOST_STAFF, now=now)
        days = {"starts_on": now.date(), "ends_on": now.date()}
        wish = DeputyWish(cast.firm.id, cast.bo.id, cast.ada.id, **days)
        return cast, members.name_deputy(session, wish, now=now, by=actor_of(session, cast.bo, now=now)).id

    cast, deputy = committed.transact(named)

    def end(session: Session) -> object:
        return members.end_deputy(session, deputy, now=now, by=actor_of(session, cast.bo, now=now))

    answers = at_once(committed, *[end] * 4)

    assert sorted(answers, key=str) == [NotFound] * 3 + [None]
    assert verbs(committed, "organisation.deputy_ended") == 1


def verbs(database: Database, verb: str) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(HistoryEntry.verb == verb)) or 0


def people(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Person)) or 0
