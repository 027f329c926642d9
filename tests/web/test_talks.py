"""Before an authority's letter the pages and programs offer no words and no sum, and take none."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.bookings.models import Booking, BookingState
from marketplace.database import Database
from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from tests.api.conftest import Callers
from tests.bookings.test_permits import RESTRICTED
from tests.cast import signed_in
from tests.factories.stage import Stage, hours, make_stage

WORDS = "Eleven thousand, and we keep the patents."
NO_WORDS = {
    "en": "No words go to the other side before the authority’s letter.",
    "zh-hant": "在主管當局發出意向書之前，不向對方傳遞任何文字。",
    "zh-hans": "在主管部门出具意向书之前，不向对方传递任何文字。",
}


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    """Bo's unit in Shenzhen with a rate; Bo decides."""
    stage = make_stage(session, now)
    stage.facility.jurisdiction_code, stage.facility.city = "CN-GD", "Shenzhen"
    stage.facility.time_zone = "Asia/Hong_Kong"
    price = Money(123_400, "HKD"), RatePer.HOUR
    set_rate(session, stage.unit.id, *price, valid_from=now.date(), now=now, by=stage.actor("bo"))
    return stage


@pytest.fixture
def booking(stage: Stage) -> Booking:
    return stage.book(hours(30, 9, 12), flows=RESTRICTED)


@pytest.fixture
def callers(client: FlaskClient, database: Database, stage: Stage) -> Callers:
    return Callers(client, database, stage)


@pytest.mark.parametrize("language", NO_WORDS)
def test_the_pages_offer_no_field_for_words(client: FlaskClient, stage: Stage, booking: Booking, language: str) -> None:
    told = NO_WORDS[language]
    for name, pages in {
        "bo": ("host", "bookings/{}", "bookings/{}/decline", "bookings/{}/cancel", "bookings/{}/move"),
        "ada": ("bookings/{}", "bookings/{}/cancel", "bookings/{}/move"),
    }.items():
        for page in pages:
            text = signed_in(client, stage.cast.people[name]).get(f"/{language}/{page.format(booking.id)}").text
            assert told in text, (name, page)
            assert 'name="reason"' not in text and 'name="note"' not in text, (name, page)


def test_what_is_sent_all_the_same_is_refused_and_says_how_it_goes(
    client: FlaskClient, stage: Stage, booking: Booking
) -> None:
    bo = signed_in(client, stage.cast.bo)
    for deed, field in (("approve", "note"), ("decline", "reason"), ("cancel", "reason")):
        answer = bo.post(f"/en/bookings/{booking.id}/{deed}", data={field: WORDS})
        assert answer.status_code == 422 and "TEC-02" in answer.text and "need no words" in answer.text, deed
    answer = bo.post(
        f"/en/host/closures/make-way/{booking.id}", data={f"reason-{booking.id}": WORDS, "unit": str(stage.unit.id)}
    )
    assert answer.status_code == 422 and booking.state is BookingState.HELD
    assert bo.post(f"/en/bookings/{booking.id}/decline", data={"reason": ""}).status_code == 303
    assert booking.state is BookingState.DECLINED


def test_a_question_about_the_facility_is_refused_on_its_page(
    client: FlaskClient, stage: Stage, booking: Booking
) -> None:
    data = {"subject": "Price", "text": WORDS}
    answer = signed_in(client, stage.cast.ada).post(f"/en/facilities/{stage.facility.slug}/ask", data=data)
    assert answer.status_code == 422 and "TEC-02" in answer.text
    assert (
        signed_in(client, stage.cast.eve).post(f"/en/facilities/{stage.facility.slug}/ask", data=data).status_code
        == 303
    )


def test_no_page_and_no_file_names_a_sum(client: FlaskClient, stage: Stage, booking: Booking) -> None:
    sums = ("3,702", "370200", "3702")
    for name in ("ada", "bo"):
        reader = signed_in(client, stage.cast.people[name])
        for page in (
            "bookings", f"bookings/{booking.id}", f"bookings/{booking.id}/booking.ics", "host", "desk", "inbox",
            f"bookings/{booking.id}/move?start=2026-03-31T09:00%2B08:00&end=2026-03-31T12:00%2B08:00",
        ):  # fmt: skip
            text = reader.get(f"/en/{page}", follow_redirects=True).text
            assert not [each for each in sums if each in text], (name, page)
    facility = client.get(f"/en/facilities/{stage.facility.slug}").text
    assert "1,234" in facility, "the public rate stays"


class TestPrograms:
    """The same over the API."""

    @pytest.mark.parametrize(
        ("name", "method", "path", "body"),
        [
            ("bo", "POST", "/bookings/{}/approve", {"reason": WORDS}),
            ("bo", "POST", "/bookings/{}/decline", {"reason": WORDS}),
            ("bo", "POST", "/bookings/{}/cancel", {"reason": WORDS}),
            ("ada", "POST", "/bookings/{}/cancel", {"reason": WORDS}),
            ("ada", "POST", "/bookings/{}/messages", {"text": WORDS}),
            ("bo", "POST", "/bookings/{}/messages", {"text": WORDS}),
        ],
    )
    def test_words_are_409(
        self, callers: Callers, booking: Booking, name: str, method: str, path: str, body: dict[str, str]
    ) -> None:
        answer = callers.call(name, method, path.format(booking.id), json=body)
        assert answer.status_code == 409 and [each["code"] for each in answer.json["reasons"]] == ["letter_first"]

    def test_a_move_and_a_question_too(self, callers: Callers, stage: Stage, booking: Booking) -> None:
        when = {"start": "2026-03-31T09:00:00+08:00", "end": "2026-03-31T12:00:00+08:00"}
        for name in ("ada", "bo"):
            answer = callers.call(name, "PATCH", f"/bookings/{booking.id}", json={**when, "reason": WORDS})
            assert answer.status_code == 409, name
        asked = {"facility": str(stage.facility.id), "subject": "Price", "text": WORDS}
        for name, status in (("ada", 409), ("eve", 201)):
            assert callers.call(name, "POST", "/threads", json=asked).status_code == status

    def test_nothing_that_is_read_names_a_sum(self, callers: Callers, booking: Booking) -> None:
        for name in ("ada", "bo"):
            for path in ("/bookings", f"/bookings/{booking.id}", f"/bookings/{booking.id}/history"):
                text = callers.call(name, "GET", path).text
                assert "370200" not in text, (name, path)
        wish = {"unit": str(callers.stage.unit.id), "flows": RESTRICTED}
        wish |= {"start": "2026-03-31T09:00:00+08:00", "end": "2026-03-31T12:00:00+08:00"}
        seen = callers.call("ada", "POST", "/bookings/preview", json=wish).json
        assert (seen["total"], seen["lines"]) == (None, [])

    def test_a_stranger_finds_nothing(self, callers: Callers, booking: Booking) -> None:
        answer = callers.call("eve", "POST", f"/bookings/{booking.id}/cancel", json={"reason": WORDS})
        assert answer.status_code == 404
