"""The guided form: a host lists a pilot line step by step, in any language, and publishes it."""

from __future__ import annotations

import io
from datetime import date, datetime
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.availability.models import BookingRules, OpeningHours
from marketplace.catalogue.models import Facility, FacilityFile, ListingState, Unit, UnitState
from marketplace.limits.rules import LIMITS
from marketplace.pricing.models import Rate
from marketplace.terms.models import TermsVersion
from tests.cast import Cast, actor_of, form, signed_in
from tests.factories.listings import make_draft, make_listing, make_unit
from tests.pictures import picture

STEPS = ("basics", "place", "details", "units", "hours", "rates", "terms", "files", "preview")


@pytest.fixture
def bo(client: FlaskClient, cast: Cast) -> FlaskClient:
    return signed_in(client, cast.bo)


def post(client: FlaskClient, path: str, **fields: object) -> object:
    return client.post(path, data=form(client, fields), content_type="multipart/form-data")


def draft(session: Session, cast: Cast, now: datetime, **fields: object) -> Facility:
    facility = make_draft(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now, **fields)
    session.flush()
    return facility


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("step", STEPS)
def test_every_step_shows_in_every_language(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime, step: str, language: str
) -> None:
    facility = draft(session, cast, now, kind="pilot_line")
    make_unit(session, facility.id, by=actor_of(session, cast.bo, now=now), now=now)
    session.flush()
    answer = bo.get(f"/{language}/listings/{facility.id}/{step}")
    assert answer.status_code == 200
    assert 'aria-current="step"' in answer.text


def begun_in_chinese(bo: FlaskClient, session: Session, cast: Cast) -> tuple[Facility, str]:
    """The first four steps of a pilot line, each sent as the form sends it."""
    made = post(bo, "/zh-hans/listings/new", organisation=cast.firm.id, kind="pilot_line", name_zh_hans="晶圆中试线")
    assert made.status_code == 303
    facility = session.scalars(select(Facility)).one()
    base = f"/zh-hans/listings/{facility.id}"
    assert made.location == f"{base}/basics"
    texts = {"name_zh_hans": "晶圆中试线", "name_en": "Wafer line", "techniques": "光刻\n刻蚀，镀膜"}
    basics = {"kind": "pilot_line", **texts, "version": facility.version}
    place = {"jurisdiction_code": "CN-GD", "zone_code": "ZON-HTZ-SZ", "contact_email": "desk@example.org"}
    point = {"latitude": "22.51", "longitude": "114.07"}
    made_of = {"throughput_amount": "25", "throughput_unit": "wafers/day", "gmp": "no", "scale": "pilot"}
    pilot = {"service_modes": ["staffed"], "trl_min": "4", "trl_max": "7", **made_of}
    unit = {"kind": "line", "places": "2", "name_zh_hans": "一号线", "maker": "某厂"}
    assert post(bo, f"{base}/basics", **basics).location == f"{base}/place"
    assert post(bo, f"{base}/place", **place, **point).location == f"{base}/details"
    assert post(bo, f"{base}/details", **pilot).location == f"{base}/units"
    assert post(bo, f"{base}/units/new", **unit).location == f"{base}/units"
    session.expire_all()
    return facility, base


def test_a_pilot_line_begun_in_chinese_holds_what_was_typed(bo: FlaskClient, session: Session, cast: Cast) -> None:
    facility, _ = begun_in_chinese(bo, session, cast)
    line = session.scalars(select(Unit)).one()
    assert (facility.slug, facility.state) == ("wafer-line", ListingState.DRAFT)
    assert (facility.trl_min, facility.gmp, facility.zone_code) == (4, False, "ZON-HTZ-SZ")
    assert (line.places, line.maker, facility.techniques) == (2, "某厂", ["光刻", "刻蚀", "镀膜"])


def test_it_is_published_once_nothing_is_missing(bo: FlaskClient, session: Session, cast: Cast) -> None:
    facility, base = begun_in_chinese(bo, session, cast)
    line = session.scalars(select(Unit)).one()
    refused = bo.post(f"{base}/publish", data=form(bo), follow_redirects=True)
    assert "尚未为任何单元设置开放时间" in refused.text
    week = {f"opens_{day}_1": "09:00" for day in range(1, 6)} | {f"closes_{day}_1": "18:00" for day in range(1, 6)}
    rules = {"mode": "day", "step": "30", "instant": "y"}
    assert post(bo, f"{base}/units/{line.id}/hours", **week, **rules).location == f"{base}/hours"
    rate = {"unit": "", "amount": "1,200.50", "currency": "CNY", "per": "day", "valid_from": "2026-03-02"}
    assert post(bo, f"{base}/rates", **rate).status_code == 303
    assert post(bo, f"{base}/terms", terms_zh_hans="请佩戴护目镜。").status_code == 303
    published = post(bo, f"{base}/publish")
    session.expire_all()
    assert facility.state is ListingState.PUBLISHED
    assert published.location == f"/zh-hans/facilities/{facility.slug}"
    assert session.scalars(select(Rate.amount_minor)).all() == [120050]
    assert session.scalars(select(TermsVersion.number)).all() == [1]
    assert session.scalars(select(BookingRules.instant)).all() == [True]
    page = bo.get(published.location)
    assert page.status_code == 200 and "CNY" in page.text


def test_the_other_script_is_offered_and_not_saved(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    facility = draft(session, cast, now, name={"zh-Hans": "扫描电镜"})
    answer = post(
        bo,
        f"/en/listings/{facility.id}/basics",
        kind="lab",
        name_zh_hans="扫描电镜",
        convert="1",
        version=facility.version,
    )
    assert answer.status_code == 200
    assert "掃描電鏡" in answer.text
    assert "Converted by machine" in answer.text
    session.expire_all()
    assert facility.name == {"zh-Hans": "扫描电镜"}


def test_an_edit_over_somebody_elses_is_shown_first(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    facility = draft(session, cast, now)
    fields = {"kind": "lab", "name_en": "Mine", "version": facility.version}
    assert post(bo, f"/en/listings/{facility.id}/basics", **fields).status_code == 303
    stale = post(bo, f"/en/listings/{facility.id}/basics", **{**fields, "name_en": "Stale"})
    assert stale.status_code == 422 and "Stale" in stale.text
    session.expire_all()
    assert facility.name["en"] == "Mine"


@pytest.mark.parametrize(
    ("step", "fields", "sentence"),
    [
        ("basics", {"kind": "lab"}, "Please fill this in."),
        ("place", {"contact_email": "nobody"}, "error"),
        ("place", {"latitude": "95", "longitude": "1"}, "error"),
        ("details", {"trl_min": "5"}, "Fill in both ends of the range."),
    ],
)
def test_errors_stand_beside_their_fields(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime, step: str, fields: dict[str, str], sentence: str
) -> None:
    facility = draft(session, cast, now, kind="pilot_line")
    answer = post(bo, f"/en/listings/{facility.id}/{step}", **fields)
    assert answer.status_code == 422
    assert 'id="error-summary"' in answer.text
    assert sentence in answer.text


def test_hours_over_midnight_and_round_the_clock(bo: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    facility = draft(session, cast, now)
    by = actor_of(session, cast.bo, now=now)
    one, other = (make_unit(session, facility.id, by=by, now=now) for _ in range(2))
    session.flush()
    address = f"/en/listings/{facility.id}/units/{one.id}/hours"
    times = {"opens_1_1": "22:00", "closes_1_1": "06:00", "opens_3_1": "00:00", "closes_3_1": "00:00"}
    saved = post(bo, address, mode="hour", step="60", shortest="120", whole_listing="y", **times)
    assert saved.status_code == 303
    session.expire_all()
    for unit in (one, other):
        rows = session.scalars(
            select(OpeningHours).where(OpeningHours.unit_id == unit.id).order_by(OpeningHours.weekday)
        )
        assert [(row.weekday, row.opens, row.closes) for row in rows] == [(1, 1320, 1800), (3, 0, 1440)]
    shown = bo.get(address).text
    assert 'value="22:00"' in shown and 'value="06:00"' in shown
    half = post(bo, address, mode="hour", step="60", opens_1_1="09:00")
    assert half.status_code == 422
    preset = post(bo, address, mode="hour", step="60", preset="always")
    assert preset.status_code == 200 and preset.text.count('value="00:00"') == 14


def test_units_go_out_of_service_and_come_back(bo: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    facility = draft(session, cast, now)
    unit = make_unit(session, facility.id, by=actor_of(session, cast.bo, now=now), now=now)
    session.flush()
    address = f"/en/listings/{facility.id}/units/{unit.id}"
    states = []
    for verb in ("pause", "resume", "archive", "pause", "resume"):
        assert post(bo, f"{address}/{verb}").status_code == 303
        session.expire_all()
        states.append(unit.state)
    paused, active, archived = UnitState.PAUSED, UnitState.ACTIVE, UnitState.ARCHIVED
    assert states == [paused, active, archived, archived, active]
    changed = post(
        bo,
        address,
        kind="bench",
        name_en="Bench",
        places="3",
        original_value_minor="12.345",
        original_value_currency="CNY",
    )
    assert changed.status_code == 422
    assert post(bo, address, kind="bench", name_en="Bench", places="3").status_code == 303
    session.expire_all()
    assert (unit.name, unit.places) == ({"en": "Bench"}, 3)


def test_photos_and_documents(bo: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    facility = draft(session, cast, now)
    address = f"/en/listings/{facility.id}/files"
    assert post(bo, address, kind="photo").status_code == 422
    assert (
        post(bo, address, kind="photo", files=(io.BytesIO(picture()), "lab.png"), caption_en="The lab").status_code
        == 303
    )
    sheet = (io.BytesIO(b"a,b\n1,2\n"), "plan.csv")
    assert post(bo, address, kind="document", files=sheet).status_code == 303
    evil = post(bo, address, kind="photo", files=(io.BytesIO(b"<svg onload='x'/>"), "x.png"))
    assert evil.status_code == 422
    photo, document = session.scalars(select(FacilityFile.id).order_by(FacilityFile.kind.desc())).all()
    seen = bo.get(f"/en/facilities/{facility.id}/photos/{photo}?width=480")
    assert seen.mimetype == "image/webp" and "sandbox" in seen.headers["Content-Security-Policy"]
    got = bo.get(f"/en/facilities/{facility.id}/documents/{document}")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "The lab" in bo.get(address).text
    assert post(bo, f"{address}/{photo}", caption_en="Our lab", credit="Bo").status_code == 303
    for verb in ("up", "down", "remove"):
        assert post(bo, f"{address}/{photo}/{verb}").status_code == 303
    assert session.scalars(select(FacilityFile.id)).all() == [document]
    assert bo.get(f"/en/facilities/{facility.id}/photos/{photo}").status_code == 404


def test_each_file_of_a_form_is_counted(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime, app: Flask
) -> None:
    facility = draft(session, cast, now)
    app.extensions["benchbridge"][1].info["rate_limits"] = True
    limit = LIMITS["upload"].capacity

    def send() -> int:
        files = [(io.BytesIO(b"a,b\n1,%d\n" % n), f"{n}.csv") for n in range(12)]
        return post(bo, f"/en/listings/{facility.id}/files", kind="document", files=files).status_code

    answers = [send() for _ in range(limit // 12 + 1)]
    assert (answers[0], answers[-1], answers.count(429)) == (303, 429, 1)


@pytest.mark.parametrize("name", ["ada", "eve", "dee"])
def test_others_find_no_draft_and_change_no_listing(
    client: FlaskClient, session: Session, cast: Cast, now: datetime, name: str
) -> None:
    hidden = draft(session, cast, now)
    public, unit = make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now)
    session.flush()
    other = signed_in(client, cast.people[name])
    overseer = name == "dee"
    for step in STEPS:
        assert other.get(f"/en/listings/{hidden.id}/{step}").status_code == (403 if overseer else 404)
        assert other.get(f"/en/listings/{public.id}/{step}").status_code == 403
    assert other.get(f"/en/facilities/{hidden.slug}").status_code == (200 if overseer else 404)
    assert post(other, f"/en/listings/{public.id}/pause").status_code == 403
    assert post(other, f"/en/listings/{public.id}/units/{unit.id}/archive").status_code == 403
    assert post(other, f"/en/listings/{hidden.id}/archive").status_code == (403 if overseer else 404)


def test_a_unit_of_another_listing_is_not_found(bo: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    mine = draft(session, cast, now)
    _, unit = make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now, name={"en": "Other"})
    session.flush()
    assert bo.get(f"/en/listings/{mine.id}/units/{unit.id}").status_code == 404
    assert bo.get(f"/en/listings/{mine.id}/units/{UUID(int=1)}/hours").status_code == 404


def test_the_host_sees_the_own_listings_by_state(bo: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    assert "Nothing listed yet" in bo.get("/en/listings").text
    draft(session, cast, now, name={"en": "Quiet lab"})
    assert "Quiet lab" in bo.get("/en/listings").text
    assert "Quiet lab" not in bo.get("/en/listings?state=published").text


def test_without_a_host_role_there_is_nothing_to_list_for(client: FlaskClient, cast: Cast) -> None:
    answer = signed_in(client, cast.ada).get("/en/listings/new")
    assert "No organisation to list for" in answer.text


def test_writes_want_a_token(app: object, client: FlaskClient, session: Session, cast: Cast, now: datetime) -> None:
    app.config["WTF_CSRF_ENABLED"] = True  # type: ignore[attr-defined]
    facility = draft(session, cast, now)
    bare = signed_in(client, cast.bo).post(f"/en/listings/{facility.id}/archive")
    assert bare.status_code == 400
    session.expire_all()
    assert facility.state is ListingState.DRAFT


def test_what_only_the_host_knows_for_permits_is_stated_and_shown(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    by = actor_of(session, cast.bo, now=now)
    facility, unit = make_listing(session, cast.firm.id, by=by, now=now)
    base = f"/en/listings/{facility.id}"
    stated = {"lab_bsl": "2", "lab_accreditations": ["CNAS", "CMA"], "host_authorised_for_stv": "no"}
    assert post(bo, f"{base}/details", **stated, version=facility.version).status_code == 303
    of_unit = {"kind": "bench", "places": "1", "name_en": "Bench"}
    listed = {"control_codes": ["CN:dual_use", "HK:cwc"], "customs_supervision": "until"}
    answer = post(bo, f"{base}/units/{unit.id}", **of_unit, **listed, customs_supervised_until="2027-05-31")
    assert answer.status_code == 303
    session.expire_all()
    assert facility.permit_facts == {
        "lab_bsl": 2, "lab_accreditations": ["CNAS", "CMA"], "host_authorised_for_stv": False,
    }  # fmt: skip
    codes = {"CN": ["dual_use"], "HK": ["cwc"]}
    assert unit.permit_facts == {"control_codes": codes, "customs_supervised_until": "2027-05-31"}
    page = bo.get(f"/en/facilities/{facility.slug}").text
    for told in ("Level 2", "Mainland accreditation (CNAS)", "The mainland: dual-use", "Customs supervision until"):
        assert told in page
    again = bo.get(f"{base}/units/{unit.id}").text
    assert 'value="2027-05-31"' in again and 'checked id="control_codes-1"' in again
    none = {"control_codes": ["none"], "customs_supervision": "none"}
    assert post(bo, f"{base}/units/{unit.id}", **of_unit, **none).status_code == 303
    assert post(bo, f"{base}/details", lab_bsl="none", lab_accreditations=["none"]).status_code == 303
    session.expire_all()
    assert unit.permit_facts == {"control_codes": {}, "customs_supervised_until": "none"}
    assert facility.permit_facts == {"lab_bsl": "none", "lab_accreditations": []}
    page = bo.get(f"/zh-hant/facilities/{facility.slug}").text
    assert "非生物安全實驗室" in page and "不受監管" in page
    assert post(bo, f"{base}/units/{unit.id}", **of_unit).status_code == 303
    session.expire_all()
    assert unit.permit_facts == {}


@pytest.mark.parametrize(
    ("stated", "sentence"),
    [
        ({"control_codes": ["none", "HK:cwc"]}, "Tick either"),
        ({"customs_supervision": "until"}, "Please fill this in."),
        ({"customs_supervision": "none", "customs_supervised_until": "2027-05-31"}, "under customs supervision alone"),
        ({"customs_supervision": "until", "customs_supervised_until": "0201-05-31"}, "year"),
    ],
)
def test_what_contradicts_itself_for_permits_is_said_beside_it(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime, stated: dict[str, object], sentence: str
) -> None:
    facility, unit = make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now)
    fields = {"kind": "bench", "places": "1", "name_en": "Bench", **stated}
    answer = post(bo, f"/en/listings/{facility.id}/units/{unit.id}", **fields)
    assert answer.status_code == 422 and sentence in answer.text


def test_a_facility_that_will_never_open_says_when_that_was_given_up(
    bo: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    facility, _ = make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now)
    base, planned = f"/en/listings/{facility.id}", {"planned_opening": "2026-05-01"}
    both = post(bo, f"{base}/details", **planned, cancelled_on="2026-02-01", actual_opening="2026-01-01")
    assert both.status_code == 422 and "A facility that has opened was not given up" in both.text
    assert post(bo, f"{base}/details", **planned, cancelled_on="2026-02-01").status_code == 303
    session.expire_all()
    assert (facility.planned_opening, facility.cancelled_on) == (date(2026, 5, 1), date(2026, 2, 1))
    page = bo.get(f"/zh-hant/facilities/{facility.slug}").text
    assert "放棄啟用日期" in page and "預定啟用" not in page
