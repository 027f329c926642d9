"""A collaboration's figures: the few on its page, all of them with their rows, for its parties and overseers alone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.outcomes.models import OutcomeCollaboration, OutcomeEvent, OutcomeStatus
from marketplace.spillovers.actions.keeping_up import measure_collaboration
from marketplace.spillovers.models import MetricSnapshot
from tests.cast import Cast, signed_in
from tests.factories.outcomes import between, confirmed

Measured = tuple[str, MetricSnapshot]


@pytest.fixture
def measured(session: Session, cast: Cast, now: datetime) -> Measured:
    row = between(session, cast, now=now)
    authors = [{"family": "Leung", "affiliations": [cast.university.name["en"]]}]
    confirmed(session, cast, row, now=now, creators=authors)
    return f"/en/collaborations/{row.id}", measure_collaboration(session, row.id, now=now.astimezone(UTC))


def section(page: str, name: str) -> str:
    found = re.search(rf'aria-labelledby="{name}">(.*?)</section>', page, re.DOTALL)
    return found[1] if found else ""


def test_the_page_of_a_collaboration_shows_the_few_that_have_rows(
    client: FlaskClient, cast: Cast, measured: Measured
) -> None:
    path, _snapshot = measured
    body = section(signed_in(client, cast.bo).get(path).text, "figures")
    assert f"{path}/figures/out.pub.full/rows" in body and f"{path}/figures/out.patent.families/rows" not in body
    assert "Output" in body and "level 2: 1" in body and "All figures" in body
    assert "Response rate: 100% of 1 questions answered" in body
    assert "New figures are computed" not in body


def test_all_figures_stand_with_their_notes_and_why_others_are_none(
    client: FlaskClient, cast: Cast, measured: Measured
) -> None:
    path, snapshot = measured
    page = signed_in(client, cast.ada).get(f"{path}/figures").text
    for kind in ("use", "output", "spillover", "process", "exposure"):
        assert section(page, f"kind-{kind}")
    assert "out.pub" not in section(page, "kind-use") and "use.show_rate" not in section(page, "kind-output")
    assert "states of machines are not recorded" in section(page, "kind-use")
    assert "stocks are hours of use" in section(page, "kind-exposure")
    without = section(page, "without")
    assert "use.e10.operational_uptime" in without and "no rows are recorded for it" in without
    assert f"/en/evidence?scope=collaboration:{snapshot.scope_id}" in page


def test_a_figure_in_full_names_its_parts_and_its_rows(client: FlaskClient, cast: Cast, measured: Measured) -> None:
    path, _snapshot = measured
    page = signed_in(client, cast.ada).get(f"{path}/figures/out.pub.full/rows").text
    assert cast.university.name["en"] in section(page, "figure-1") and "/en/outcomes/" in section(page, "rows")
    assert signed_in(client, cast.dee).get(f"{path}/figures/out.pub.full/rows").status_code == 200
    unheard = ("use.e10.mtbf", "out.pub", "%00", "out.pub.full%00")
    assert {signed_in(client, cast.ada).get(f"{path}/figures/{name}/rows").status_code for name in unheard} == {404}


def test_strangers_find_no_figures(client: FlaskClient, cast: Cast, measured: Measured) -> None:
    path, _snapshot = measured
    eve = signed_in(client, cast.eve)
    assert eve.get(f"{path}/figures").status_code == 404
    assert eve.get(f"{path}/figures/out.pub.full/rows").status_code == 404


def test_figures_say_since_when_they_stand_once_something_was_recorded(
    client: FlaskClient, cast: Cast, session: Session, measured: Measured, now: datetime
) -> None:
    path, snapshot = measured
    link = session.query(OutcomeCollaboration).filter_by(collaboration_id=snapshot.scope_id).one()
    events = session.query(OutcomeEvent).filter_by(outcome_id=link.outcome_id)
    last = events.order_by(OutcomeEvent.number.desc()).first()
    assert last is not None and last.status is OutcomeStatus.CONFIRMED
    assert "These figures stand since" not in signed_in(client, cast.ada).get(f"{path}/figures").text
    snapshot.as_of = last.at - timedelta(seconds=1)
    session.flush()
    for page in (path, f"{path}/figures"):
        assert "These figures stand since" in signed_in(client, cast.ada).get(page).text


def test_before_anything_was_measured_the_page_says_so(
    client: FlaskClient, cast: Cast, session: Session, now: datetime
) -> None:
    row = between(session, cast, now=now)
    ada = signed_in(client, cast.ada)
    assert "No figures yet" in ada.get(f"/en/collaborations/{row.id}/figures").text
    assert "Nothing is recorded yet" in section(ada.get(f"/en/collaborations/{row.id}").text, "figures")
    assert ada.get(f"/en/collaborations/{row.id}/figures/out.pub.full/rows").status_code == 404
