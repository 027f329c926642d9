"""The timeline of a collaboration goes from the request to the outcome, for each side as far as it sees."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from config import Settings
from marketplace.applications.models import Verb
from marketplace.collaborations.actions.joining import join_booking
from marketplace.collaborations.actions.parts import add_milestone
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.collaborations.rules.sheet import as_document, sheet_of
from marketplace.database import new_id
from marketplace.operations.models import UseSession
from marketplace.outcomes.actions.answering import dispute
from marketplace.web import collaboration_timeline
from tests.applications.conftest import LICENCE, make_office
from tests.cast import Cast, actor_of, signed_in
from tests.factories.outcomes import add_party, between, confirmed, drafted, submitted
from tests.factories.uses import marked


def timeline_of(page: str) -> str:
    return page.partition("<aside>")[2].partition("</aside>")[0]


def test_from_the_request_to_the_outcome(
    client: FlaskClient, session: Session, settings: Settings, now: datetime
) -> None:
    office = make_office(session, settings, now)
    cast = office.stage.cast
    booking = office.book()
    join_booking(session, booking.id, now=now)
    row = session.scalars(select(Collaboration)).one()
    licence = office.applications(booking)[LICENCE]
    office.step(licence, Verb.FILE, "bo", number="F-1")
    began = now + timedelta(hours=1)
    used = UseSession(
        id=new_id(), booking_id=booking.id, unit_id=booking.unit_id, checked_in_at=began, checked_in_by=cast.ada.id,
        checked_out_at=began + timedelta(hours=2), **marked(booking, began, began),
    )  # fmt: skip
    session.add(used)
    confirmed(session, cast, row, now=now, title={"en": "Shared"})
    doubted = submitted(session, cast, row, now=now, title={"en": "Doubted"})
    dispute(session, doubted.id, "Not with us.", now=now, by=office.actor("bo"))
    draft = drafted(session, cast, row, now=now, title={"en": "Not yet"})
    for person, language in ((cast.ada, "en"), (cast.bo, "en"), (cast.ada, "zh-hant")):
        page = signed_in(client, person).get(f"/{language}/collaborations/{row.id}")
        assert page.status_code == 200
        told = timeline_of(page.text)
        assert "Shared" in told and f"/{language}/outcomes/{doubted.id}" in told
        assert "Not yet" not in told and str(draft.id) not in told
        assert f"/{language}/bookings/{booking.id}" in told and booking.reference in told
        assert (f"/applications/{licence.id}" in told) is (person is cast.bo)
    told = timeline_of(signed_in(client, cast.ada).get(f"/en/collaborations/{row.id}").text)
    for words in ("Outcome reported: Shared", "Confirmed: Shared", "Disputed: Doubted", "Filed: ",
                  "1 session, 2 hours", "The facility was used for the first time"):  # fmt: skip
        assert words in told, words
    assert told.index("Outcome reported: Shared") < told.index("Confirmed: Shared")
    assert signed_in(client, cast.eve).get(f"/en/collaborations/{row.id}").status_code == 404


def test_what_came_after_a_side_left_takes_no_place_from_what_it_saw(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = between(session, cast, now=now - timedelta(days=9))
    add_party(session, row, cast.agency, ["partner"], now=now - timedelta(days=9))
    add_milestone(session, row.id, "Early step", now.date(), now=now - timedelta(days=8),
                  by=actor_of(session, cast.ada, now=now))  # fmt: skip
    submitted(session, cast, row, now=now - timedelta(days=7), title={"en": "Early paper"})
    party = session.get_one(CollaborationParty, (row.id, cast.firm.id))
    party.left_on, party.left_at = (now - timedelta(days=3)).date(), now
    party.left_with = as_document(sheet_of(row))
    later = {"identifiers": [{"scheme": "doi", "value": "10.1234/late"}], "title": {"en": "Late paper"}}
    submitted(session, cast, row, now=now - timedelta(days=1), **later)
    add_milestone(session, row.id, "Late step", now.date(), now=now, by=actor_of(session, cast.ada, now=now))
    for name in ("MOST_HAPPENINGS", "MOST_WORDS"):
        monkeypatch.setattr(collaboration_timeline, name, 1)
    told = timeline_of(signed_in(client, cast.bo).get(f"/en/collaborations/{row.id}").text)
    assert "Early paper" in told and "Early step" in told
    assert "Late" not in told
    assert "Late paper" in timeline_of(signed_in(client, cast.ada).get(f"/en/collaborations/{row.id}").text)
