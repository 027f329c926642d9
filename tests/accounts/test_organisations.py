"""Organisations: entered, changed, found at their former addresses, verified, and who may see them meanwhile."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts import queries
from marketplace.accounts.actions import organisations as actions
from marketplace.accounts.actions import verification
from marketplace.accounts.models import Control, FormerSeat, Organisation, OrganisationKind, Role, Verification
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.accounts.queries import people
from marketplace.accounts.rules.invitations import MOST_WAITING
from marketplace.accounts.rules.organisation_form import OrganisationForm
from marketplace.accounts.rules.standing import facts_digest, standing_refusals
from marketplace.history.models import HistoryEntry, HistoryText
from marketplace.notices.models import Mail, Notice
from marketplace.values.identifiers import Scheme
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import Cast, actor_of, load_jurisdictions, make_organisation

FORM = OrganisationForm(
    name={"en": "Bay Area Optics", "zh-Hant": "灣區光學"},
    kind=OrganisationKind.FIRM,
    jurisdiction_code="CN-GD",
    control=Control.MAINLAND,
    city="Shenzhen",
    website="optics.example.org",
    identifiers={Scheme.USCC: "9144 0300 7084 6113 6T", Scheme.LEI: ""},
)


def entered(session: Session, cast: Cast, now: datetime, **changes: object) -> tuple[Organisation, Actor]:
    load_jurisdictions(session, ("CN-GD",))
    made = actions.create_organisation(
        session, replace(FORM, **changes), now=now, by=actor_of(session, cast.eve, now=now)
    )
    return made, actor_of(session, cast.eve, now=now)


def verified(session: Session, place: Organisation, by: Actor, now: datetime) -> None:
    """Verify the facts as they stand."""
    seen = facts_digest(queries.facts(session, place))
    verification.verify(session, place.id, facts_digest=seen, now=now, by=by)


def test_whoever_enters_it_manages_it_and_it_waits(session: Session, cast: Cast, now: datetime) -> None:
    made, eve = entered(session, cast, now)

    assert made.slug == "bay-area-optics"
    assert made.website == "https://optics.example.org"
    assert made.verification is Verification.PENDING
    assert [one.value for one in queries.identifiers_of(session, made.id)] == ["91440300708461136T"]
    assert eve.roles[made.id] == {Role.MANAGER, Role.RESEARCHER, Role.HOST_MANAGER}
    assert made.id not in eve.verified
    assert [reason.code for reason in standing_refusals(made)] == ["organisation_unverified"]


def test_an_agency_has_officers_who_are_none_until_it_is_verified(session: Session, cast: Cast, now: datetime) -> None:
    from marketplace.accounts.policy import Relation, relations

    made, eve = entered(session, cast, now, kind=OrganisationKind.AGENCY, identifiers={})
    assert eve.roles[made.id] == {Role.MANAGER, Role.AGENCY_OFFICER}
    assert Relation.OFFICER not in relations(eve)

    verified(session, made, actor_of(session, cast.dee, now=now), now)
    assert Relation.OFFICER in relations(actor_of(session, cast.eve, now=now))


@pytest.mark.parametrize(
    ("changes", "broken"),
    [
        ({"name": {}}, [("name", "required")]),
        ({"identifiers": {Scheme.USCC: "914403007084611360"}}, [("identifiers.uscc", "check_digit")]),
        ({"identifiers": {Scheme.ROR: "02zhqgq87"}}, [("identifiers.ror", "check_digit")]),
        ({"identifiers": {Scheme.HK_UBI: "1234567"}}, [("identifiers.hk_ubi", "format")]),
        ({"identifiers": {Scheme.LEI: "213800KUD8LXJWSQ9D15"}}, [("identifiers.lei", "check_digit")]),
        ({"website": "javascript:alert(1)"}, [("website", "website")]),
        ({"website": "https://me:secret@example.org"}, [("website", "website")]),
        ({"jurisdiction_code": "XX"}, [("jurisdiction_code", "unknown")]),
        ({"zone_code": "nowhere"}, [("zone_code", "unknown")]),
        ({"agency_code": "AGY-HK-DPO"}, [("agency_code", "agency_only")]),
        ({"name": {"en": "a\u202eb"}, "city": "x" * 81}, [("name.en", "no_bidi_control"), ("city", "max_length")]),
    ],
)
def test_what_is_wrong_is_said_all_at_once(
    session: Session, cast: Cast, now: datetime, changes: dict[str, object], broken: list[tuple[str, str]]
) -> None:
    with pytest.raises(Invalid) as refused:
        entered(session, cast, now, **changes)
    assert [(error.field, error.rule) for error in refused.value.errors] == broken


def test_two_organisations_never_share_a_number(session: Session, cast: Cast, now: datetime) -> None:
    entered(session, cast, now)
    with pytest.raises(Refused) as refused:
        entered(session, cast, now)
    assert refused.value.codes == ("identifier_taken",)


def test_a_new_name_is_a_new_address_and_the_old_one_leads_there(session: Session, cast: Cast, now: datetime) -> None:
    made, eve = entered(session, cast, now)
    actions.change_organisation(session, made.id, replace(FORM, name={"en": "Delta Optics"}), now=now, by=eve)

    assert made.slug == "delta-optics"
    assert queries.organisation_at(session, "bay-area-optics", eve) == (made, False)
    assert queries.organisation_at(session, "delta-optics", eve) == (made, True)

    # Nobody takes over an address that still leads to somebody.
    other, _ = entered(session, cast, now, identifiers={})
    assert other.slug.startswith("bay-area-optics-")
    # Its owner may return to it.
    actions.change_organisation(session, made.id, FORM, now=now, by=eve)
    assert made.slug == "bay-area-optics"
    assert queries.organisation_at(session, "delta-optics", eve) == (made, False)


def test_nothing_lies_below_itself(session: Session, cast: Cast, now: datetime) -> None:
    parent, _ = entered(session, cast, now)
    child, eve = entered(session, cast, now, identifiers={}, parent_id=parent.id)
    for wrong in (parent.id, child.id, cast.eve.id):
        with pytest.raises(Invalid) as refused:
            actions.change_organisation(session, parent.id, replace(FORM, parent_id=wrong), now=now, by=eve)
        assert refused.value.errors[0].field == "parent_id"


def test_what_was_verified_only_an_administrator_changes(session: Session, cast: Cast, now: datetime) -> None:
    made, eve = entered(session, cast, now)
    dee = actor_of(session, cast.dee, now=now)
    verified(session, made, dee, now)

    actions.change_organisation(session, made.id, replace(FORM, city="Guangzhou"), now=now, by=eve)
    assert made.city == "Guangzhou"
    with pytest.raises(Refused) as refused:
        actions.change_organisation(session, made.id, replace(FORM, identifiers={}), now=now, by=eve)
    assert refused.value.codes == ("verified_facts",)
    assert dict(refused.value.reasons[0].details) == {"fields": ["identifiers"]}
    actions.change_organisation(session, made.id, replace(FORM, identifiers={}), now=now, by=dee)
    assert queries.identifiers_of(session, made.id) == []


def test_verified_or_refused_with_a_reason_and_told(session: Session, cast: Cast, now: datetime) -> None:
    made, eve = entered(session, cast, now)
    dee = actor_of(session, cast.dee, now=now)
    with pytest.raises(Invalid):
        verification.refuse(session, made.id, "  ", now=now, by=dee)
    verification.refuse(session, made.id, "No such code in the register.", now=now, by=dee)

    assert (made.verification, made.verification_reason) == (Verification.REFUSED, "No such code in the register.")
    notice = session.scalars(select(Notice).where(Notice.recipient_id == cast.eve.id)).one()
    assert (notice.code, notice.details["reason"]) == ("organisation_refused", "No such code in the register.")
    assert session.scalars(select(Mail.code).where(Mail.recipient_id == cast.eve.id)).one() == "organisation_refused"
    written = session.execute(
        select(HistoryEntry.verb, HistoryEntry.details, HistoryText.text)
        .join(HistoryText, HistoryText.entry_id == HistoryEntry.id)
        .where(HistoryEntry.subject_id == made.id)
    ).one()
    assert written == ("organisation.refused", {}, {"reason": "No such code in the register."})

    later = now + timedelta(days=1)
    actions.change_organisation(session, made.id, FORM, now=later, by=eve)
    assert (made.verification, made.verification_reason, made.submitted_at) == (Verification.PENDING, None, later)
    verified(session, made, dee, later)
    with pytest.raises(StateForbids):
        verified(session, made, dee, later)


def test_a_suspended_organisation_neither_lists_nor_books(session: Session, cast: Cast, now: datetime) -> None:
    dee = actor_of(session, cast.dee, now=now)
    verification.suspend(session, cast.firm.id, "Under review.", now=now, by=dee)
    assert cast.firm.id not in actor_of(session, cast.bo, now=now).verified
    assert [reason.code for reason in standing_refusals(cast.firm)] == ["organisation_suspended"]
    with pytest.raises(StateForbids):
        verification.suspend(session, cast.firm.id, "Again.", now=now, by=dee)
    verification.readmit(session, cast.firm.id, "All is well.", now=now, by=dee)
    assert cast.firm.id in actor_of(session, cast.bo, now=now).verified


def test_a_number_of_who_was_refused_is_free_again(session: Session, cast: Cast, now: datetime) -> None:
    squatter, _ = entered(session, cast, now)
    with pytest.raises(Refused) as refused:
        entered(session, cast, now)
    assert refused.value.codes == ("identifier_taken",)
    verification.refuse(session, squatter.id, "Not theirs.", now=now, by=actor_of(session, cast.dee, now=now))
    owner, _ = entered(session, cast, now)
    assert [one.value for one in queries.identifiers_of(session, owner.id)] == ["91440300708461136T"]
    assert queries.identifiers_of(session, squatter.id) == []


def test_nobody_fills_the_queue(session: Session, cast: Cast, now: datetime) -> None:
    for _ in range(MOST_WAITING):
        first, _ = entered(session, cast, now, identifiers={})
    with pytest.raises(Refused) as refused:
        entered(session, cast, now, identifiers={})
    assert refused.value.codes == ("too_many_waiting",)
    verified(session, first, actor_of(session, cast.dee, now=now), now)
    entered(session, cast, now, identifiers={})


@pytest.mark.parametrize(
    "change", [{"name": {"en": "Bay Area Banking"}}, {"control": Control.FOREIGN}, {"identifiers": {}}]
)
def test_facts_that_were_changed_since_they_were_looked_at_are_not_verified(
    session: Session, cast: Cast, now: datetime, change: dict[str, object]
) -> None:
    made, eve = entered(session, cast, now)
    dee = actor_of(session, cast.dee, now=now)
    seen = facts_digest(queries.facts(session, made))
    actions.change_organisation(session, made.id, replace(FORM, about={"en": "Lenses."}), now=now, by=eve)
    assert facts_digest(queries.facts(session, made)) == seen, "what is not verified may change"
    actions.change_organisation(session, made.id, replace(FORM, **change), now=now, by=eve)
    with pytest.raises(Refused) as caught:
        verification.verify(session, made.id, facts_digest=seen, now=now, by=dee)
    (reason,) = caught.value.reasons
    assert (reason.code, made.verification) == ("facts_changed", Verification.PENDING)
    assert reason.details["facts"] == queries.facts(session, made)
    verification.verify(session, made.id, facts_digest=str(reason.details["facts_digest"]), now=now, by=dee)
    assert made.verification is Verification.VERIFIED


@pytest.mark.parametrize("name", ["ada", "bo", "cheng"])
def test_only_administrators_verify(session: Session, cast: Cast, now: datetime, name: str) -> None:
    by = actor_of(session, cast.people[name], now=now)
    with pytest.raises(Forbidden):
        verification.suspend(session, cast.elsewhere.id, "Because.", now=now, by=by)
    waiting = make_organisation(session, "Waiting", now=now, verified=False)
    with pytest.raises(NotFound):
        verified(session, waiting, by, now)


def test_the_unverified_are_seen_by_their_own_and_by_overseers(session: Session, cast: Cast, now: datetime) -> None:
    made, eve = entered(session, cast, now)
    dee = actor_of(session, cast.dee, now=now)
    for who in (eve, dee, SYSTEM):
        assert queries.organisation(session, made.id, who) is made
    for who in (Actor(), actor_of(session, cast.ada, now=now)):
        with pytest.raises(NotFound):
            queries.organisation(session, made.id, who)
        assert queries.organisation(session, cast.firm.id, who)
    with pytest.raises(NotFound):
        actions.change_organisation(session, made.id, FORM, now=now, by=actor_of(session, cast.ada, now=now))
    with pytest.raises(Forbidden):
        actions.change_organisation(session, cast.firm.id, FORM, now=now, by=eve)


def test_the_queue_is_oldest_first_and_search_takes_signs_as_they_are(
    session: Session, cast: Cast, now: datetime
) -> None:
    second = make_organisation(session, "100% Second", now=now + timedelta(hours=1), verified=False)
    first = make_organisation(session, "First", now=now, verified=False)
    waiting = people.found_organisations(session, "", state=Verification.PENDING, limit=10)
    assert [row.id for row in waiting] == [first.id, second.id]
    assert people.found_organisations(session, "0% s", limit=10) == [second]
    assert people.found_organisations(session, "_", limit=10) == []
    assert people.overview(session).waiting == 2


def test_where_it_was_seated_is_kept_when_it_moves(session: Session, cast: Cast, now: datetime) -> None:
    made, eve = entered(session, cast, now)
    load_jurisdictions(session, ("HK",))
    actions.change_organisation(session, made.id, replace(FORM, city="Guangzhou"), now=now, by=eve)
    assert session.scalars(select(FormerSeat)).all() == []
    actions.change_organisation(session, made.id, replace(FORM, jurisdiction_code="HK"), now=now, by=eve)
    (seat,) = session.scalars(select(FormerSeat)).all()
    assert (seat.organisation_id, seat.jurisdiction_code, seat.until) == (made.id, FORM.jurisdiction_code, now)
