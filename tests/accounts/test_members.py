"""Members: roles, the last manager, invitations to new and known people, deputies."""

from __future__ import annotations

import datetime as dt
import threading
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import queries
from marketplace.accounts.actions import invitations, members
from marketplace.accounts.actions.sign_up import NewPerson
from marketplace.accounts.models import (
    Deputy,
    MailedLink,
    Membership,
    Organisation,
    OrganisationKind,
    Person,
    Role,
    Verification,
)
from marketplace.accounts.policy import SYSTEM
from marketplace.accounts.rules.deputies import DeputyWish
from marketplace.accounts.rules.invitations import MOST_OPEN_WHILE_WAITING
from marketplace.accounts.rules.profile import Profile
from marketplace.database import Database
from marketplace.notices.models import Mail, Notice
from marketplace.privacy.actions import erase
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused
from marketplace.wording.notices import render
from tests.cast import Cast, actor_of, join, make_cast, make_organisation, make_person

GOOD = "four words and a comma"


def token_in_mail(session: Session, address: str) -> str:
    mail = session.scalars(select(Mail).where(Mail.address == address).order_by(Mail.id.desc())).first()
    assert mail is not None
    return str(mail.details["path"]).rpartition("/")[2]


def test_roles_are_set_as_a_whole_and_told(session: Session, cast: Cast, now: datetime) -> None:
    gil = make_person(session, "Gil", now=now)
    join(session, gil, cast.firm, Role.HOST_STAFF, now=now)
    bo = actor_of(session, cast.bo, now=now)

    members.set_roles(session, cast.firm.id, gil.id, roles={Role.RESEARCHER, Role.HOST_MANAGER}, now=now, by=bo)

    assert members.roles_in(session, cast.firm.id, gil.id) == {Role.RESEARCHER, Role.HOST_MANAGER}
    assert session.scalars(select(Notice.code).where(Notice.recipient_id == gil.id)).one() == "roles_changed"
    members.set_roles(session, cast.firm.id, gil.id, roles=(), now=now, by=bo)
    assert members.roles_in(session, cast.firm.id, gil.id) == frozenset()
    with pytest.raises(NotFound):
        members.set_roles(session, cast.firm.id, gil.id, roles={Role.RESEARCHER}, now=now, by=bo)


def test_the_last_manager_stays(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    for roles in ((), {Role.HOST_MANAGER}):
        with pytest.raises(Refused) as refused:
            members.set_roles(session, cast.firm.id, cast.bo.id, roles=roles, now=now, by=bo)
        assert refused.value.codes == ("last_manager",)

    gil = make_person(session, "Gil", now=now)
    join(session, gil, cast.firm, Role.MANAGER, now=now)
    gil.suspended_at = now
    session.flush()
    with pytest.raises(Refused):  # one who cannot act does not count
        members.set_roles(session, cast.firm.id, cast.bo.id, roles=(), now=now, by=bo)
    gil.suspended_at = None
    members.set_roles(session, cast.firm.id, cast.bo.id, roles=(), now=now, by=bo)


def test_two_managers_cannot_leave_at_once(committed: Database, now: datetime) -> None:
    cast = committed.transact(lambda session: make_cast(session, now=now))
    committed.transact(lambda session: join(session, cast.ada, cast.firm, Role.MANAGER, now=now))
    barrier, answers = threading.Barrier(2), []

    def leave(person: Person) -> None:
        def work(session: Session) -> None:
            actor = actor_of(session, person, now=now)
            barrier.wait(timeout=5)
            members.set_roles(session, cast.firm.id, person.id, roles=(), now=now, by=actor)

        try:
            with committed.unit_of_work() as session:
                work(session)
            answers.append("left")
        except Refused as refused:
            answers.append(refused.codes[0])

    threads = [threading.Thread(target=leave, args=(person,)) for person in (cast.ada, cast.bo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(answers) == ["last_manager", "left"]


def test_two_managers_cannot_delete_their_accounts_at_once(committed: Database, now: datetime) -> None:
    cast = committed.transact(lambda session: make_cast(session, now=now))
    committed.transact(lambda session: join(session, cast.ada, cast.firm, Role.MANAGER, now=now))
    committed.transact(lambda session: join(session, cast.cheng, cast.firm, Role.HOST_STAFF, now=now))
    barrier, answers = threading.Barrier(2), []

    def leave(person: Person) -> None:
        begun = []

        def work(session: Session) -> None:
            session.execute(select(1))
            if not begun:  # a broken lock cycle is done again, alone
                begun.append(True)
                barrier.wait(timeout=10)
            erase(session, person.id, now=now)

        try:
            committed.transact(work)
            answers.append("left")
        except Refused as refused:
            answers.append(refused.codes[0])

    threads = [threading.Thread(target=leave, args=(person,)) for person in (cast.ada, cast.bo)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(answers) == ["left", "sole_manager"]


def test_who_was_sent_away_left_no_door_open(session: Session, cast: Cast, now: datetime) -> None:
    join(session, cast.ada, cast.firm, Role.MANAGER, now=now)
    ada, bo = actor_of(session, cast.ada, now=now), actor_of(session, cast.bo, now=now)
    for address in ("eve@example.org", "gil@example.org"):
        invitations.invite(session, cast.firm.id, address, roles={Role.MANAGER}, now=now, by=ada)
    token = token_in_mail(session, "gil@example.org")
    ((link, _),) = queries.invitations_to(session, cast.eve.id, now=now)
    members.set_roles(session, cast.firm.id, cast.ada.id, roles=(), now=now, by=bo)
    eve = actor_of(session, cast.eve, now=now)
    new = NewPerson(profile=Profile(name="Gil Fong"), password=GOOD, consented=True)
    for deed in (
        lambda: invitations.accept_listed(session, link.id, now=now, by=eve),
        lambda: invitations.accept_as_new(session, token, new, now=now),
    ):
        with pytest.raises(NotFound), session.begin_nested():
            deed()
    assert members.managers_of(session, cast.firm.id) == {cast.bo.id}


def test_officers_belong_to_agencies(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    wanted = {Role.MANAGER, Role.AGENCY_OFFICER}
    with pytest.raises(Refused) as refused:
        members.set_roles(session, cast.firm.id, cast.bo.id, roles=wanted, now=now, by=bo)
    assert refused.value.codes == ("role_needs_agency",)
    assert cast.agency.kind is OrganisationKind.AGENCY


@pytest.mark.parametrize(("name", "failure"), [("ada", Forbidden), ("eve", Forbidden), ("cheng", Forbidden)])
def test_strangers_change_nobody(
    session: Session, cast: Cast, now: datetime, name: str, failure: type[Exception]
) -> None:
    by = actor_of(session, cast.people[name], now=now)
    with pytest.raises(failure):
        members.set_roles(session, cast.firm.id, cast.bo.id, roles={Role.RESEARCHER}, now=now, by=by)
    with pytest.raises(failure):
        invitations.invite(session, cast.firm.id, "x@example.org", roles={Role.MANAGER}, now=now, by=by)


def test_a_mere_member_invites_nobody(session: Session, cast: Cast, now: datetime) -> None:
    join(session, cast.ada, cast.firm, Role.HOST_MANAGER, now=now)
    with pytest.raises(Forbidden):
        by = actor_of(session, cast.ada, now=now)
        invitations.invite(session, cast.firm.id, "x@example.org", roles={Role.MANAGER}, now=now, by=by)


def test_somebody_new_joins_by_the_link(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    invitations.invite(session, cast.firm.id, "new@example.org", roles={Role.HOST_STAFF}, now=now, by=bo)
    token = token_in_mail(session, "new@example.org")
    new = NewPerson(profile=Profile(name="Gil Fong"), password=GOOD, consented=True)
    with pytest.raises(Invalid):
        silent = NewPerson(profile=Profile(name="Gil Fong"), password=GOOD)
        invitations.accept_as_new(session, token, silent, now=now)

    person_id = invitations.accept_as_new(session, token, new, now=now)

    assert members.roles_in(session, cast.firm.id, person_id) == {Role.HOST_STAFF}
    person = session.get_one(Person, person_id)
    assert (person.email, person.consent_at) == ("new@example.org", now)
    assert session.scalars(select(Notice.code).where(Notice.recipient_id == cast.bo.id)).one() == "invitation_accepted"
    with pytest.raises(NotFound):
        invitations.accept_as_new(session, token, new, now=now)


def waiting_organisation(
    session: Session, by: Person, now: datetime, name: str = "Prize Draw example.com"
) -> Organisation:
    place = make_organisation(session, name, now=now, verified=False)
    place.created_by = by.id
    join(session, by, place, Role.MANAGER, now=now)
    return place


def test_what_is_not_verified_invites_few_and_names_nothing(session: Session, cast: Cast, now: datetime) -> None:
    place = waiting_organisation(session, cast.eve, now)
    eve = actor_of(session, cast.eve, now=now)
    for number in range(MOST_OPEN_WHILE_WAITING):
        invitations.invite(session, place.id, f"p{number}@example.org", roles={Role.RESEARCHER}, now=now, by=eve)
    mail = session.scalars(select(Mail).where(Mail.address == "p0@example.org")).one()
    assert (mail.code, mail.details["inviter"]) == ("invitation_unverified", "eve@example.org")
    assert "Prize" not in str(mail.details)
    for language in ("en", "zh-Hant", "zh-Hans"):
        assert "Prize" not in str(render(mail.code, mail.details, language))
    with pytest.raises(Refused) as refused:
        invitations.invite(session, place.id, "more@example.org", roles={Role.RESEARCHER}, now=now, by=eve)
    assert refused.value.codes == ("too_many_invitations",)
    invitations.invite(session, place.id, "p1@example.org", roles={Role.RESEARCHER}, now=now, by=eve)  # once more
    later = now + timedelta(days=15)
    invitations.invite(session, place.id, "more@example.org", roles={Role.RESEARCHER}, now=later, by=eve)


@pytest.mark.parametrize(
    ("fallen", "code"),
    [
        ({"verification": Verification.REFUSED}, "organisation_unverified"),
        ({"suspended_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC)}, "organisation_suspended"),
    ],
)
def test_what_was_refused_or_suspended_invites_nobody(
    session: Session, cast: Cast, now: datetime, fallen: dict[str, object], code: str
) -> None:
    for name, value in fallen.items():
        setattr(cast.firm, name, value)
    bo = actor_of(session, cast.bo, now=now)
    with pytest.raises(Refused) as refused:
        invitations.invite(session, cast.firm.id, "x@example.org", roles={Role.RESEARCHER}, now=now, by=bo)
    assert refused.value.codes == (code,)
    assert session.scalars(select(Mail)).all() == []


def test_only_the_invited_address_accepts(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    invitations.invite(session, cast.firm.id, "ADA@example.org", roles={Role.RESEARCHER}, now=now, by=bo)
    token = token_in_mail(session, "ADA@example.org")
    with pytest.raises(Refused) as refused, session.begin_nested():
        invitations.accept(session, token, now=now, by=actor_of(session, cast.eve, now=now))
    assert refused.value.codes == ("invitation_elsewhere",)

    waiting = queries.invitations_to(session, cast.ada.id, now=now)
    assert [place.id for _, place in waiting] == [cast.firm.id]
    assert queries.invitations_to(session, cast.eve.id, now=now) == []
    link = waiting[0][0].id
    for verb in (invitations.accept_listed, invitations.decline_listed):
        with pytest.raises(NotFound):
            verb(session, link, now=now, by=actor_of(session, cast.eve, now=now))
    invitations.accept_listed(session, link, now=now, by=actor_of(session, cast.ada, now=now))
    assert members.roles_in(session, cast.firm.id, cast.ada.id) == {Role.RESEARCHER}


def test_a_declined_invitation_is_gone_and_its_sender_told(session: Session, cast: Cast, now: datetime) -> None:
    bo, ada = (actor_of(session, person, now=now) for person in (cast.bo, cast.ada))
    invitations.invite(session, cast.firm.id, "ada@example.org", roles={Role.RESEARCHER}, now=now, by=bo)
    ((link, _),) = queries.invitations_to(session, cast.ada.id, now=now)

    invitations.decline_listed(session, link.id, now=now, by=ada)

    assert queries.open_invitations(session, cast.firm.id, now=now) == []
    assert members.roles_in(session, cast.firm.id, cast.ada.id) == frozenset()
    assert session.scalars(select(Notice.code).where(Notice.recipient_id == cast.bo.id)).one() == "invitation_declined"
    for verb in (invitations.accept_listed, invitations.decline_listed):
        with pytest.raises(NotFound):
            verb(session, link.id, now=now, by=ada)


def test_invitations_are_replaced_withdrawn_and_expire(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    for roles in ({Role.MANAGER}, {Role.HOST_STAFF}):
        invitations.invite(session, cast.firm.id, "ada@example.org", roles=roles, now=now, by=bo)
    (only,) = queries.open_invitations(session, cast.firm.id, now=now)
    assert only.details["roles"] == ["host_staff"]
    assert queries.open_invitations(session, cast.firm.id, now=now + timedelta(days=14)) == []
    with pytest.raises(Forbidden):
        invitations.withdraw(session, only.id, now=now, by=actor_of(session, cast.eve, now=now))
    invitations.withdraw(session, only.id, now=now, by=bo)
    with pytest.raises(NotFound):
        invitations.withdraw(session, only.id, now=now, by=bo)
    assert queries.open_invitations(session, cast.firm.id, now=now) == []
    assert all(link.used_at for link in session.scalars(select(MailedLink)))


def wish(cast: Cast, first: str, last: str, **changes: object) -> DeputyWish:
    values = {
        "organisation_id": cast.firm.id,
        "principal_id": cast.bo.id,
        "deputy_id": cast.ada.id,
        "starts_on": dt.date.fromisoformat(first),
        "ends_on": dt.date.fromisoformat(last),
    }
    return DeputyWish(**{**values, **changes})  # type: ignore[arg-type]


def test_a_deputy_is_counted_with_the_managers_on_their_days(session: Session, cast: Cast, now: datetime) -> None:
    join(session, cast.ada, cast.firm, Role.HOST_STAFF, now=now)
    bo = actor_of(session, cast.bo, now=now)
    made = members.name_deputy(session, wish(cast, "2026-03-02", "2026-03-03"), now=now, by=bo)

    told = session.scalars(select(Notice.recipient_id).where(Notice.code == "deputy_named")).all()
    assert set(told) == {cast.ada.id, cast.bo.id}
    asked = (session, cast.firm.id, [Role.HOST_MANAGER])
    assert set(queries.people_with_role(*asked, now)) == {cast.ada.id, cast.bo.id}
    assert queries.people_with_role(*asked, now + timedelta(days=2)) == [cast.bo.id]
    assert [one.id for one in queries.deputies_of(session, cast.firm.id, today=dt.date(2026, 3, 3))] == [made.id]

    members.end_deputy(session, made.id, now=now, by=bo)
    assert queries.people_with_role(*asked, now) == [cast.bo.id]


@pytest.mark.parametrize(
    ("first", "last", "codes"),
    [
        ("2026-03-04", "2026-03-03", ["deputy_days"]),
        ("2026-03-01", "2026-03-01", ["deputy_past"]),
        ("2026-03-15", "2027-03-16", ["deputy_long"]),
        ("2026-03-10", "2026-03-12", ["deputy_twice"]),
    ],
)
def test_days_that_make_no_sense(
    session: Session, cast: Cast, now: datetime, first: str, last: str, codes: list[str]
) -> None:
    join(session, cast.ada, cast.firm, Role.HOST_STAFF, now=now)
    bo = actor_of(session, cast.bo, now=now)
    members.name_deputy(session, wish(cast, "2026-03-12", "2026-03-14"), now=now, by=bo)
    with pytest.raises(Refused) as refused:
        members.name_deputy(session, wish(cast, first, last), now=now, by=bo)
    assert list(refused.value.codes) == codes


def test_only_members_stand_in_and_only_for_host_managers(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    days = ("2026-03-02", "2026-03-03")
    with pytest.raises(Refused) as stranger:
        members.name_deputy(session, wish(cast, *days), now=now, by=bo)
    assert stranger.value.codes == ("deputy_stranger",)
    with pytest.raises(Refused) as oneself:
        members.name_deputy(session, wish(cast, *days, deputy_id=cast.bo.id), now=now, by=bo)
    assert oneself.value.codes == ("deputy_self",)


def test_a_deputy_hands_on_no_days_and_ends_none(session: Session, cast: Cast, now: datetime) -> None:
    join(session, cast.ada, cast.firm, Role.HOST_STAFF, now=now)
    bo = actor_of(session, cast.bo, now=now)
    made = members.name_deputy(session, wish(cast, "2026-03-02", "2026-03-02"), now=now, by=bo)
    ada = actor_of(session, cast.ada, now=now)
    assert Role.HOST_MANAGER in ada.roles[cast.firm.id]
    for deed in (
        lambda: members.name_deputy(session, wish(cast, "2026-03-03", "2026-12-31"), now=now, by=ada),
        lambda: members.end_deputy(session, made.id, now=now, by=ada),
    ):
        with pytest.raises(Refused) as refused:
            deed()
        assert refused.value.codes == ("deputy_by_deputy",)
    assert session.scalars(select(Deputy.id)).all() == [made.id]
    members.end_deputy(session, made.id, now=now, by=SYSTEM)
    assert session.scalars(select(Deputy.id)).all() == []


def test_whoever_leaves_takes_their_deputies_along(session: Session, cast: Cast, now: datetime) -> None:
    join(session, cast.ada, cast.firm, Role.HOST_STAFF, now=now)
    bo = actor_of(session, cast.bo, now=now)
    members.name_deputy(session, wish(cast, "2026-03-02", "2026-03-03"), now=now, by=bo)
    members.set_roles(session, cast.firm.id, cast.bo.id, roles={Role.MANAGER}, now=now, by=bo)
    assert session.scalars(select(Deputy)).all() == []
    assert set(session.scalars(select(Membership.role).where(Membership.person_id == cast.bo.id))) == {Role.MANAGER}
