"""Bookings across the platform: found by an address that holds the filters, by index, a page at a time."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole
from marketplace.bookings.models import Booking
from marketplace.bookings.queries import pages
from marketplace.bookings.queries.pages import Wanted
from marketplace.database import Database, new_id
from marketplace.values.period import Period
from tests.cast import make_person, signed_in
from tests.database import counting_statements
from tests.factories.stage import Stage, hours, make_stage

PAGE = "/en/admin/bookings"
MANY = text("""
    INSERT INTO bookings (id, reference, unit_id, place, organisation_id, person_id, booked_by, state, purpose,
                          starts_at, ends_at, overridden, version, sample, created_at, updated_at)
    SELECT gen_random_uuid(), 'N' || n, b.unit_id, 1, b.organisation_id, b.person_id, b.booked_by,
           CASE WHEN n % 50 = 0 THEN 'no_show' ELSE 'completed' END, b.purpose,
           b.starts_at - n * interval '1 day', b.ends_at - n * interval '1 day', '[]', 1, false, now(), now()
      FROM bookings b, generate_series(1, 5000) AS n WHERE b.id = :id
""")


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    return make_stage(session, now)


@pytest.fixture
def booked(stage: Stage) -> Booking:
    return stage.book(hours(4, 9, 12))


def test_all_are_listed_with_both_sides(client: FlaskClient, stage: Stage, booked: Booking) -> None:
    page = signed_in(client, stage.cast.dee).get(PAGE).text
    for told in (booked.reference, "Ada Leung", "Harbour University", "Hetao Microsystems"):
        assert told in page
    assert f"/en/bookings/{booked.id}" in page
    assert signed_in(client, stage.cast.dee).get(f"/en/bookings/{booked.id}").status_code == 200


def test_each_filter_narrows_and_the_form_keeps_it(client: FlaskClient, stage: Stage, booked: Booking) -> None:
    dee = signed_in(client, stage.cast.dee)
    plain = booked.reference.replace("-", "").lower()
    fits = ("reference=" + booked.reference, f"reference={plain}", "state=held", "party=harbour", "party=hetao")
    fits += ("territory=HK", "since=2026-03-04&until=2026-03-04")
    for asked in fits:
        assert booked.reference in dee.get(f"{PAGE}?{asked}").text, asked
    misses = (
        "reference=AAA-AAA-AAA",
        "state=completed",
        "party=elsewhere",
        "territory=GB",
        "territory=CN",
        "territory=nowhere",
    )
    misses += ("since=2026-03-05", "until=2026-03-03", "place=no%25such", "party=%25")
    for asked in misses:
        assert "No booking fits these filters" in dee.get(f"{PAGE}?{asked}").text, asked
    assert 'value="harbour"' in dee.get(f"{PAGE}?party=harbour").text
    for odd in (
        "since=0001-01-01",
        "until=soon",
        "state=x",
        "after=x",
        "since=2026-03-09&until=2026-03-01",
        "party=%00",
    ):
        assert dee.get(f"{PAGE}?{odd}").status_code in (200, 400), odd


def test_the_list_goes_on_where_it_stopped(client: FlaskClient, stage: Stage, booked: Booking) -> None:
    stage.session.execute(MANY, {"id": booked.id})
    dee = signed_in(client, stage.cast.dee)
    first = dee.get(f"{PAGE}?state=no_show").text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following and "state=no_show" in following[1]
    second = dee.get(following[1].replace("&amp;", "&")).text
    shown = [set(re.findall(r">(N\d+)<", page)) for page in (first, second)]
    assert [len(each) for each in shown] == [50, 50] and not shown[0] & shown[1]


def test_statements_are_few_and_the_same_for_any_number(
    client: FlaskClient, stage: Stage, booked: Booking, database: Database
) -> None:
    dee = signed_in(client, stage.cast.dee)
    dee.get(PAGE)
    with counting_statements(database) as few:
        dee.get(PAGE)
    stage.session.execute(MANY, {"id": booked.id})
    with counting_statements(database) as many:
        dee.get(PAGE)
    assert len(many) == len(few)


def test_each_way_of_asking_is_answered_by_an_index(stage: Stage, booked: Booking, database: Database) -> None:
    session, dee, now = stage.session, stage.actor("dee"), stage.now
    session.execute(MANY, {"id": booked.id})
    session.execute(text("ANALYZE bookings"))
    ways = {
        "all": Wanted(),
        "state": Wanted(states=frozenset({pages.BookingState.NO_SHOW})),
        "reference": Wanted(reference=booked.reference),
        "organisation": Wanted(organisation_id=new_id()),
        "unit": Wanted(unit_id=new_id()),
        "days": Wanted(beginning=Period(now - timedelta(days=9), now)),
        "territory": Wanted(territories=frozenset({"HK"})),
    }
    for name, wanted in ways.items():
        with counting_statements(database) as statements:
            pages.bookings(session, wanted, by=dee, now=now, limit=51)
        assert statements, name
        plan = explained(session, wanted, dee, now)
        assert "Seq Scan on bookings" not in plan, f"{name}:\n{plan}"


def explained(session: Session, wanted: Wanted, by: object, now: datetime) -> str:
    """The plan of the list's own statement."""
    chosen = pages._with_names().where(*pages._criteria(wanted, now))
    order = chosen.order_by(Booking.starts_at.desc(), Booking.id.desc()).limit(51)
    compiled = order.compile(session.connection(), compile_kwargs={"literal_binds": True})
    return "\n".join(session.connection().exec_driver_sql(f"EXPLAIN {str(compiled).replace('%', '%%')}").scalars())


def test_auditors_look_and_others_find_nothing(client: FlaskClient, stage: Stage, session: Session) -> None:
    fay = make_person(session, "Fay Ho", now=stage.now, platform_role=PlatformRole.AUDITOR)
    assert signed_in(client, fay).get(PAGE).status_code == 200
    for who in ("ada", "bo", "cheng", "eve"):
        assert signed_in(client, stage.cast.people[who]).get(PAGE).status_code == 404
