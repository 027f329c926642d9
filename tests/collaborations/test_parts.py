"""What hangs on a collaboration: people of one's own side, money, milestones, papers; leaving, completing, ending."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from marketplace.accounts.policy import Actor
from marketplace.api.collaboration_shapes import collaboration_item
from marketplace.collaborations.actions.closing import complete, end, leave
from marketplace.collaborations.actions.papers import add_file, remove_file
from marketplace.collaborations.actions.parts import (
    add_funding,
    add_milestone,
    cancel_milestone,
    name_person,
    reach_milestone,
    remove_funding,
    replan_milestone,
    unname_person,
)
from marketplace.collaborations.actions.proposing import ask, change
from marketplace.collaborations.actions.reminding import remind_of_milestones
from marketplace.collaborations.models import Collaboration, CollaborationParty, CollaborationState
from marketplace.collaborations.queries.departed import told_titles
from marketplace.collaborations.queries.detail import collaboration_page
from marketplace.collaborations.queries.files import shared_file
from marketplace.collaborations.queries.pages import collaborations
from marketplace.collaborations.rules.parts import Money
from marketplace.collaborations.rules.sheet import PartyWish
from marketplace.files.models import StoredFile
from marketplace.history.actions import erase_texts
from marketplace.notices.models import Notice
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import make_organisation
from tests.factories.collaborations import PARTNER, TODAY, Sides

DAY = timedelta(days=1)


def upload(sides: Sides, name: str = "ada") -> StoredFile:
    row = StoredFile(
        sha256="a" * 64, size=3, media_type="application/pdf", name="agreement.pdf",
        uploaded_by=sides.actor(name).person_id, uploaded_at=sides.now,
    )  # fmt: skip
    sides.session.add(row)
    sides.session.flush()
    return row


def page(sides: Sides, row: Collaboration, name: str = "ada", now: datetime | None = None) -> Any:
    return collaboration_page(sides.session, row.id, by=sides.actor(name), now=now or sides.now)


def test_each_side_names_its_own_people(sides: Sides) -> None:
    row = sides.active()
    name_person(sides.session, row.id, sides.cast.ada.id, "lead", now=sides.now, by=sides.actor("mara"))
    for who, error in ((sides.cast.bo.id, Invalid), (sides.cast.eve.id, Invalid), (uuid4(), Invalid)):
        with pytest.raises(error):
            name_person(sides.session, row.id, who, "member", now=sides.now, by=sides.actor("mara"))
    with pytest.raises(Invalid):
        name_person(sides.session, row.id, sides.cast.bo.id, "boss", now=sides.now, by=sides.actor("bo"))
    name_person(sides.session, row.id, sides.cast.bo.id, "contact", now=sides.now, by=sides.actor("bo"))
    assert {each.name: each.named.role for each in page(sides, row).people} == {
        "Ada Leung": "lead",
        "Bo Chen": "contact",
    }
    with pytest.raises(Forbidden):
        unname_person(sides.session, row.id, sides.cast.bo.id, now=sides.now, by=sides.actor("ada"))
    unname_person(sides.session, row.id, sides.cast.ada.id, now=sides.now, by=sides.actor("ada"))
    assert [each.name for each in page(sides, row).people] == ["Bo Chen"]


def test_money_is_entered_and_struck(sides: Sides) -> None:
    row = sides.active()
    money = Money(funder="Innovation Fund", public=True, amount_minor=120_000_000, currency="HKD")
    made = add_funding(sides.session, row.id, money, now=sides.now, by=sides.actor("ada"))
    assert [each.funder for each in page(sides, row).funding] == ["Innovation Fund"]
    remove_funding(sides.session, row.id, made.id, now=sides.now, by=sides.actor("bo"))
    assert page(sides, row).funding == [] and made.removed_at == sides.now
    with pytest.raises(NotFound):
        remove_funding(sides.session, sides.active().id, made.id, now=sides.now, by=sides.actor("bo"))


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"funder": " "}, "funder"),
        ({"amount_minor": 5}, "currency"),
        ({"currency": "HKD"}, "amount"),
        ({"amount_minor": -1, "currency": "HKD"}, "amount"),
        ({"amount_minor": 10**30, "currency": "HKD"}, "amount"),
        ({"amount_minor": 1, "currency": "XXX"}, "currency"),
        ({"from_day": date(2026, 2, 1), "until_day": date(2026, 1, 1)}, "until_day"),
        ({"from_day": date(1, 1, 1)}, "from_day"),
    ],
    ids=["funder", "no-currency", "no-amount", "negative", "huge", "currency", "reversed", "ancient"],
)
def test_bad_money_names_its_field(sides: Sides, more: dict[str, Any], field: str) -> None:
    row = sides.active()
    money = Money(**({"funder": "Fund", "public": False} | more))
    with pytest.raises(Invalid) as broken:
        add_funding(sides.session, row.id, money, now=sides.now, by=sides.actor("ada"))
    assert [error.field for error in broken.value.errors] == [field]


def test_the_first_promised_day_stays(sides: Sides) -> None:
    row = sides.active()
    made = add_milestone(sides.session, row.id, "First wafer", TODAY + DAY, now=sides.now, by=sides.actor("ada"))
    replan_milestone(sides.session, row.id, made.id, TODAY + 9 * DAY, now=sides.now, by=sides.actor("bo"))
    assert (made.first_planned_on, made.planned_on) == (TODAY + DAY, TODAY + 9 * DAY)
    with pytest.raises(Invalid):
        reach_milestone(sides.session, row.id, made.id, TODAY + DAY, now=sides.now, by=sides.actor("bo"))
    reach_milestone(sides.session, row.id, made.id, TODAY, now=sides.now, by=sides.actor("bo"))
    for deed in (replan_milestone, reach_milestone, cancel_milestone):
        with pytest.raises(StateForbids):
            deed(sides.session, row.id, made.id, TODAY, now=sides.now, by=sides.actor("bo"))
    other = add_milestone(
        sides.session, row.id, "Second", TODAY, now=sides.now, by=sides.actor("bo"), organisation_id=sides.cast.firm.id
    )
    cancel_milestone(sides.session, row.id, other.id, TODAY, now=sides.now, by=sides.actor("bo"))
    assert {each.standing for each in page(sides, row).milestones} == {"reached", "cancelled"}
    with pytest.raises(Invalid):
        add_milestone(
            sides.session, row.id, "X", TODAY, now=sides.now, by=sides.actor("bo"), organisation_id=sides.institute.id
        )


def test_of_each_planned_day_the_parties_are_told_once(sides: Sides) -> None:
    row = sides.active()
    made = add_milestone(sides.session, row.id, "Wafer", TODAY + 20 * DAY, now=sides.now, by=sides.actor("ada"))

    def told(days: int) -> list[str]:
        before = set(sides.session.scalars(select(Notice.id)))
        remind_of_milestones(sides.session, now=sides.now + days * DAY)
        fresh = select(Notice.code).where(Notice.id.not_in(before), Notice.recipient_id == sides.cast.bo.id)
        return list(sides.session.scalars(fresh))

    assert told(5) == []
    assert told(6) == ["collaboration_milestone_due"]
    assert told(7) == []
    assert told(21) == ["collaboration_milestone_late"]
    assert told(22) == []
    replan_milestone(sides.session, row.id, made.id, TODAY + 30 * DAY, now=sides.now, by=sides.actor("bo"))
    assert told(22) == ["collaboration_milestone_due"]
    assert told(23) == []


def test_papers_are_for_the_parties(sides: Sides) -> None:
    row, file = sides.active(), upload(sides)
    with pytest.raises(Invalid):
        add_file(sides.session, row.id, file.id, "agreement", now=sides.now, by=sides.actor("bo"))
    paper = add_file(sides.session, row.id, file.id, "agreement", now=sides.now, by=sides.actor("ada"))

    def seen(name: str) -> bool:
        return shared_file(sides.session, file.id, by=sides.actor(name), now=sides.now) is not None

    assert seen("bo") and seen("mara") and seen("dee")
    assert not seen("eve") and not seen("gus") and not seen("cheng")
    with pytest.raises(Forbidden):
        remove_file(sides.session, row.id, paper.id, now=sides.now, by=sides.actor("bo"))
    remove_file(sides.session, row.id, paper.id, now=sides.now, by=sides.actor("ada"))
    assert not seen("bo") and sides.session.get(StoredFile, file.id) is None


def test_a_paper_that_hangs_elsewhere_too_stays_there(sides: Sides) -> None:
    first, second, file = sides.active(), sides.active(), upload(sides)
    for row in (first, second):
        add_file(sides.session, row.id, file.id, "other", now=sides.now, by=sides.actor("ada"))
    paper = page(sides, first).papers[0].paper
    remove_file(sides.session, first.id, paper.id, now=sides.now, by=sides.actor("ada"))
    assert page(sides, first).papers == [] and len(page(sides, second).papers) == 1


def test_who_leaves_sees_what_was_before(sides: Sides) -> None:
    row = sides.of_three()
    add_milestone(sides.session, row.id, "Before", TODAY, now=sides.now, by=sides.actor("ada"))
    leave(sides.session, row.id, TODAY, "Other plans.", now=sides.now, by=sides.actor("gus"))
    later = sides.now + 2 * DAY
    add_milestone(sides.session, row.id, "After", TODAY + DAY, now=later, by=sides.actor("ada"))
    change(sides.session, row.id, sides.sheet(aim="Secret turn."), now=later, by=sides.actor("ada"))
    complete(sides.session, row.id, TODAY + DAY, "Done.", now=later, by=sides.actor("mara"))
    left = page(sides, row, "gus", later)
    assert [each.milestone.title for each in left.milestones] == ["Before"]
    assert left.row.sheet.aim == "A coating that survives a year at sea."
    assert left.row.state is CollaborationState.ACTIVE and left.row.deeds == frozenset()
    assert page(sides, row, "bo", later).row.sheet.aim == "Secret turn."
    with pytest.raises((Forbidden, StateForbids)):
        add_milestone(sides.session, row.id, "No", TODAY, now=later, by=sides.actor("gus"))


def test_who_tells_late_that_it_left_sees_what_was_agreed_on_that_day(sides: Sides) -> None:
    row = sides.of_three()
    late = sides.now + 9 * DAY
    for days, aim in ((1, "Second aim."), (4, "Third aim."), (6, "Fourth aim.")):
        wish = sides.sheet(aim=aim, ends_on=TODAY + days * DAY, clauses={"ip": aim})
        change(sides.session, row.id, wish, now=sides.now + days * DAY, by=sides.actor("ada"))
    leave(sides.session, row.id, TODAY + 3 * DAY, "Moved.", now=late, by=sides.actor("gus"))
    seen = page(sides, row, "gus", late).row.sheet
    assert (seen.aim, seen.ends_on, seen.clauses) == ("Second aim.", TODAY + DAY, {"ip": "Second aim."})
    assert seen.title == row.title and page(sides, row, "bo", late).row.sheet.aim == "Fourth aim."


def test_a_day_of_which_the_agreement_is_lost_is_no_day_of_leaving(sides: Sides) -> None:
    row = sides.of_three()
    late, changed = sides.now + 9 * DAY, sides.now + 4 * DAY
    change(sides.session, row.id, sides.sheet(aim="Second aim."), now=changed, by=sides.actor("ada"))
    erase_texts(sides.session, actor_id=sides.cast.ada.id)
    with pytest.raises(Invalid) as refused:
        leave(sides.session, row.id, TODAY + 3 * DAY, "Moved.", now=late, by=sides.actor("gus"))
    assert [(each.field, each.rule) for each in refused.value.errors] == [("left_on", "changed_since")]
    leave(sides.session, row.id, TODAY + 4 * DAY, "Moved.", now=late, by=sides.actor("gus"))
    assert page(sides, row, "gus", late).row.sheet.aim == "Second aim."


def test_two_parties_end_instead_of_leaving(sides: Sides) -> None:
    row = sides.active()
    with pytest.raises(Refused, match="collaboration_needs_two"):
        leave(sides.session, row.id, TODAY, "Enough.", now=sides.now, by=sides.actor("bo"))
    with pytest.raises(Forbidden):
        end(sides.session, row.id, TODAY, "Enough.", now=sides.now, by=sides.actor("ada"))
    end(sides.session, row.id, TODAY, "Enough.", now=sides.now, by=sides.actor("bo"))
    assert (row.state, row.ended_on, row.end_reason) == (CollaborationState.ENDED, TODAY, "Enough.")


def test_a_closing_report_completes_it(sides: Sides) -> None:
    row, file = sides.active(), upload(sides, "mara")
    for on, report in ((TODAY + DAY, "Early."), (TODAY - DAY, "Before it began."), (TODAY, " ")):
        with pytest.raises(Invalid):
            complete(sides.session, row.id, on, report, now=sides.now, by=sides.actor("bo"))
    complete(sides.session, row.id, TODAY, "It holds.", now=sides.now, by=sides.actor("mara"), file_id=file.id)
    assert (row.state, row.report, row.report_file_id) == (CollaborationState.COMPLETED, "It holds.", file.id)
    papers = page(sides, row).papers
    with pytest.raises(Refused, match="report_file_stays"):
        remove_file(sides.session, row.id, papers[0].paper.id, now=sides.now, by=sides.actor("mara"))
    with pytest.raises(StateForbids):
        add_milestone(sides.session, row.id, "More", TODAY, now=sides.now, by=sides.actor("bo"))


VERBS: dict[str, Callable[[Sides, Collaboration, Any], object]] = {
    "name": lambda s, row, by: name_person(s.session, row.id, by.id, "lead", now=s.now, by=by),
    "fund": lambda s, row, by: add_funding(s.session, row.id, Money(funder="F", public=True), now=s.now, by=by),
    "plan": lambda s, row, by: add_milestone(s.session, row.id, "M", TODAY, now=s.now, by=by),
    "file": lambda s, row, by: add_file(s.session, row.id, uuid4(), "other", now=s.now, by=by),
    "change": lambda s, row, by: change(s.session, row.id, s.sheet(), now=s.now, by=by),
    "end": lambda s, row, by: end(s.session, row.id, TODAY, "x", now=s.now, by=by),
    "complete": lambda s, row, by: complete(s.session, row.id, TODAY, "x", now=s.now, by=by),
    "leave": lambda s, row, by: leave(s.session, row.id, TODAY, "x", now=s.now, by=by),
}


@pytest.mark.parametrize("verb", VERBS)
def test_strangers_find_nothing_and_overseers_only_look(sides: Sides, verb: str) -> None:
    row = sides.active()
    for name in ("eve", "gus", "cheng"):
        with pytest.raises(NotFound):
            VERBS[verb](sides, row, sides.actor(name))
    with pytest.raises(Forbidden):
        VERBS[verb](sides, row, sides.actor("dee"))


def test_who_leaves_is_told_nothing_later_by_lists_titles_or_parties(sides: Sides) -> None:
    row = sides.of_three()
    nameless = sides.of_three()
    nameless.title = {}  # as one that a booking opened
    for each in (row, nameless):
        leave(sides.session, each.id, TODAY, "Other plans.", now=sides.now, by=sides.actor("gus"))
    later = sides.now + 2 * DAY
    fourth = make_organisation(sides.session, "Late Works", now=later)
    for each in (row, nameless):
        change(sides.session, each.id, sides.sheet(title={"en": "Secret turn"}), now=later, by=sides.actor("ada"))
        ask(sides.session, each.id, PartyWish(fourth.id, PARTNER), now=later, by=sides.actor("mara"))
        complete(sides.session, each.id, TODAY + DAY, "Done.", now=later, by=sides.actor("mara"))
    gus, bo = sides.actor("gus", later), sides.actor("bo", later)

    def listed(by: Actor, state: CollaborationState) -> list[UUID]:
        return [each.id for each in collaborations(sides.session, by=by, now=later, state=state)]

    assert listed(gus, CollaborationState.ACTIVE) == [nameless.id, row.id] == listed(bo, CollaborationState.COMPLETED)
    assert listed(gus, CollaborationState.COMPLETED) == [] == listed(bo, CollaborationState.ACTIVE)
    told = {each.id: each for each in collaborations(sides.session, by=gus, now=later)}
    assert told[row.id].title == {"en": "Quiet coatings"}
    assert "Late Works" not in told[nameless.id].title["en"] and "Taipa Institute" in told[nameless.id].title["en"]
    assert {each.rank for each in told.values()} == {2}
    assert fourth.id not in {party.id for party in told[row.id].parties} and len(told[row.id].parties) == 3
    assert told_titles(sides.session, [row, nameless], by=gus, now=later) == {id: told[id].title for id in told}
    assert told_titles(sides.session, [row], by=bo, now=later)[row.id] == {"en": "Secret turn"}
    with pytest.raises(Forbidden):  # not a word that it is over
        leave(sides.session, row.id, TODAY, "Again.", now=later, by=gus)


def test_a_party_is_told_of_others_as_they_were_when_it_left(sides: Sides) -> None:
    row = sides.of_three()
    leave(sides.session, row.id, TODAY, "Other plans.", now=sides.now, by=sides.actor("gus"))
    bo = sides.session.get_one(CollaborationParty, (row.id, sides.cast.firm.id))
    bo.left_on, bo.left_at, bo.left_reason = TODAY + DAY, sides.now + timedelta(days=1), "Secret quarrel."
    sides.session.flush()
    told = page(sides, row, "gus", sides.now + 2 * DAY).row
    standings = {party.id: party.standing for party in told.parties}
    assert standings == {sides.cast.university.id: "member", sides.cast.firm.id: "member", sides.institute.id: "left"}
    assert "Secret quarrel." not in str(collaboration_item(told))
