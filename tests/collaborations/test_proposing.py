"""Collaborations by hand: proposed, accepted by each party on what it has read, declined, withdrawn, changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import Role, Verification
from marketplace.collaborations.actions.proposing import accept, ask, change, decline, propose, withdraw
from marketplace.collaborations.models import CollaborationParty, CollaborationState, PartyRole
from marketplace.collaborations.queries.pages import collaboration_row, collaborations, waiting
from marketplace.collaborations.rules.sheet import PartyWish, Proposal
from marketplace.collaborations.rules.standing import Deed
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.notices.models import Notice
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import join
from tests.factories.collaborations import PARTNER, Sides

State = CollaborationState


def told(session: Session, person: Any) -> list[str]:
    codes = select(Notice.code).where(Notice.recipient_id == person.id).order_by(Notice.created_at, Notice.id)
    return [code for code in session.scalars(codes) if code.startswith("collaboration")]


def test_a_researcher_proposes_and_a_manager_of_the_other_side_makes_it_active(sides: Sides) -> None:
    row = sides.proposed()
    assert row.state is State.PROPOSED and row.version == 1
    assert told(sides.session, sides.cast.bo) == ["collaboration_asked"]
    assert told(sides.session, sides.cast.ada) == []
    accept(sides.session, row.id, 1, now=sides.now, by=sides.actor("bo"))
    assert row.state is State.ACTIVE
    assert told(sides.session, sides.mara) == ["collaboration_accepted"]
    assert told(sides.session, sides.cast.ada) == ["collaboration_accepted"]
    verbs = [entry.verb for entry in entries(sides.session, Subject("collaboration", row.id))]
    assert verbs == ["collaboration.accepted", "collaboration.asked", "collaboration.proposed"]
    with pytest.raises(StateForbids):
        accept(sides.session, row.id, 1, now=sides.now, by=sides.actor("bo"))


def test_nobody_accepts_what_they_have_not_read(sides: Sides) -> None:
    row = sides.proposed()
    change(sides.session, row.id, sides.sheet(aim="Something else."), now=sides.now, by=sides.actor("ada"))
    with pytest.raises(Refused, match="collaboration_changed"):
        accept(sides.session, row.id, 1, now=sides.now, by=sides.actor("bo"))
    assert told(sides.session, sides.cast.bo) == ["collaboration_asked", "collaboration_changed"]
    accept(sides.session, row.id, 2, now=sides.now, by=sides.actor("bo"))


def test_each_side_answers_for_itself(sides: Sides) -> None:
    row = sides.proposed()
    for name in ("ada", "mara"):
        with pytest.raises((Forbidden, StateForbids)):
            accept(sides.session, row.id, 1, now=sides.now, by=sides.actor(name))
    for name in ("eve", "gus"):
        with pytest.raises(NotFound):
            accept(sides.session, row.id, 1, now=sides.now, by=sides.actor(name))
    with pytest.raises(Forbidden):
        accept(sides.session, row.id, 1, now=sides.now, by=sides.actor("dee"))


def test_a_proposal_is_declined_once_nobody_is_left_to_answer(sides: Sides) -> None:
    row = sides.proposed(sides.cast.firm.id, sides.institute.id)
    decline(sides.session, row.id, "No bench is free.", now=sides.now, by=sides.actor("bo"))
    assert row.state is State.PROPOSED
    with pytest.raises(NotFound):
        collaboration_row(sides.session, row.id, by=sides.actor("bo"), now=sides.now)
    decline(sides.session, row.id, now=sides.now, by=sides.actor("gus"))
    assert row.state is State.DECLINED
    assert told(sides.session, sides.mara) == ["collaboration_declined_because", "collaboration_declined"]
    notice = sides.session.scalars(select(Notice).where(Notice.code == "collaboration_declined_because")).first()
    assert notice and notice.details["reason"] == "No bench is free."
    assert notice.details["worded"] == {"reason": str(sides.cast.bo.id)}


def test_a_proposal_is_withdrawn_by_a_manager_of_the_proposing_side(sides: Sides) -> None:
    row = sides.proposed()
    with pytest.raises(Forbidden):
        withdraw(sides.session, row.id, now=sides.now, by=sides.actor("ada"))
    withdraw(sides.session, row.id, now=sides.now, by=sides.actor("mara"))
    assert row.state is State.DECLINED
    assert told(sides.session, sides.cast.bo) == ["collaboration_asked", "collaboration_withdrawn"]


def test_a_third_party_is_asked_later_and_may_be_asked_again_after_declining(sides: Sides) -> None:
    row = sides.active()
    wish = PartyWish(sides.institute.id, PARTNER)
    ask(sides.session, row.id, wish, now=sides.now, by=sides.actor("mara"))
    with pytest.raises(Invalid):
        ask(sides.session, row.id, wish, now=sides.now, by=sides.actor("bo"))
    decline(sides.session, row.id, now=sides.now, by=sides.actor("gus"))
    assert row.state is State.ACTIVE
    ask(sides.session, row.id, wish, now=sides.now, by=sides.actor("bo"))
    accept(sides.session, row.id, row.version, now=sides.now, by=sides.actor("gus"))
    party = sides.session.get_one(CollaborationParty, (row.id, sides.institute.id))
    assert party.joined_on is not None and party.declined_at is None


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"title": {}}, "title"),
        ({"title": {"en": "a\x00b"}}, "title.en"),
        ({"title": {"fr": "Bonjour"}}, "title.fr"),
        ({"level_now": 3}, "scheme"),
        ({"raid": "nonsense"}, "raid"),
        ({"clauses": {"weather": "Fine"}}, "clauses.weather"),
        ({"clauses": {"ip": "x" * 9000}}, "clauses.ip"),
        ({"clauses": {"ip": 5}}, "clauses.ip"),
    ],
    ids=["no-title", "nul", "language", "scheme", "raid", "clause", "long", "number"],
)
def test_bad_input_names_its_field(sides: Sides, more: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as broken:
        sides.proposed(**more)
    assert field in {error.field for error in broken.value.errors}


def test_parties_are_two_at_least_each_once_known_and_verified(sides: Sides) -> None:
    own = PartyWish(sides.cast.university.id, PARTNER)
    firm = PartyWish(sides.cast.firm.id, PARTNER)
    for parties in ([own], [own, own], [own, firm, firm], [own, PartyWish(sides.cast.firm.id, frozenset())]):
        with pytest.raises(Invalid):
            propose(sides.session, Proposal(sheet=sides.sheet(), parties=parties), now=sides.now, by=sides.actor("ada"))
    with pytest.raises(Invalid):
        sides.proposed(uuid4())
    sides.cast.university.verification = Verification.PENDING
    with pytest.raises(Refused, match="organisation_unverified"):
        sides.proposed()


def test_nobody_proposes_for_others(sides: Sides) -> None:
    for name in ("eve", "cheng", "dee"):
        with pytest.raises((Forbidden, NotFound)):
            sides.proposed(by=name)


def test_an_agreement_changes_under_a_version(sides: Sides) -> None:
    row = sides.active()
    sheet = sides.sheet(clauses={"ip": "Each keeps its own.", "other": ""}, agreement_number="HU-2026-7")
    change(sides.session, row.id, sheet, now=sides.now, by=sides.actor("bo"), version=row.version)
    assert row.clauses == {"ip": "Each keeps its own."} and row.agreement_number == "HU-2026-7"
    with pytest.raises(Refused, match="collaboration_changed"):
        change(sides.session, row.id, sides.sheet(), now=sides.now, by=sides.actor("ada"), version=row.version - 1)
    before = row.version
    change(sides.session, row.id, replace(sheet, clauses=row.clauses), now=sides.now, by=sides.actor("bo"))
    assert row.version == before
    latest = entries(sides.session, Subject("collaboration", row.id))[0]
    assert latest.verb == "collaboration.changed" and latest.details["fields"] == ["agreement_number", "clauses"]


def test_a_framework_that_is_named_stands_between_the_parties(sides: Sides) -> None:
    with pytest.raises(Invalid) as broken:
        sides.proposed(framework_id=uuid4())
    assert broken.value.errors[0].field == "framework"


def test_the_list_begins_with_what_waits_and_is_read_by_cursor(sides: Sides) -> None:
    first, second = sides.active(), sides.active(title={"en": "Second"})
    third = sides.proposed(title={"en": "Third"})
    bo, ada = sides.actor("bo"), sides.actor("ada")
    assert [row.id for row in collaborations(sides.session, by=bo, now=sides.now)] == [third.id, second.id, first.id]
    assert [row.id for row in waiting(sides.session, by=bo, now=sides.now)] == [third.id]
    assert waiting(sides.session, by=ada, now=sides.now) == []
    seen, after = [], None
    for _ in range(4):
        page = collaborations(sides.session, by=ada, now=sides.now, limit=1, after=after)
        seen += [row.id for row in page]
        after = (page[-1].rank, page[-1].id) if page else after
    assert seen == [third.id, second.id, first.id]
    assert collaborations(sides.session, by=sides.actor("eve"), now=sides.now) == []
    only = collaborations(sides.session, by=bo, now=sides.now, state=State.PROPOSED)
    assert [row.id for row in only] == [third.id]


def test_what_is_offered_is_what_may_be_done(sides: Sides) -> None:
    row = sides.proposed()

    def deeds(name: str) -> frozenset[Deed]:
        return collaboration_row(sides.session, row.id, by=sides.actor(name), now=sides.now).deeds

    assert deeds("bo") == {Deed.ACCEPT, Deed.DECLINE}
    assert Deed.CHANGE in deeds("ada") and Deed.WITHDRAW not in deeds("ada")
    assert Deed.WITHDRAW in deeds("mara")
    assert deeds("dee") == frozenset()
    staff = sides.cast.cheng
    join(sides.session, staff, sides.cast.firm, Role.HOST_STAFF, now=sides.now)
    assert deeds("cheng") == frozenset()


def test_roles_keep_their_order(sides: Sides) -> None:
    wish = PartyWish(sides.institute.id, frozenset({PartyRole.PARTNER, PartyRole.FUNDER}))
    row = sides.active()
    ask(sides.session, row.id, wish, now=sides.now, by=sides.actor("bo"))
    assert sides.session.get_one(CollaborationParty, (row.id, sides.institute.id)).roles == ["funder", "partner"]
