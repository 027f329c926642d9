"""Private calendar feeds: what stands in them, who makes them, and that nobody guesses their way in."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.actions.members import name_deputy, set_roles
from marketplace.accounts.models import Person, Role
from marketplace.accounts.rules.deputies import DeputyWish
from marketplace.availability.actions import ClosureRequest, close, lift
from marketplace.availability.models import ClosureKind
from marketplace.bookings.actions import approve, cancel
from marketplace.database import Database
from marketplace.jobs.models import Task
from marketplace.notices.models import Mail, Notice
from marketplace.privacy.actions import erase
from marketplace.worker.registry import registry
from tests.cast import Cast, actor_of, join, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, at, hours, make_stage_of


@pytest.fixture
def stage(session: Session, cast: Cast, now: datetime) -> Stage:
    return make_stage_of(session, cast, now)


def renewed(client: FlaskClient, kind: str, subject: Any) -> str:
    """A new feed's path, as the page shows it once."""
    page = client.post(f"/en/account/calendars/{kind}/{subject.id}/renew")
    assert page.status_code == 200
    found = re.search(r'id="fresh-feed">https?://[^/]+(/calendar/[^<]+)<', page.text)
    assert found
    return found[1]


def events(client: FlaskClient, path: str) -> dict[str, Any]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return {str(event["UID"]).split("@")[0]: event for event in Calendar.from_ical(answer.text).walk("VEVENT")}


@pytest.mark.parametrize("way", ["sent away", "left", "account deleted"])
def test_an_address_goes_with_who_made_it(
    client: FlaskClient, app: Flask, stage: Stage, session: Session, now: datetime, way: str
) -> None:
    cast = stage.cast
    for role in (Role.MANAGER, Role.HOST_MANAGER):
        join(session, cast.cheng, cast.firm, role, now=now)
    bos = signed_in(client, cast.bo)
    theirs = [renewed(bos, "unit", stage.unit), renewed(bos, "organisation", cast.firm)]
    cheng = signed_in(app.test_client(), cast.cheng)
    if way == "account deleted":
        renewed(bos, "organisation", cast.firm)
        theirs[1] = renewed(cheng, "organisation", cast.firm)  # made anew by somebody who stays
        erase(session, cast.bo.id, now=now)
    else:
        by = actor_of(session, cast.bo if way == "left" else cast.cheng, now=now)
        set_roles(session, cast.firm.id, cast.bo.id, roles=() if way == "left" else {Role.HOST_STAFF}, now=now, by=by)
    session.flush()
    for task in session.scalars(select(Task).where(Task.name == "bookings.end_feeds_of")):
        registry().tasks[task.name](session, task.arguments, now)
    session.flush()
    answers = [app.test_client().get(path).status_code for path in theirs]
    assert answers == ([404, 200] if way == "account deleted" else [404, 404])
    told = session.scalars(select(Notice).where(Notice.code == "calendar_feed_ended")).all()
    assert {notice.recipient_id for notice in told} == {cast.cheng.id}
    assert len(told) == answers.count(404)


def test_a_deputy_makes_no_address_that_outlives_their_days(
    client: FlaskClient, app: Flask, stage: Stage, session: Session, now: datetime
) -> None:
    cast = stage.cast
    join(session, cast.cheng, cast.firm, Role.HOST_STAFF, now=now)
    days = {"starts_on": now.date(), "ends_on": now.date()}
    wish = DeputyWish(cast.firm.id, cast.bo.id, cast.cheng.id, **days)
    name_deputy(session, wish, now=now, by=actor_of(session, cast.bo, now=now))
    session.flush()
    cheng = signed_in(client, cast.cheng)
    refused = cheng.post(f"/en/account/calendars/unit/{stage.unit.id}/renew")
    assert refused.status_code == 422
    assert "stands in" in refused.text
    assert stage.unit.calendar_secret is None
    renewed(signed_in(app.test_client(), cast.bo), "unit", stage.unit)


def test_a_persons_feed_holds_the_mailed_invitation(client: FlaskClient, stage: Stage, session: Session) -> None:
    booking = stage.book(hours(4, 10, 12), note="Private; with, commas")
    approve(session, booking.id, now=stage.now, by=stage.actor("bo"))
    path = renewed(signed_in(client, stage.cast.ada), "person", stage.cast.ada)
    event = events(client, path)[str(booking.id)]
    mailed = session.scalars(select(Mail).where(Mail.details.has_key("invitation"))).first()
    assert mailed is not None
    assert str(event["UID"]) == f"{mailed.details['invitation']['uid']}@127.0.0.1"
    assert event["SEQUENCE"] == mailed.details["invitation"]["sequence"] == booking.version
    assert event["DTSTART"].dt == booking.starts_at and event["DTEND"].dt == booking.ends_at
    assert event["STATUS"] == "CONFIRMED"
    assert event["URL"].endswith(f"/en/bookings/{booking.id}")


def test_a_hold_is_tentative_and_then_cancelled_by_the_clock(app: Flask, client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    path = renewed(signed_in(client, stage.cast.ada), "person", stage.cast.ada)
    assert events(client, path)[str(booking.id)]["STATUS"] == "TENTATIVE"
    app.config["CLOCK"] = lambda: stage.now + timedelta(days=8)
    assert events(client, path)[str(booking.id)]["STATUS"] == "CANCELLED"


def test_what_was_cancelled_stays_for_sixty_days(app: Flask, client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    cancel(stage.session, booking.id, now=stage.now, by=stage.actor("ada"))
    path = renewed(signed_in(client, stage.cast.ada), "person", stage.cast.ada)
    event = events(client, path)[str(booking.id)]
    assert (event["STATUS"], event["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    app.config["CLOCK"] = lambda: stage.now + timedelta(days=59)
    assert str(booking.id) in events(client, path)
    app.config["CLOCK"] = lambda: stage.now + timedelta(days=61)
    assert events(client, path) == {}


def test_a_unit_and_a_host_see_who_comes_and_text_is_escaped(client: FlaskClient, stage: Stage) -> None:
    stage.cast.university.name = {"en": "Uni; one, two\nBEGIN:VALARM"}
    booking = stage.book(hours(4, 10, 12))
    other = stage.book(hours(5, 10, 12), by="eve")
    bo = signed_in(client, stage.cast.bo)
    for kind, subject in (("unit", stage.unit), ("organisation", stage.cast.firm)):
        path = renewed(bo, kind, subject)
        found = events(client, path)
        assert set(found) == {str(booking.id), str(other.id)}
        assert "Uni; one, two" in str(found[str(booking.id)]["SUMMARY"])
        assert "Ada Leung" in str(found[str(booking.id)]["DESCRIPTION"])
        assert not Calendar.from_ical(client.get(path).text).walk("VALARM")


def test_a_units_feed_holds_its_closures_and_no_other_feed_does(client: FlaskClient, stage: Stage) -> None:
    by, unit = stage.actor("bo"), stage.unit.id
    away = ClosureRequest(period=hours(4, 10, 12), kind=ClosureKind.MAINTENANCE, reason={"en": "New; pump"})
    begun = ClosureRequest(period=hours(2, 8, 12))
    [ahead], [now] = (close(stage.session, unit, wish, now=stage.now, by=by) for wish in (away, begun))
    bo = signed_in(client, stage.cast.bo)
    path = renewed(bo, "unit", stage.unit)
    event = events(client, path)[str(ahead.id)]
    assert (event["DTSTART"].dt, event["DTEND"].dt, event["STATUS"]) == (at(4, 10), at(4, 12), "CONFIRMED")
    assert str(event["SUMMARY"]).endswith(": New; pump") and str(event["DESCRIPTION"]) == "Maintenance"
    assert "/en/host/closures" in str(event["URL"])
    lift(stage.session, ahead.id, now=stage.now, by=by)
    lift(stage.session, now.id, now=stage.now, by=by)
    found = events(client, path)
    assert (found[str(ahead.id)]["STATUS"], found[str(ahead.id)]["SEQUENCE"]) == ("CANCELLED", 1)
    assert (found[str(now.id)]["STATUS"], found[str(now.id)]["DTEND"].dt) == ("CONFIRMED", stage.now)
    assert events(client, renewed(bo, "organisation", stage.cast.firm)) == {}


def test_the_secret_is_kept_as_a_digest_and_renewing_ends_the_old_address(
    client: FlaskClient, stage: Stage, session: Session
) -> None:
    ada = signed_in(client, stage.cast.ada)
    first = renewed(ada, "person", stage.cast.ada)
    secret = first.removeprefix("/calendar/").removesuffix(".ics")
    kept = session.scalar(select(Person.calendar_secret).where(Person.id == stage.cast.ada.id))
    assert kept and secret not in kept
    assert secret not in ada.get("/en/account/calendars").text
    second = renewed(ada, "person", stage.cast.ada)
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert ada.post(f"/en/account/calendars/person/{stage.cast.ada.id}/end").status_code == 303
    assert client.get(second).status_code == 404


def test_unknown_secrets_and_suspended_people_are_not_found(client: FlaskClient, stage: Stage) -> None:
    path = renewed(signed_in(client, stage.cast.ada), "person", stage.cast.ada)
    for wrong in ("/calendar/x.ics", "/calendar/" + "a" * 43 + ".ics", "/calendar/%00.ics", path.swapcase()):
        assert client.get(wrong).status_code == 404
    stage.cast.ada.suspended_at = stage.now
    assert client.get(path).status_code == 404


def test_what_has_not_changed_is_not_sent_again(client: FlaskClient, stage: Stage) -> None:
    booking = stage.book(hours(4, 10, 12))
    path = renewed(signed_in(client, stage.cast.ada), "person", stage.cast.ada)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 304
    cancel(stage.session, booking.id, now=stage.now + timedelta(hours=1), by=stage.actor("ada"))
    assert client.get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.get(path, headers={"If-Modified-Since": first.headers["Last-Modified"]}).status_code == 200


@pytest.mark.parametrize("name", ["ada", "cheng", "eve"])
def test_others_make_no_feed_of_a_host(client: FlaskClient, stage: Stage, name: str) -> None:
    other = signed_in(client, stage.cast.people[name])
    unit, firm, bo = stage.unit.id, stage.cast.firm.id, stage.cast.bo.id
    wanted = (("unit", unit), ("organisation", firm), ("person", bo), ("x", unit))
    for kind, subject in wanted:
        for deed in ("renew", "end"):
            assert other.post(f"/en/account/calendars/{kind}/{subject}/{deed}").status_code == 404
    page = other.get("/en/account/calendars").text
    assert "Hetao Microsystems" not in page and "Etcher" not in page


def test_a_feed_is_read_so_many_times_a_minute(app: Flask, client: FlaskClient, stage: Stage) -> None:
    path = renewed(signed_in(client, stage.cast.ada), "person", stage.cast.ada)
    app.extensions["benchbridge"][1].info["rate_limits"] = True
    answers = [client.get(path).status_code for _ in range(31)]
    assert answers == [200] * 30 + [429]


def test_a_feed_and_its_page_take_a_fixed_number_of_statements(
    client: FlaskClient, stage: Stage, database: Database
) -> None:
    bo = signed_in(client, stage.cast.bo)
    path = renewed(bo, "organisation", stage.cast.firm)
    stage.book(hours(4, 9, 10))
    with counting_statements(database) as few:
        bo.get(path)
    for hour in range(10, 18):
        stage.book(hours(4, hour, hour + 1))
    with counting_statements(database) as many:
        assert len(events(bo, path)) == 9
    assert len(many) == len(few)
