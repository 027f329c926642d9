"""The pages of collaborations: by role, in three languages, with bad input, and every form."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.collaborations.actions.joining import join_booking
from marketplace.collaborations.actions.parts import add_funding, add_milestone, name_person
from marketplace.collaborations.models import (
    Collaboration,
    CollaborationBooking,
    CollaborationFile,
    CollaborationParty,
    CollaborationPerson,
    CollaborationState,
    Funding,
    Milestone,
)
from marketplace.collaborations.rules.parts import Money
from tests.cast import form, signed_in
from tests.collaborations.conftest import sides  # noqa: F401
from tests.factories.collaborations import TODAY, Sides
from tests.factories.stage import hours

State = CollaborationState


def as_(client: FlaskClient, sides: Sides, name: str) -> FlaskClient:  # noqa: F811
    people = {**sides.cast.people, "mara": sides.mara, "gus": sides.gus}
    return signed_in(client, people[name])


def text(answer: Any, status: int = 200) -> str:
    found: str = answer.get_data(as_text=True)
    assert answer.status_code == status, found[:3000]
    return found


def full(sides: Sides) -> Collaboration:  # noqa: F811
    """One with something in each of its parts."""
    booking = sides.booked(hours(3, 10, 12))
    row = sides.of_three(raid="https://raid.org/10.25.1/abc", clauses={"ip": "Each keeps its own."})
    join_booking(sides.session, booking.id, now=sides.now)
    linked = sides.session.get_one(CollaborationBooking, booking.id)
    linked.collaboration_id = row.id
    add_milestone(sides.session, row.id, "First wafer", TODAY - timedelta(days=1), now=sides.now, by=sides.actor("ada"))
    money = Money(funder="Innovation Fund", public=True, amount_minor=5_000_000, currency="HKD")
    add_funding(sides.session, row.id, money, now=sides.now, by=sides.actor("ada"))
    name_person(sides.session, row.id, sides.cast.ada.id, "lead", now=sides.now, by=sides.actor("ada"))
    return row


@pytest.mark.parametrize(("name", "language"), [("ada", "en"), ("bo", "zh-hans"), ("gus", "zh-hant"), ("dee", "en")])
def test_the_page_shows_all_its_parts(client: FlaskClient, sides: Sides, name: str, language: str) -> None:  # noqa: F811
    row = full(sides)
    body = text(as_(client, sides, name).get(f"/{language}/collaborations/{row.id}"))
    for said in ("Quiet coatings", "First wafer", "Innovation Fund", "Ada Leung", "10.25.1/abc", "Each keeps its own."):
        assert said in body
    assert ("milestones/" in body) == (name != "dee")


def test_strangers_and_the_anonymous_see_nothing(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    row = full(sides)
    path = f"/en/collaborations/{row.id}"
    assert client.get(path).status_code == 303
    for name in ("eve", "cheng"):
        mine = as_(client, sides, name)
        for below in (
            "",
            "/change",
            "/people",
            "/funding",
            "/milestones",
            "/files",
            "/ask",
            "/leave",
            "/end",
            "/complete",
        ):
            assert mine.get(path + below).status_code == 404, below
        assert "Quiet coatings" not in text(mine.get("/en/collaborations"))


def test_the_list_says_what_waits_and_what_to_do_when_it_is_empty(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    assert "No collaboration yet" in text(as_(client, sides, "eve").get("/en/collaborations"))
    row = sides.proposed()
    bo = as_(client, sides, "bo")
    assert "waits for your answer" in text(bo.get("/en/collaborations"))
    assert "None in this state" in text(bo.get("/en/collaborations?state=completed"))
    for odd in ("?state=nonsense", "?after=x~y", "?after=99~", "?after=0~" + str(row.id), "?state=%00"):
        text(bo.get("/en/collaborations" + odd))
    assert "Invitations to collaborate" in text(bo.get("/en/desk"))
    assert "Invitations to collaborate" in text(bo.get("/en/host"))


def test_proposing_keeps_what_was_typed(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    ada = as_(client, sides, "ada")
    assert "Propose a collaboration" in text(ada.get("/en/collaborations/propose"))
    typed = {
        "title_en": "Quiet coatings", "kind": "pilot_project", "organisation": str(sides.cast.university.id),
        "own_roles": ["user"], "other_1": "Nobody Ltd", "role_1": "provider", "role_2": "partner",
        "role_3": "partner", "role_4": "partner", "scheme": "trl", "level_now": "three", "starts_on": "2026-03-02",
    }  # fmt: skip
    body = text(ada.post("/en/collaborations/propose", data=form(ada, typed)), 422)
    assert 'value="Nobody Ltd"' in body and "No verified organisation" in body and 'value="three"' in body
    typed |= {"other_1": "hetao micro", "level_now": "3", "level_wanted": "6", "role_1": ["provider", "funder"]}
    answer = ada.post("/en/collaborations/propose", data=form(ada, typed))
    assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]
    row = sides.session.scalars(select(Collaboration)).one()
    assert (row.title, row.level_now, row.level_wanted) == ({"en": "Quiet coatings"}, 3, 6)
    parties = {party.organisation_id: party.roles for party in sides.session.scalars(select(CollaborationParty))}
    assert parties == {sides.cast.university.id: ["user"], sides.cast.firm.id: ["provider", "funder"]}


def test_accepting_declining_and_withdrawing(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    first, second, third = sides.proposed(), sides.proposed(), sides.proposed()
    bo = as_(client, sides, "bo")
    path = f"/en/collaborations/{first.id}"
    assert "Your answer is awaited" in text(bo.get(path))
    for version, state in (("x", State.PROPOSED), ("99", State.PROPOSED), ("1", State.ACTIVE)):
        assert bo.post(f"{path}/accept", data=form(bo, {"version": version})).status_code == 303
        sides.session.refresh(first)
        assert first.state is state
    text(bo.get(f"/en/collaborations/{second.id}/decline"))
    assert bo.post(f"/en/collaborations/{second.id}/decline", data=form(bo, {"reason": "Full."})).status_code == 303
    assert bo.get(f"/en/collaborations/{second.id}").status_code == 404
    mara = as_(client, sides, "mara")
    assert mara.post(f"/en/collaborations/{third.id}/withdraw", data=form(mara)).status_code == 303
    sides.session.refresh(third)
    assert third.state is State.DECLINED


def test_changing_under_a_version(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    row = sides.active()
    ada, path = as_(client, sides, "ada"), f"/en/collaborations/{row.id}/change"
    body = text(ada.get(path))
    assert f'value="{row.version}"' in body
    typed = {"title_en": "Loud coatings", "kind": "other", "starts_on": "2026-03-02", "clauses_ip": "Shared."}
    assert "meanwhile" in text(ada.post(path, data=form(ada, {**typed, "version": "1"})), 422)
    assert ada.post(path, data=form(ada, {**typed, "version": str(row.version)})).status_code == 303
    sides.session.refresh(row)
    assert row.title == {"en": "Loud coatings"} and row.clauses == {"ip": "Shared."}


def test_every_part_has_its_form(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    row = sides.of_three()
    mara, path = as_(client, sides, "mara"), f"/en/collaborations/{row.id}"

    def sent(below: str, **fields: Any) -> None:
        text(mara.get(path + below))
        answer = mara.post(path + below, data=form(mara, fields), content_type="multipart/form-data")
        assert answer.status_code == 303, answer.get_data(as_text=True)[:3000]

    sent("/people", person=str(sides.cast.ada.id), role="lead")
    sent("/funding", funder="Fund", amount="1,200.50", currency="HKD", public="y")
    sent("/milestones", title="Wafer", planned_on="2026-05-01", organisation=str(sides.cast.firm.id))
    made = sides.session.scalars(select(Milestone)).one()
    sent(f"/milestones/{made.id}/replan", on="2026-06-01")
    sent(f"/milestones/{made.id}/reach", on="2026-03-02")
    sent("/files", file=(BytesIO(b"%PDF-1.4\n%%EOF"), "agreement.pdf"), kind="agreement")
    assert sides.session.scalars(select(Funding)).one().amount_minor == 120_050
    paper = sides.session.scalars(select(CollaborationFile)).one()
    body = text(mara.get(path))
    assert "agreement.pdf" in body and "Wafer" in body
    for below in (
        f"/files/{paper.id}/remove", f"/people/{sides.cast.ada.id}/remove",
        f"/funding/{sides.session.scalars(select(Funding)).one().id}/remove",
    ):  # fmt: skip
        assert mara.post(path + below, data=form(mara)).status_code == 303, below
    assert sides.session.scalars(select(CollaborationPerson)).all() == []
    gus = as_(client, sides, "gus")
    assert gus.post(f"{path}/leave", data=form(gus, {"left_on": "2026-03-02", "reason": "Moved."})).status_code == 303
    assert "Your side has left" in text(gus.get(path))
    mara = as_(client, sides, "mara")
    sent("/complete", ended_on="2026-03-02", report="It holds.", file=(BytesIO(b"%PDF-1.4\n%%EOF"), "report.pdf"))
    assert "It holds." in text(mara.get(path))
    assert "It holds." not in text(as_(client, sides, "gus").get(path))


@pytest.mark.parametrize("odd", ["\x00", "9" * 400, "NaN", "-1", "﷽" * 300, "<b>x</b>", "1e999", "２"])
def test_bad_input_never_breaks_a_page(client: FlaskClient, sides: Sides, odd: str) -> None:  # noqa: F811
    row = sides.of_three()
    mara, path = as_(client, sides, "mara"), f"/en/collaborations/{row.id}"
    fields = (
        "title_en", "kind", "aim", "level_now", "level_wanted", "scheme", "starts_on", "ends_on", "framework", "raid",
        "version",
        "organisation", "roles", "other_1", "role_1", "person", "role", "funder", "amount", "currency", "from_day",
        "title", "planned_on", "left_on", "reason", "ended_on", "report", "file",
    )  # fmt: skip
    below = ("/change", "/ask", "/people", "/funding", "/milestones", "/files", "/leave", "/complete", "/end")
    for page in (*(path + each for each in below), "/en/collaborations/propose"):
        answer = mara.post(page, data=form(mara, dict.fromkeys(fields, odd)))
        assert answer.status_code == 422, f"{page}: {answer.status_code}"


def test_the_booking_leads_to_its_collaboration_and_moves(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    booking = sides.booked(hours(3, 10, 12))
    first = join_booking(sides.session, booking.id, now=sides.now)
    three = sides.of_three()
    assert first is not None
    ada = as_(client, sides, "ada")
    assert f"/en/collaborations/{first.id}" in text(ada.get(f"/en/bookings/{booking.id}"))
    path = f"/en/bookings/{booking.id}/collaboration"
    assert "Quiet coatings" in text(ada.get(path))
    text(ada.post(path, data=form(ada, {"collaboration": "nonsense"})), 422)
    assert ada.post(path, data=form(ada, {"collaboration": str(three.id)})).status_code == 303
    assert "Harbour University" in text(ada.get(f"/en/collaborations/{three.id}"))
    assert as_(client, sides, "eve").get(path).status_code == 404
