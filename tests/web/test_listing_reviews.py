"""Listings under review: reported by who sees them, suspended with a reason that the host is told, and taken back."""

from __future__ import annotations

from datetime import datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole
from marketplace.catalogue.actions.reviewing import report
from marketplace.catalogue.models import ListingReport, ListingState, ReportReason
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.notices.models import Notice
from marketplace.privacy.actions import erase
from marketplace.values.refusal import NotFound
from tests.cast import make_person, signed_in
from tests.factories.stage import Stage, hours, make_stage

SAID = {"reason": "unsafe", "text": "The hood <b>does not</b> draw."}


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


def told(stage: Stage, name: str) -> list[str]:
    wanted = select(Notice.code).where(Notice.recipient_id == stage.cast.people[name].id).order_by(Notice.id)
    return list(stage.session.scalars(wanted))


def test_a_report_waits_for_administrators_and_names_nobody_to_the_host(client: FlaskClient, stage: Stage) -> None:
    ada = signed_in(client, stage.cast.ada)
    page = ada.get(f"/en/facilities/{stage.facility.slug}").text
    path = f"/en/listings/{stage.facility.id}/report"
    assert path in page and "Suspend this listing" not in page
    assert ada.post(path, data={"reason": "unsafe", "text": " "}).status_code == 422
    assert ada.post(path, data=SAID).status_code == 303
    again = ada.post(path, data=SAID)
    assert again.status_code == 422 and "reported this listing already" in again.text
    dee = signed_in(client, stage.cast.dee)
    assert "Reported listings: 1" in dee.get("/en/admin").text
    queue = dee.get("/en/admin/listings").text
    assert "&lt;b&gt;does not" in queue and "Ada Leung" in queue
    assert told(stage, "bo") == [] and told(stage, "dee") == ["listing_reported"]


def test_a_suspended_listing_is_seen_by_its_host_alone_and_can_be_readmitted(client: FlaskClient, stage: Stage) -> None:
    signed_in(client, stage.cast.ada).post(f"/en/listings/{stage.facility.id}/report", data=SAID)
    booked = stage.book(hours(4, 9, 12))
    dee, path = signed_in(client, stage.cast.dee), f"/en/admin/listings/{stage.facility.id}"
    assert dee.post(f"{path}/suspend", data={"reason": " "}).status_code == 422
    assert dee.post(f"{path}/suspend", data={"reason": "The hood is broken."}).status_code == 303
    assert "Nothing is reported" in dee.get("/en/admin/listings").text, "settled by it"
    assert "Hetao Microsystems" in dee.get("/en/admin/listings?what=suspended").text
    assert dee.post(f"{path}/suspend", data={"reason": "Again."}).status_code == 409
    public = f"/en/facilities/{stage.facility.slug}"
    assert signed_in(client, stage.cast.eve).get(public).status_code == 404
    with pytest.raises(NotFound):
        stage.book(hours(5, 9, 12))
    assert signed_in(client, stage.cast.ada).get(f"/en/bookings/{booked.id}").status_code == 200, (
        "what was booked stands"
    )
    bo = signed_in(client, stage.cast.bo)
    assert "has suspended this listing" in bo.get(f"/en/listings/{stage.facility.id}/preview").text
    for verb in ("publish", "archive", "restore"):
        assert bo.post(f"/en/listings/{stage.facility.id}/{verb}").status_code == 409, verb
    assert told(stage, "bo")[-1] == "listing_suspended" and told(stage, "ada")[0] == "listing_report_settled"
    assert dee_again(client, stage).post(f"{path}/readmit", data={"reason": "Repaired."}).status_code == 303
    stage.session.refresh(stage.facility)
    assert stage.facility.state is ListingState.PAUSED
    assert signed_in(client, stage.cast.bo).post(f"/en/listings/{stage.facility.id}/publish").status_code == 303
    lines = entries(stage.session, Subject("facility", stage.facility.id))
    said = [(line.verb, (line.text or {}).get("reason")) for line in lines[:3]]
    assert said == [
        ("listing.published", None),
        ("listing.readmitted", "Repaired."),
        ("listing.suspended", "The hood is broken."),
    ]


def dee_again(client: FlaskClient, stage: Stage) -> FlaskClient:
    return signed_in(client, stage.cast.dee)


def test_a_report_may_be_left_and_is_answered(client: FlaskClient, stage: Stage) -> None:
    row = reported(stage)
    dee, path = signed_in(client, stage.cast.dee), f"/en/admin/listings/reports/{row.id}/dismiss"
    assert "There is no such hood." in dee.get(path).text
    assert dee.post(path, data={"reason": "There is one, on the second floor."}).status_code == 303
    assert dee.post(path, data={"reason": "Again."}).status_code == 409
    assert told(stage, "ada") == ["listing_report_settled"]
    stage.session.refresh(stage.facility)
    assert stage.facility.state is ListingState.PUBLISHED


def test_what_was_reported_goes_with_whoever_said_it(stage: Stage) -> None:
    row = reported(stage)
    erase(stage.session, stage.cast.ada.id, now=stage.now)
    stage.session.refresh(row)
    assert "hood" not in row.text


def test_auditors_look_and_others_find_nothing(client: FlaskClient, stage: Stage) -> None:
    row = reported(stage)
    fay = make_person(stage.session, "Fay Ho", now=stage.now, platform_role=PlatformRole.AUDITOR)
    auditor = signed_in(client, fay)
    assert auditor.get("/en/admin/listings").status_code == 200
    assert auditor.post(f"/en/admin/listings/{stage.facility.id}/suspend", data={"reason": "No."}).status_code == 404
    for who in ("ada", "bo", "cheng", "eve"):
        visitor = signed_in(client, stage.cast.people[who])
        assert visitor.get("/en/admin/listings").status_code == 404
        assert visitor.post(f"/en/admin/listings/reports/{row.id}/dismiss", data={"reason": "No."}).status_code == 404


def reported(stage: Stage) -> ListingReport:
    words = "There is no such hood."
    return report(stage.session, stage.facility.id, ReportReason.WRONG, words, now=stage.now, by=stage.actor("ada"))
