"""The free time of a facility on its page: bars and a table that say the same, and lead to the form."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.availability.actions import ClosureRequest, close
from marketplace.availability.models import BookingMode, ClosureKind
from marketplace.catalogue.models import ListingState
from tests.cast import actor_of, signed_in
from tests.database import counting_statements
from tests.factories.listings import make_unit
from tests.factories.stage import Stage, at, hours, make_stage


@pytest.fixture
def stage(session: Session, now: Any) -> Stage:
    return make_stage(session, now)


def page_of(client: FlaskClient, stage: Stage, query: str = "") -> str:
    return client.get(f"/en/facilities/{stage.facility.slug}{query}").text


def table_of(page: str) -> list[str]:
    """The words of each row of the first table of free time."""
    table = page.partition("Free time of ")[2].partition("<tbody>")[2].partition("</tbody>")[0]
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in table.split("<tr>")[1:]]


def test_what_is_free_stands_in_a_table(client: FlaskClient, stage: Stage) -> None:
    stage.book(hours(4, 12, 14))
    rows = table_of(page_of(client, stage))
    assert len(rows) == 7
    assert rows[0].startswith("Mon, 2 Mar 2026")
    assert rows[2] == "Wed, 4 Mar 2026 09:00–12:00 14:00–18:00"
    assert rows[5] == "Sat, 7 Mar 2026 closed"


def test_bars_say_what_the_table_says(client: FlaskClient, stage: Stage) -> None:
    stage.book(hours(4, 12, 14))
    page = page_of(client, stage)
    assert 'aria-label="Wed 4: taken 12:00–14:00; free 09:00–12:00; free 14:00–18:00"' in page


def test_a_closure_shows_with_its_reason_or_its_kind(client: FlaskClient, stage: Stage) -> None:
    by, unit = stage.actor("bo"), stage.unit.id
    pump = {"en": "New <pump>", "zh-Hant": "更換真空泵", "zh-Hans": "更换真空泵"}
    for wish in (
        ClosureRequest(period=hours(4, 12, 14), kind=ClosureKind.MAINTENANCE, reason=pump),
        ClosureRequest(period=hours(5, 9, 18), kind=ClosureKind.MAINTENANCE),
    ):
        close(stage.session, unit, wish, now=stage.now, by=by)
    page = page_of(client, stage)
    assert "closed 12:00–14:00: New &lt;pump&gt;; free 09:00–12:00; free 14:00–18:00" in page
    assert "taken 12:00" not in page
    rows = [unescape(row) for row in table_of(page)]
    assert rows[2] == "Wed, 4 Mar 2026 09:00–12:00 14:00–18:00 closed 12:00–14:00: New <pump>"
    assert rows[3] == "Thu, 5 Mar 2026 closed 09:00–18:00: Maintenance"
    chinese = client.get(f"/zh-hant/facilities/{stage.facility.slug}").text
    assert "12:00–14:00暫停開放：更換真空泵" in chinese


def test_the_first_screen_says_what_is_free_next_and_how_soon_the_host_answers(
    client: FlaskClient, stage: Stage
) -> None:
    def first_screen(query: str = "") -> str:
        return page_of(client, stage, query).partition("offer-panel")[2].partition("</section>")[0]

    stage.rules(approval_days=1)
    close(stage.session, stage.unit.id, ClosureRequest(period=hours(2, 9, 18)), now=stage.now, by=stage.actor("bo"))
    assert "3 Mar 2026, 09:00" in first_screen()
    assert "The host answers within 1 working day" in first_screen() and "working days" not in first_screen()
    assert f"/en/units/{stage.unit.id}/book" in first_screen()
    stage.rules(instant=True)
    assert "Confirmed at once" in first_screen()
    assert "Next free" not in first_screen("?week=2026-03-16")
    stage.facility.state = ListingState.PAUSED
    assert "/book" not in first_screen() and "Next free" not in first_screen()


def test_a_free_time_leads_to_the_form_filled_in(client: FlaskClient, stage: Stage) -> None:
    page = page_of(client, stage)
    link = unescape(re.findall(r'href="(/en/units/[^"]+start=[^"]+)"', page)[-1])
    form = client.get(link).text
    assert "Free." in form
    assert 'type="date"' in form


def test_weeks_go_on_and_never_into_the_past(client: FlaskClient, stage: Stage) -> None:
    page = page_of(client, stage)
    assert 'rel="prev"' not in page
    following = page.partition('rel="next" href="')[2].partition('"')[0].replace("&amp;", "&")
    later = client.get(following.partition("#")[0]).text
    assert table_of(later)[0].startswith("Mon, 9 Mar 2026")
    assert 'rel="prev"' in later


@pytest.mark.parametrize("week", ["0001-01-01", "9999-12-31", "x", ""])
def test_an_odd_week_is_the_nearest_that_there_is(client: FlaskClient, stage: Stage, week: str) -> None:
    assert client.get(f"/en/facilities/{stage.facility.slug}?week={week}").status_code == 200


def test_every_place_counts(client: FlaskClient, stage: Stage) -> None:
    stage.unit.places = 2
    stage.book(hours(4, 9, 12))
    assert table_of(page_of(client, stage))[2] == "Wed, 4 Mar 2026 09:00–18:00 1 place 12:00–18:00 1 place"
    assert table_of(page_of(client, stage))[3] == "Thu, 5 Mar 2026 09:00–18:00 2 places"


def test_days_run_on_over_closed_nights(client: FlaskClient, stage: Stage) -> None:
    stage.rules(mode=BookingMode.DAY, shortest=1440)
    stage.book(type(hours(4, 1, 2))(at(11, 9), at(12, 18)))
    rows = table_of(page_of(client, stage))
    assert "Mon, 9 Mar 2026, 09:00 to Tue, 10 Mar 2026, 18:00" in rows[1]
    assert "Fri, 13 Mar 2026, 09:00" in rows[1]


def test_readers_elsewhere_see_their_own_time(client: FlaskClient, stage: Stage) -> None:
    stage.cast.ada.time_zone = "Europe/London"
    row = table_of(page_of(signed_in(client, stage.cast.ada), stage))[3]
    assert "Your time: Thu, 5 Mar 2026, 01:00–10:00" in row


def test_a_paused_listing_offers_no_time(client: FlaskClient, stage: Stage) -> None:
    stage.facility.state = ListingState.PAUSED
    page = page_of(client, stage)
    assert "Free time of" not in page
    assert "Opening hours" in page


def test_more_units_and_bookings_take_no_more_statements(
    client: FlaskClient, stage: Stage, session: Session, database: Any
) -> None:
    bo = actor_of(session, stage.cast.bo, now=stage.now)
    counts = []
    for number in range(3):
        with counting_statements(database) as statements:
            page_of(client, stage)
        counts.append(len(statements))
        make_unit(session, stage.facility.id, by=bo, now=stage.now)
        stage.book(hours(4, 9 + number, 10 + number))
        session.flush()
    assert len(set(counts)) == 1
