"""The vault on the database: who may do what, what counts, what a plan is told, and where it was used."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryEntry
from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.permits.actions.vault import change, enter, reject, remove, revoke, use_volume, verify
from marketplace.permits.models import VaultEntry, VaultKind, VaultSource, VaultState
from marketplace.permits.queries import permit_plan
from marketplace.permits.queries.vault import (
    ending_soon,
    entries_of,
    entry,
    held_under,
    known_lists,
    unverified_facts,
    vault_facts,
    waiting,
)
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import Cast, actor_of, join, make_organisation
from tests.factories.approvals import ISSUER, card, entered, permit, seat_cheng, verified

TODAY = date(2026, 3, 2)


def who(session: Session, cast: Cast, now: datetime, name: str) -> Actor:
    return actor_of(session, cast.people[name], now=now)


def told(session: Session, name: object) -> list[str]:
    return list(session.scalars(select(Notice.code).where(Notice.recipient_id == name).order_by(Notice.id)))


def test_a_manager_enters_for_the_organisation(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    assert (row.state, row.source, row.entered_by) == (VaultState.UNVERIFIED, VaultSource.OWNER, cast.bo.id)
    changed = session.scalars(select(Task.arguments).where(Task.name == "vault.changed")).all()
    assert changed == [{"entry": str(row.id)}]
    [written] = session.scalars(select(HistoryEntry).where(HistoryEntry.subject_id == row.id)).all()
    assert (written.verb, written.details) == ("vault.entered", {"under": "BIO-08"})


def test_who_else_may_not(session: Session, cast: Cast, now: datetime) -> None:
    """A researcher sees what the organisation has and enters nothing for it; a stranger sees nothing."""
    with pytest.raises(Forbidden):
        enter(session, permit(cast.university.id), now=now, by=who(session, cast, now, "ada"))
    with pytest.raises(NotFound):
        enter(session, permit(cast.firm.id), now=now, by=who(session, cast, now, "eve"))
    with pytest.raises(NotFound):
        enter(session, card(cast.ada.id), now=now, by=who(session, cast, now, "eve"))
    mine = enter(session, card(cast.eve.id), now=now, by=who(session, cast, now, "eve"))
    assert mine.person_id == cast.eve.id


def test_who_sees_an_entry(session: Session, cast: Cast, now: datetime) -> None:
    join(session, cast.ada, cast.firm, Role.RESEARCHER, now=now)
    row = entered(session, cast, now=now)
    assert [entry(session, row.id, by=who(session, cast, now, name)).id for name in ("ada", "bo", "dee")] == [
        row.id
    ] * 3
    for stranger in ("cheng", "eve"):
        with pytest.raises(NotFound):
            entry(session, row.id, by=who(session, cast, now, stranger))
    seat_cheng(session, cast)
    assert entry(session, row.id, by=who(session, cast, now, "cheng")).id == row.id
    with pytest.raises(NotFound):
        entry(session, row.id, by=Actor())


def test_only_the_agency_that_issued_it_or_an_administrator_verifies(
    session: Session, cast: Cast, now: datetime
) -> None:
    row = entered(session, cast, now=now)
    with pytest.raises(Forbidden):
        verify(session, row.id, now=now, by=who(session, cast, now, "bo"))
    with pytest.raises(NotFound):
        verify(session, row.id, now=now, by=who(session, cast, now, "cheng"))
    join(session, cast.cheng, cast.firm, Role.RESEARCHER, now=now)
    with pytest.raises(Forbidden):  # sees it as a member, and is an officer, but of another agency
        verify(session, row.id, now=now, by=who(session, cast, now, "cheng"))
    seat_cheng(session, cast)
    done = verify(session, row.id, now=now, by=who(session, cast, now, "cheng"))
    assert (done.state, done.verified_by, done.verified_at) == (VaultState.VERIFIED, cast.cheng.id, now)
    assert told(session, cast.bo.id) == ["vault_verified"]
    with pytest.raises(StateForbids):
        verify(session, row.id, now=now, by=who(session, cast, now, "dee"))


def test_nobody_verifies_their_own(session: Session, cast: Cast, now: datetime) -> None:
    dee = who(session, cast, now, "dee")
    row = enter(session, card(cast.dee.id), now=now, by=dee)
    with pytest.raises(Refused, match="vault_own_entry"):
        verify(session, row.id, now=now, by=dee)
    assert verify(session, row.id, now=now, by=SYSTEM).state is VaultState.VERIFIED


def test_nobody_verifies_what_they_keep_for_an_organisation(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    join(session, cast.dee, cast.firm, Role.MANAGER, now=now)
    with pytest.raises(Refused, match="vault_own_entry"):
        verify(session, row.id, now=now, by=who(session, cast, now, "dee"))


def test_one_verifies_what_one_saw(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    change(session, row.id, permit(cast.firm.id, number="other"), now=now, by=who(session, cast, now, "bo"))
    dee = who(session, cast, now, "dee")
    with pytest.raises(Refused, match="vault_changed_since"):
        verify(session, row.id, now=now, by=dee, revision=1)
    with pytest.raises(Refused, match="vault_changed_since"):
        reject(session, row.id, "unreadable", now=now, by=dee, revision=1)
    assert verify(session, row.id, now=now, by=dee, revision=2).state is VaultState.VERIFIED


def test_what_is_rejected_may_be_put_right(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    bo, dee = who(session, cast, now, "bo"), who(session, cast, now, "dee")
    with pytest.raises(Invalid, match="reason: required"):
        reject(session, row.id, "  ", now=now, by=dee)
    reject(session, row.id, "The copy can't be read.", now=now, by=dee)
    assert told(session, cast.bo.id) == ["vault_rejected"]
    change(session, row.id, permit(cast.firm.id, number="DH/2026/18"), now=now, by=bo)
    assert (row.state, row.reason, row.number, row.revision) == (VaultState.UNVERIFIED, None, "DH/2026/18", 2)
    verify(session, row.id, now=now, by=dee)
    for verb in (lambda: change(session, row.id, permit(cast.firm.id), now=now, by=bo),
                 lambda: remove(session, row.id, now=now, by=bo)):  # fmt: skip
        with pytest.raises(StateForbids):
            verb()


def test_an_entry_stays_with_its_owner(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    with pytest.raises(Invalid, match="owner: vault_owner_stays"):
        change(session, row.id, permit(cast.elsewhere.id), now=now, by=who(session, cast, now, "bo"))


def test_an_unverified_entry_may_be_taken_away(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    remove(session, row.id, now=now, by=who(session, cast, now, "bo"))
    assert session.get(VaultEntry, row.id) is None
    verbs = session.scalars(select(HistoryEntry.verb).where(HistoryEntry.subject_id == row.id)).all()
    assert sorted(verbs) == ["vault.entered", "vault.removed"]


@pytest.mark.parametrize("name", ["bo", "cheng", "dee"])
def test_who_revokes(session: Session, cast: Cast, now: datetime, name: str) -> None:
    seat_cheng(session, cast)
    row = verified(session, cast, now=now)
    revoke(session, row.id, "Given back.", now=now, by=who(session, cast, now, name))
    assert (row.state, row.revoked_at, row.reason) == (VaultState.REVOKED, now, "Given back.")
    assert vault_facts(session, {"host": [cast.firm.id]}, TODAY) == []
    with pytest.raises(StateForbids):
        revoke(session, row.id, "Again.", now=now, by=who(session, cast, now, name))


def test_an_officer_of_another_agency_revokes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    row = verified(session, cast, now=now)
    join(session, cast.cheng, cast.firm, Role.RESEARCHER, now=now)
    with pytest.raises(Forbidden):
        revoke(session, row.id, "Mine.", now=now, by=who(session, cast, now, "cheng"))


def test_a_granted_application_is_verified_by_that(session: Session, cast: Cast, now: datetime) -> None:
    seat_cheng(session, cast)
    application = uuid4()
    cheng = who(session, cast, now, "cheng")
    row = enter(session, permit(cast.firm.id), now=now, by=cheng, granted=application)
    assert (row.state, row.source, row.application_id) == (VaultState.VERIFIED, VaultSource.GRANT, application)
    assert row.verified_by == cast.cheng.id
    with pytest.raises(Forbidden):
        enter(session, permit(cast.firm.id, issuer_code="AGY-CN-NIA"), now=now, by=cheng, granted=application)
    with pytest.raises(Forbidden):
        enter(session, permit(cast.firm.id), now=now, by=who(session, cast, now, "bo"), granted=application)
    assert enter(session, permit(cast.firm.id), now=now, by=SYSTEM, granted=uuid4()).verified_by is None


def test_a_file_is_ones_own(session: Session, cast: Cast, now: datetime) -> None:
    def upload(person_id: object) -> StoredFile:
        file = StoredFile(sha256="a" * 64, size=1, media_type="application/pdf", name="p.pdf", uploaded_by=person_id,
                          uploaded_at=now)  # fmt: skip
        session.add(file)
        session.flush()
        return file

    assert entered(session, cast, now=now, file_id=upload(cast.bo.id).id).file_id is not None
    for file_id in (upload(cast.eve.id).id, uuid4()):
        with pytest.raises(Invalid, match="file_id: unknown"):
            entered(session, cast, now=now, file_id=file_id)


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"issuer_code": "AGY-NONE"}, "issuer_code: unknown"),
        ({"issuer_code": None}, "issuer: required"),
        ({"parties": [uuid4()]}, "parties: unknown"),
        ({"rule_id": "NO-1"}, "rule: unknown"),
    ],
)
def test_what_it_names_must_be_there(
    session: Session, cast: Cast, now: datetime, fields: dict[str, object], fault: str
) -> None:
    with pytest.raises(Invalid, match=fault):
        entered(session, cast, now=now, **fields)


def test_the_table_itself_demands_one_owner(session: Session, cast: Cast, now: datetime) -> None:
    row = entered(session, cast, now=now)
    with pytest.raises(IntegrityError, match="one_owner"), session.begin_nested():
        row.person_id = cast.bo.id
        session.flush()


def test_only_what_counts_is_told_to_a_plan(session: Session, cast: Cast, now: datetime) -> None:
    holders = {"user": [cast.university.id], "host": [cast.firm.id], "people_flows/0": [cast.ada.id]}
    row = entered(session, cast, now=now, scope={"purpose": ["test"]})
    assert vault_facts(session, holders, TODAY) == []
    expected = {
        "id": str(row.id),
        "kind": "permit",
        "rule": "BIO-08",
        "holder": "host",
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "scope": {"purpose": ["test"]},
    }
    assert unverified_facts(session, holders, TODAY) == [expected]
    verify(session, row.id, now=now, by=who(session, cast, now, "dee"))
    assert vault_facts(session, holders, TODAY) == [expected]
    assert unverified_facts(session, holders, TODAY) == []
    assert vault_facts(session, holders, date(2027, 1, 1)) == []
    assert vault_facts(session, {"user": [cast.firm.id]}, TODAY)[0]["holder"] == "user"
    assert vault_facts(session, {"user": []}, TODAY) == []


def test_a_person_and_a_white_list_are_told_in_their_shapes(session: Session, cast: Cast, now: datetime) -> None:
    mine = enter(session, card(cast.ada.id, valid_to=None), now=now, by=who(session, cast, now, "ada"))
    verify(session, mine.id, now=now, by=SYSTEM)
    listed = verified(session, cast, now=now, kind=VaultKind.WHITELIST, rule_id=None, list_code="HTZ-CUS")
    found = vault_facts(session, {"people_flows/0": [cast.ada.id], "host": [cast.firm.id]}, TODAY)
    assert found == [
        {"id": str(mine.id), "kind": "permit", "rule": "PPL-06", "holder": "people_flows/0",
         "valid_from": "2026-01-01"},
        {"id": str(listed.id), "kind": "whitelist", "list": "HTZ-CUS", "holder": "host", "valid_from": "2026-01-01",
         "valid_to": "2026-12-31"},
    ]  # fmt: skip


def test_what_is_for_some_parties_counts_with_them_alone(session: Session, cast: Cast, now: datetime) -> None:
    verified(session, cast, now=now, parties=[cast.university.id])
    with_them = {"host": [cast.firm.id], "user": [cast.university.id]}
    with_others = {"host": [cast.firm.id], "user": [cast.elsewhere.id]}
    assert len(vault_facts(session, with_them, TODAY)) == 1
    assert vault_facts(session, with_others, TODAY) == []


def test_the_engine_is_satisfied_by_it(session: Session, cast: Cast, now: datetime) -> None:
    """An approval under the same rule satisfies it (CLR-04); outside its scope it does not."""
    flow = {"from": "CN", "to": "HK", "date": "2026-04-01", "exporter": "host", "purpose": "test",
            "bio_kind": "pathogen"}  # fmt: skip
    given = {"user": {"jurisdiction": "HK"}, "host": {"jurisdiction": "CN-GD"}, "goods_flows": [flow]}

    def outcome() -> tuple[str, list[str]]:
        facts = vault_facts(session, {"user": [cast.university.id], "host": [cast.firm.id]}, TODAY)
        plan = permit_plan(session, {**given, "vault": facts}, TODAY)
        return next(
            (str(each.outcome.value), [used.vault for used in each.verdict.satisfied_by])
            for each in plan.requirements
            if each.rule_id == "BIO-08"
        )

    assert outcome() == ("required", [])
    join(session, cast.ada, cast.university, Role.MANAGER, now=now)
    ada, dee = who(session, cast, now, "ada"), who(session, cast, now, "dee")
    narrow = enter(session, permit(cast.university.id, scope={"purpose": ["repair"]}), now=now, by=ada)
    verify(session, narrow.id, now=now, by=dee)
    assert outcome() == ("required", [])
    wide = enter(session, permit(cast.university.id, scope={"purpose": ["repair", "test"]}), now=now, by=ada)
    verify(session, wide.id, now=now, by=dee)
    assert outcome() == ("satisfied", [str(wide.id)])


def test_volume_runs_out(session: Session, cast: Cast, now: datetime) -> None:
    row = verified(session, cast, now=now, volume_allowed=Decimal(10), volume_unit="kg")
    bo = who(session, cast, now, "bo")
    use_volume(session, row.id, Decimal("7.5"), now=now, by=bo)
    with pytest.raises(Refused, match="vault_volume_short"):
        use_volume(session, row.id, Decimal(3), now=now, by=bo)
    for wrong in (Decimal(0), Decimal("NaN")):
        with pytest.raises(Invalid, match="amount: vault_volume"):
            use_volume(session, row.id, wrong, now=now, by=bo)
    assert len(vault_facts(session, {"host": [cast.firm.id]}, TODAY)) == 1
    use_volume(session, row.id, Decimal("2.5"), now=now, by=bo)
    assert row.used_up
    assert vault_facts(session, {"host": [cast.firm.id]}, TODAY) == []


def test_lists_for_their_readers(session: Session, cast: Cast, now: datetime) -> None:
    late = entered(session, cast, now=now)
    soon = verified(session, cast, now=now, valid_to=TODAY + timedelta(days=20))
    bo = who(session, cast, now, "bo")
    assert [row.id for row in entries_of(session, by=bo)] == [soon.id, late.id]
    assert [row.id for row in ending_soon(session, by=bo, on=TODAY)] == [soon.id]
    assert ending_soon(session, by=bo, on=TODAY, days=19) == []
    assert entries_of(session, by=who(session, cast, now, "eve")) == []
    assert [row.id for row in waiting(session, by=who(session, cast, now, "dee"), limit=9)] == [late.id]
    assert waiting(session, by=who(session, cast, now, "cheng"), limit=9) == []
    seat_cheng(session, cast)
    assert [row.id for row in waiting(session, by=who(session, cast, now, "cheng"), limit=9)] == [late.id]


def test_what_may_be_chosen_comes_from_the_rules(session: Session) -> None:
    assert {"HTZ-CUS", "NS-WL", "CN-RESEARCH-RELIEF"} <= set(known_lists(session))
    rules = held_under(session, TODAY)
    assert {"BIO-08", "PPL-06", "EXP-02"} <= set(rules)
    assert not {"TEC-01", "TAX-CN-1", "DPL-13"} & set(rules)


def test_an_agency_that_is_not_verified_has_no_officers(session: Session, cast: Cast, now: datetime) -> None:
    pretended = make_organisation(session, "Pretended Office", now=now, verified=False)
    pretended.agency_code = ISSUER
    join(session, cast.eve, pretended, Role.AGENCY_OFFICER, now=now)
    row = entered(session, cast, now=now)
    with pytest.raises(NotFound):
        verify(session, row.id, now=now, by=who(session, cast, now, "eve"))
