"""Pages of figures: each kind in its block, every chart with its table and files, and only for those whose they are."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from marketplace.accounts.models import Organisation
from marketplace.database import Database
from marketplace.outcomes.models import Confidentiality
from marketplace.spillovers.rules.scopes import PLATFORM, Scope, ScopeKind
from tests.cast import Cast, signed_in
from tests.database import counting_statements
from tests.factories.outcomes import between, confirmed
from tests.factories.snapshots import make_snapshot, outcomes, sharing

SPRING = datetime(2026, 2, 20, tzinfo=UTC)
LATE = datetime(2025, 5, 2, tzinfo=UTC)
STAYS = [
    {"id": at, "months": months, "event": over, "cohort": cohort}
    for at, (months, over, cohort) in enumerate([(3, 1, "2022"), (14, 0, "2022"), (9, 0, "2023"), (6, 1, "2023")])
]


def told_of(organisation: Organisation, other: Organisation, more: int = 0) -> dict[str, dict[str, object]]:
    """Figures of one year: three publications, and sessions both ways across a boundary."""
    shared = sharing(
        (str(other.id), str(organisation.id), 12.5 + more),
        (str(organisation.id), str(other.id), 30),
        (str(organisation.id), str(organisation.id), 7),
        homes={str(organisation.id): "HK", str(other.id): "CN"},
    )
    authors = {f"10.1000/{at}": [[str(organisation.id)], [str(other.id)]] for at in range(3 + more)}
    benefits = [{"id": at, "providers": ["a"], "users": ["b"], "beneficiaries": ["c"], "level": 2} for at in range(2)]
    return {
        **dict.fromkeys(("flow.cross_border_share", "flow.net_hours", "flow.matrix", "net.ei", "net.ties"), shared),
        "out.pub.full": {"publications": authors},
        "out.pub.frac": {"publications": authors},
        "spill.third_party": {"outcomes": benefits},
        "ret.curve": {"months_event": STAYS},
        "lag.curve": {"months_event": STAYS},
        "ret.km": {"months_event": STAYS, "at": [12]},
        "out.response_rate": {"asked": [{"id": 1, "answer": "confirmed"}, {"id": 2, "answer": None}]},
    }


@pytest.fixture
def scope(session: Session, cast: Cast) -> Scope:
    found = Scope(ScopeKind.ORGANISATION, id=cast.university.id)
    make_snapshot(session, found, 2024, told_of(cast.university, cast.firm, 1), as_of=LATE)
    make_snapshot(session, found, 2025, told_of(cast.university, cast.firm), as_of=SPRING)
    return found


def page_of(cast: Cast, language: str = "en") -> str:
    return f"/{language}/organisations/{cast.university.slug}/figures"


def test_use_output_and_spillover_stand_apart_each_labelled(client: FlaskClient, cast: Cast, scope: Scope) -> None:
    page = signed_in(client, cast.ada).get(page_of(cast)).text
    sections = {
        kind: re.search(rf'aria-labelledby="kind-{kind}">(.*?)</section>', page, re.DOTALL)
        for kind in ("use", "output", "spillover")
    }
    bodies = {kind: found[1] for kind, found in sections.items() if found}
    assert set(bodies) == {"use", "output", "spillover"}
    assert "rows/flow.cross_border_share" in bodies["use"] and "out.pub" not in bodies["use"]
    assert "rows/out.pub.full" in bodies["output"] and "flow." not in bodies["output"]
    assert "rows/spill.third_party" in bodies["spillover"] and "out.pub" not in bodies["spillover"]
    assert "Response rate: 50% of 2 questions answered" in bodies["output"]
    assert "level 2 or more" in bodies["output"]
    assert "as known on 20 Feb 2026" in page


def test_every_chart_has_its_picture_its_table_and_its_files(client: FlaskClient, cast: Cast, scope: Scope) -> None:
    page = signed_in(client, cast.ada).get(page_of(cast)).text
    keys = re.findall(r'<figure class="chart" id="([\w-]+)"', page)
    drawn = {
        "use-hours",
        "use-shares",
        "output-counts",
        "spillover-outcomes",
        "retention",
        "lag",
        "matrix",
        "flows",
        "network",
    }
    assert drawn <= set(keys)
    assert page.count("<details>") >= len(drawn)
    for key in drawn:
        assert f'aria-labelledby="{key}-wide-title"' in page
        assert all(f"/figures/2025/{key}.{ending}" in page for ending in ("svg", "png", "csv"))
    assert "style=" not in page.split("<main", 1)[1]


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_the_files_of_a_chart_say_the_same_in_each_language(
    client: FlaskClient, cast: Cast, scope: Scope, language: str
) -> None:
    ada = signed_in(client, cast.ada)
    sheet = ada.get(f"{page_of(cast, language)}/2025/output-counts.csv")
    rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig"))))
    assert [row[:2] for row in rows[1:]] == [["2024", "4"], ["2025", "3"]]
    drawn = ada.get(f"{page_of(cast, language)}/2025/network.svg")
    assert drawn.content_type == "image/svg+xml" and b"<svg" in drawn.data
    assert "attachment" in drawn.headers["Content-Disposition"]
    assert ada.get(f"{page_of(cast, language)}/2025/lag.png").data.startswith(b"\x89PNG")


def test_an_earlier_year_can_be_looked_at(client: FlaskClient, cast: Cast, scope: Scope) -> None:
    ada = signed_in(client, cast.ada)
    assert "as known on 2 May 2025" in ada.get(page_of(cast) + "?year=2024").text
    assert ada.get(f"{page_of(cast)}/2024/matrix.csv").data != ada.get(f"{page_of(cast)}/2025/flows.csv").data
    assert "as known on 20 Feb 2026" in ada.get(page_of(cast) + "?year=9999").text


@pytest.mark.parametrize("path", ["/1999/matrix.svg", "/2025/nothing.svg", "/2025/matrix.exe", "/2025/matrix.csv.svg"])
def test_what_is_not_there_is_not_found(client: FlaskClient, cast: Cast, scope: Scope, path: str) -> None:
    assert signed_in(client, cast.ada).get(page_of(cast) + path).status_code == 404


@pytest.mark.parametrize("year", ["٢٠٢٥", "-1", "20250", "\x00", "NaN"])
def test_an_odd_year_shows_the_last_one(client: FlaskClient, cast: Cast, scope: Scope, year: str) -> None:
    answer = signed_in(client, cast.ada).get(page_of(cast), query_string={"year": year})
    assert answer.status_code == 200


def test_a_stranger_finds_neither_page_nor_file(client: FlaskClient, cast: Cast, scope: Scope) -> None:
    eve = signed_in(client, cast.eve)
    for path in ("", "/2025/matrix.csv", "/2025/network.svg", "/2025/lag.png"):
        assert eve.get(page_of(cast) + path).status_code == 404
    assert signed_in(client, cast.dee).get(page_of(cast)).status_code == 200


def test_a_page_of_stored_figures_costs_few_statements(
    client: FlaskClient, cast: Cast, scope: Scope, database: Database
) -> None:
    ada = signed_in(client, cast.ada)
    ada.get(page_of(cast))
    with counting_statements(database) as asked:
        ada.get(page_of(cast))
    assert len(asked) <= 12


def test_an_organisation_without_figures_is_told_so(client: FlaskClient, cast: Cast) -> None:
    page = signed_in(client, cast.ada).get(page_of(cast))
    assert page.status_code == 200 and "No figures yet" in page.text


def test_a_zones_page_is_for_overseers_alone(client: FlaskClient, cast: Cast, session: Session) -> None:
    code, slug = session.connection().exec_driver_sql("SELECT code, slug FROM zones ORDER BY code LIMIT 1").one()
    make_snapshot(session, Scope(ScopeKind.ZONE, code=code), 2025, told_of(cast.university, cast.firm), as_of=SPRING)
    assert signed_in(client, cast.dee).get(f"/en/zones/{slug}/figures").status_code == 200
    assert signed_in(client, cast.dee).get(f"/en/zones/{slug}/figures/2025/network.svg").status_code == 200
    for person in (cast.ada, cast.bo, cast.eve):
        assert signed_in(client, person).get(f"/en/zones/{slug}/figures").status_code == 404
        assert signed_in(client, person).get(f"/en/zones/{slug}/figures/2025/network.svg").status_code == 404


ZONES = outcomes(
    ("Z1", "publications", 12, 5), ("Z1", "patents", 3, 4), ("Z2", "publications", 40, 2), ("Z2", "patents", 7, 9),
    ("Z3", "publications", 31, 9), ("Z3", "patents", 22, 8), ("Z4", "publications", 18, 6), ("Z4", "patents", 33, 7),
)  # fmt: skip


def test_published_figures_are_rounded_and_small_ones_hidden(client: FlaskClient, session: Session, cast: Cast) -> None:
    shared = told_of(cast.university, cast.firm)
    make_snapshot(session, PLATFORM, 2024, {"out.matrix": ZONES, "flow.matrix": shared["flow.matrix"]}, as_of=LATE)
    page = client.get("/en/figures").text
    assert "Counts are rounded to 5" in page
    rows = list(csv.reader(io.StringIO(client.get("/en/figures/2024/zones.csv").data.decode("utf-8-sig"))))
    cells = {row[0]: row[1:] for row in rows[1:]}
    assert cells["Z1"][1] == "fewer than 5"
    assert cells["Z2"][0] == "not published"  # two organisations stand behind it
    assert {"30", "20"} & set(cells["Z3"]) and all(int(each) % 5 == 0 for each in cells["Z3"] if each.isdigit())
    sheet = client.get("/en/figures/2024/matrix.csv").data.decode("utf-8-sig")
    assert not re.search(r"\b[1-4]\b", sheet) and "not published" in sheet


def test_what_is_published_of_a_year_never_changes(client: FlaskClient, session: Session) -> None:
    make_snapshot(session, PLATFORM, 2024, {"out.matrix": ZONES}, as_of=datetime(2025, 1, 20, tzinfo=UTC))
    assert "Nothing is published yet" in client.get("/en/figures").text  # the sides had no 90 days to answer
    make_snapshot(session, PLATFORM, 2024, {"out.matrix": ZONES}, as_of=LATE)
    before = client.get("/en/figures/2024/zones.csv").data
    more = outcomes(("Z1", "publications", 13, 5), ("Z1", "patents", 9, 4))
    make_snapshot(session, PLATFORM, 2024, {"out.matrix": more}, as_of=datetime(2025, 9, 1, tzinfo=UTC))
    assert client.get("/en/figures/2024/zones.csv").data == before


def test_a_picture_follows_the_names_that_are_drawn_in(
    client: FlaskClient, session: Session, cast: Cast, scope: Scope
) -> None:
    ada, place = signed_in(client, cast.ada), f"/en/organisations/{cast.university.slug}/figures"
    before = ada.get(f"{place}/2025/matrix.csv").data
    assert b"Newland" not in before + ada.get(place).data
    renamed = text("UPDATE jurisdictions SET name = jsonb_set(name, '{en}', '\"Newland\"') WHERE code = root_code")
    session.execute(renamed)
    session.expire_all()
    assert b"Newland" in ada.get(f"{place}/2025/matrix.csv").data and b"Newland" in ada.get(place).data


def test_the_rows_behind_a_figure_are_those_that_the_reader_may_see(
    client: FlaskClient, session: Session, cast: Cast, now: datetime
) -> None:
    work = between(session, cast, now=now, starts_on=date(2025, 1, 6))
    confirmed(session, cast, work, now=now, date_event="2025-05-10")
    told = {"date_event": "2025-06-11", "identifiers": [], "type": "other", "title": {"en": "Nobody reads this"}}
    confirmed(session, cast, work, now=now, **told).confidentiality = Confidentiality.ADMINISTRATORS
    scope = Scope(ScopeKind.ORGANISATION, id=cast.firm.id)
    make_snapshot(session, scope, 2025, told_of(cast.firm, cast.university), as_of=now)
    path = f"/en/organisations/{cast.firm.slug}/figures"
    bo = signed_in(client, cast.bo)
    assert f"{path}/2025/rows/out.pub.full" in bo.get(path).text
    papers = bo.get(f"{path}/2025/rows/out.pub.full").text
    assert "Cleaner cells by night" in papers and "further row" not in papers
    every = bo.get(f"{path}/2025/rows/out.distinct").text
    assert "Nobody reads this" not in every and "1 further row is not shown to you" in every
    assert "Nobody reads this" in signed_in(client, cast.dee).get(f"{path}/2025/rows/out.distinct").text
    assert "No rows" in bo.get(f"{path}/2025/rows/flow.net_hours").text
    assert "12" in bo.get(f"{path}/2025/rows/ret.km").text  # no rows of its own, but its value in full
    assert bo.get(f"{path}/2025/rows/open.delay_days").status_code == 404
    assert bo.get(f"{path}/2024/rows/out.distinct").status_code == 404
    assert signed_in(client, cast.eve).get(f"{path}/2025/rows/out.pub.full").status_code == 404
