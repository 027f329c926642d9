"""Pages of terms: written by the host with warnings, read as sentences, compared side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.catalogue.models import Facility
from marketplace.terms.actions import publish_terms
from marketplace.terms.models import TermsVersion
from tests.cast import Cast, actor_of, form, signed_in
from tests.factories.listings import make_listing

CLAUSES = {"foreground_ip": {"pattern": "user_owns"}, "data_location": {"copies": "user_keeps"}}
FIELDS = {"clauses_foreground_ip_pattern": "user_owns", "clauses_data_location_copies": "user_keeps"}


@pytest.fixture
def bo(client: FlaskClient, cast: Cast) -> FlaskClient:
    return signed_in(client, cast.bo)


@pytest.fixture
def facility(session: Session, cast: Cast, now: datetime) -> Facility:
    """Bo's, in the mainland."""
    bo = actor_of(session, cast.bo, now=now)
    row, _ = make_listing(session, cast.firm.id, by=bo, now=now, jurisdiction_code="CN-GD")
    session.flush()
    return row


def publish(session: Session, cast: Cast, facility: Facility, now: datetime, **more: Any) -> TermsVersion:
    by = actor_of(session, cast.bo, now=now)
    return publish_terms(session, facility.id, more.pop("text", {"en": "Shoes."}), now=now, by=by, **more)


def versions(session: Session) -> list[TermsVersion]:
    session.expire_all()
    return list(session.scalars(select(TermsVersion).order_by(TermsVersion.number)))


def test_a_host_settles_clauses_and_the_world_reads_sentences(
    bo: FlaskClient, session: Session, facility: Facility
) -> None:
    address = f"/en/listings/{facility.id}/terms"
    fields = FIELDS | {
        "clauses_who_open_to": ["universities", "firms"],
        "clauses_liability_cap_cap": "sum",
        "clauses_liability_cap_sum": "1,200.50",
        "clauses_liability_cap_sum_currency": "HKD",
        "clauses_cancellation_free_hours": "48",
        "clauses_publication_text_en": "Show us <b>drafts</b>.",
        "terms_en": "Wear shoes.",
    }
    assert bo.post(address, data=form(bo, fields)).status_code == 303
    (version,) = versions(session)
    assert version.clauses == {
        "who": {"open_to": ["universities", "firms"]},
        "foreground_ip": {"pattern": "user_owns"},
        "publication": {"text": {"en": "Show us <b>drafts</b>."}},
        "data_location": {"copies": "user_keeps"},
        "liability_cap": {"cap": "sum", "sum": {"amount_minor": 120050, "currency": "HKD"}},
        "cancellation": {"free_hours": 48},
    }
    shown = bo.get(address).text
    assert 'value="1200.50"' in shown and "contradicts rule HGR-10" in shown
    page = bo.get(f"/en/facilities/{facility.slug}/terms").text
    for said in (
        "The user owns the results",
        "HKD 1,200.50",
        "48 hours",
        "&lt;b&gt;drafts",
        "Wear shoes.",
        version.digest,
    ):
        assert said in page, said
    assert "成果归使用者所有" in bo.get(f"/zh-hans/facilities/{facility.slug}/terms").text
    assert bo.post(address, data=form(bo, fields)).status_code == 303
    assert len(versions(session)) == 1


def test_checking_saves_nothing_and_names_rule_and_clause(
    bo: FlaskClient, session: Session, facility: Facility
) -> None:
    address = f"/en/listings/{facility.id}/terms"
    checked = bo.post(address, data=form(bo, FIELDS | {"check": "1"}))
    live = bo.post(f"{address}/check", data=form(bo, FIELDS))
    for answer in (checked, live):
        assert answer.status_code == 200
        assert "The clause “IP in the results” contradicts rule HGR-10" in answer.text
        assert "The clause “Where data stays” contradicts rule HGR-10" in answer.text
        assert "/en/permits/HGR-10" in answer.text
    assert "<html" not in live.text and "<html" in checked.text
    assert versions(session) == []
    calm = bo.post(f"{address}/check", data=form(bo, {"clauses_foreground_ip_pattern": "jointly_owned"})).text
    assert "contradicts rule" not in calm and "No clause contradicts" in calm


def test_what_cannot_be_read_stands_beside_its_field(bo: FlaskClient, session: Session, facility: Facility) -> None:
    address = f"/en/listings/{facility.id}/terms"
    broken = {"clauses_publication_delay_days": "soon", "clauses_liability_cap_cap": "sum", "terms_en": "Shoes."}
    answer = bo.post(address, data=form(bo, broken))
    assert answer.status_code == 422
    assert "This must be a number." in answer.text
    assert 'id="clauses_publication_delay_days-error"' in answer.text
    again = bo.post(address, data=form(bo, broken | {"clauses_publication_delay_days": "9999"}))
    assert again.status_code == 422
    assert 'id="clauses_publication_delay_days-error"' in again.text
    assert 'id="clauses_liability_cap_sum-error"' in again.text
    assert bo.post(address, data=form(bo, {"clauses_who_access": "magic"})).status_code == 422
    assert bo.post(address, data=form(bo)).status_code == 422
    assert "cannot be read" in bo.post(f"{address}/check", data=form(bo, broken)).text
    assert versions(session) == []


@pytest.mark.parametrize(("name", "status"), [("eve", 403), ("ada", 403), ("dee", 403)])
def test_nobody_else_writes_them(client: FlaskClient, cast: Cast, facility: Facility, name: str, status: int) -> None:
    signed_in(client, cast.people[name])
    for address in (f"/en/listings/{facility.id}/terms", f"/en/listings/{facility.id}/terms/check"):
        assert client.post(address, data=form(client, FIELDS)).status_code == status


def test_two_versions_and_two_facilities_stand_side_by_side(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, facility: Facility
) -> None:
    publish(session, cast, facility, now, clauses=CLAUSES)
    publish(session, cast, facility, now, clauses=CLAUSES | {"training": {"needed": "induction"}})
    other, _ = make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now)
    session.flush()
    slug = facility.slug
    page = client.get(f"/en/terms/compare?left={slug}@1&right={slug}@2").text
    assert "An induction on site" in page and "added" in page and "the same" in page and "removed" not in page
    both = client.get(f"/en/terms/compare?left={slug}&right=http://localhost/en/facilities/{other.slug}").text
    assert "removed" in both and "no terms of its own" in both
    assert "Both say the same." in client.get(f"/en/terms/compare?left={slug}&right={slug}").text
    assert client.get(f"/en/terms/compare?left={slug}").status_code == 200
    assert client.get("/zh-hant/terms/compare").status_code == 200
    for wrong in (f"{slug}@9", f"{slug}@x", f"{slug}@{'9' * 40}", "nowhere", "a%00b", "@", "x" * 400):
        answer = client.get(f"/en/terms/compare?left={slug}&right={wrong}")
        assert answer.status_code == 422, wrong
        assert 'id="right-error"' in answer.text
    assert f"left={slug}%401" in client.get(f"/en/facilities/{slug}/terms").text.replace("@", "%40")


def test_a_draft_is_compared_by_nobody_else(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, facility: Facility
) -> None:
    publish(session, cast, facility, now)
    facility.state = type(facility.state).DRAFT
    session.flush()
    assert client.get(f"/en/terms/compare?left={facility.slug}").status_code == 422
    signed_in(client, cast.eve)
    assert client.get(f"/en/terms/compare?left={facility.slug}").status_code == 422
