"""Whoever gathers every table, file, answer and language of what is published still finds out no hidden figure."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime
from itertools import product
from typing import Any
from xml.etree import ElementTree

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.spillovers.rules.scopes import PLATFORM, Scope, ScopeKind
from tests.factories.snapshots import make_snapshot, outcomes, sharing

FEW = {"fewer than 5", "少於5", "少于5"}
WITHHELD = {"not published", "不予公布"}
LANGUAGES = ("en", "zh-hant", "zh-hans")
SECRETS = {("Z1", "publications"): 4, ("Z1", "patents"): 4, ("Z2", "publications"): 26, ("Z2", "patents"): 33}
BEHIND = {("Z1", "publications"): 3, ("Z1", "patents"): 4, ("Z2", "publications"): 9, ("Z2", "patents"): 7}
COLUMNS = ("publications", "patents")
Cells = dict[tuple[str, str], str]


@pytest.fixture(autouse=True)
def published(session: Session) -> None:
    cells = [(zone, kind, count, BEHIND[zone, kind]) for (zone, kind), count in SECRETS.items()]
    users = [(f"u{at % 5}", f"h{at % 4}", 1.0) for at in range(23)] + [(f"h{at}", "u1", 2.0) for at in range(3)]
    homes = {**{f"u{at}": "HK" for at in range(5)}, **{f"h{at}": "CN" for at in range(4)}}
    figures = {"out.matrix": outcomes(*cells), "flow.matrix": sharing(*users, homes=homes)}
    figures["out.response_rate"] = questions(31, 41)
    make_snapshot(session, PLATFORM, 2024, figures, as_of=datetime(2025, 6, 1, tzinfo=UTC))


def questions(answered: int, asked: int) -> dict[str, Any]:
    """So many questions, of which so many were answered."""
    return {"asked": [{"id": at, "answer": "confirmed" if at < answered else None} for at in range(asked)]}


def test_the_response_rate_stands_beside_the_total_in_every_form(client: FlaskClient) -> None:
    for language, said in (("en", "Response rate: 75% of"), ("zh-hant", "回覆率"), ("zh-hans", "回复率")):
        page = client.get(f"/{language}/figures").text
        beside = page.split('<figure class="chart" id="zones"', 1)[1].split("</figure>", 1)[0]
        assert said in beside and said in client.get(f"/{language}/figures/2024/zones.svg").text
    assert client.get("/api/v1/figures?year=2024").json["response_rate"] == 75


@pytest.mark.parametrize(("answered", "asked", "cells"), [(20, 22, True), (30, 40, False), (4, 40, True)])
def test_it_is_not_told_of_few_nor_beside_nothing(
    answered: int, asked: int, cells: bool, client: FlaskClient, session: Session
) -> None:
    told = outcomes(*((zone, kind, count, 9) for (zone, kind), count in SECRETS.items()) if cells else ())
    figures = {"out.matrix": told, "out.response_rate": questions(answered, asked)}
    make_snapshot(session, PLATFORM, 2023, figures, as_of=datetime(2025, 6, 1, tzinfo=UTC))
    assert client.get("/api/v1/figures?year=2023").json["response_rate"] is None
    assert "Response rate: not published" in client.get("/en/figures?year=2023").text


def sheet(client: FlaskClient, chart: str, language: str = "en") -> list[list[str]]:
    answer = client.get(f"/{language}/figures/2024/{chart}.csv")
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def cells_of(rows: list[list[str]]) -> list[list[str]]:
    """The cells without their names, with words for what is hidden made the same."""
    return [
        ["few" if cell in FEW else "withheld" if cell in WITHHELD else cell for cell in row[1:]] for row in rows[1:]
    ]


@pytest.mark.parametrize("chart", ["zones", "matrix"])
def test_every_language_file_and_answer_shows_the_same_cells(client: FlaskClient, chart: str) -> None:
    plain = cells_of(sheet(client, chart))
    assert any("few" in row or "withheld" in row for row in plain)
    for language in LANGUAGES:
        assert cells_of(sheet(client, chart, language)) == plain
        page = client.get(f"/{language}/figures?year=2024").text
        figure = page.split(f'<figure class="chart" id="{chart}"', 1)[1].split("</figure>", 1)[0]
        table = figure.split("<details>", 1)[1]
        rows = re.findall(r"<tr>(.*?)</tr>", table.split("<tbody>", 1)[1], re.DOTALL)
        told = [["", *re.findall(r"<td[^>]*><span>(.*?)</span></td>", row)] for row in rows]
        assert cells_of([[], *told]) == plain
        for text in (client.get(f"/{language}/figures/2024/{chart}.svg").text, f"<svg>{figure.split('<svg', 1)[1]}"):
            drawn = set(re.findall(r">([0-9,]+)<", text.split("<details>", 1)[0]))
            assert drawn <= {cell for row in plain for cell in row}
    told_json = client.get("/api/v1/figures?year=2024").json[chart]
    numbers = sorted(each["count"] for each in told_json if each["count"] is not None)
    assert numbers == sorted(int(cell) for row in plain for cell in row if cell.isdigit())
    assert all((each["count"] is None) != (each["hidden"] is None) for each in told_json)


def test_a_picture_is_no_taller_or_darker_for_a_hidden_figure(client: FlaskClient, session: Session) -> None:
    """The files are the same, whichever of two numbers that round to the same totals stands behind a hidden cell."""
    rest = (("Z1", "patents", 12, 4), ("Z2", "publications", 26, 9), ("Z2", "patents", 33, 7))
    told = {}
    for year, small in ((2021, 2), (2022, 3)):
        cells = outcomes(("Z1", "publications", small, 3), *rest)
        make_snapshot(session, PLATFORM, year, {"out.matrix": cells}, as_of=datetime(year + 1, 6, 1, tzinfo=UTC))
        files = [client.get(f"/en/figures/{year}/zones.{ending}").data for ending in ("svg", "csv")]
        told[year] = [each.replace(str(year).encode(), b"") for each in files]
    assert told[2021] == told[2022]
    assert b"fewer than 5" in told[2021][1]


def test_trying_every_table_that_looks_like_it_tells_no_small_figure(client: FlaskClient) -> None:
    rows = cells_of(sheet(client, "zones"))
    view: Cells = {
        (zone, kind): rows[at][to]
        for at, zone in enumerate(("Z1", "Z2", "")) for to, kind in enumerate((*COLUMNS, ""))
    }  # fmt: skip
    inner = [cell for cell in view if "" not in cell]
    possible: dict[tuple[str, str], set[int]] = {cell: set() for cell in inner if view[cell] == "few"}
    assert possible
    for counts in product(*(could_be(view[cell]) for cell in inner)):
        whole = dict(zip(inner, counts, strict=True))
        sums = {total: summed(whole, total) for total in view if "" in total}
        if all(sums[total] in could_be(view[total], most=400) for total in sums):
            for cell, found in possible.items():
                found.add(whole[cell])
    assert all(found == {1, 2, 3, 4} for found in possible.values())


def summed(whole: dict[tuple[str, str], int], total: tuple[str, str]) -> int:
    return sum(count for (row, column), count in whole.items() if total[0] in ("", row) and total[1] in ("", column))


def could_be(shown: str, most: int = 60) -> range:
    if shown == "few":
        return range(1, 5)
    if shown == "withheld":
        return range(1, most)
    count = int(shown)
    return range(count, count + 1) if count == 0 else range(max(5, count - 2), count + 3)


@pytest.mark.parametrize(
    "asked",
    [
        *(
            "?zone=hengqin",
            "?year=2024&zone=Z1",
            "?from=2024-02-01&to=2024-03-01",
            "?organisation=x",
            "?round=1",
            "?floor=0",
        ),
        *("?year=2024&type=publications", "?as_of=2025-07-01"),
    ],
)
def test_there_is_no_filter_that_would_give_a_second_table(client: FlaskClient, asked: str) -> None:
    plain = client.get("/en/figures").text
    body = re.compile(r"<main.*</main>", re.DOTALL)
    assert body.findall(client.get(f"/en/figures{asked}").text) == body.findall(plain)
    answer = client.get(f"/api/v1/figures{asked}")
    assert answer.status_code == 422 or answer.json == client.get("/api/v1/figures").json


def test_a_later_snapshot_of_the_same_year_gives_no_second_table(client: FlaskClient, session: Session) -> None:
    before: Any = client.get("/api/v1/figures").json
    later = outcomes(("Z1", "publications", 9, 9))
    make_snapshot(session, PLATFORM, 2024, {"out.matrix": later}, as_of=datetime(2025, 12, 1, tzinfo=UTC))
    assert client.get("/api/v1/figures").json == before


def test_snapshots_of_organisations_and_zones_are_no_way_round(client: FlaskClient, session: Session) -> None:
    code = session.connection().exec_driver_sql("SELECT code FROM zones WHERE slug = 'hengqin'").scalar_one()
    zone = Scope(ScopeKind.ZONE, code=code)
    make_snapshot(
        session, zone, 2024, {"out.matrix": outcomes((code, "patents", 3, 4))}, as_of=datetime(2025, 6, 1, tzinfo=UTC)
    )
    for path in ("/en/zones/hengqin/figures", "/en/zones/hengqin/figures/2024/matrix.csv"):
        assert client.get(path).status_code in (303, 404)
    assert client.get("/api/v1/zones/hengqin/figures").status_code == 401


def test_pictures_are_well_formed_in_every_language(client: FlaskClient) -> None:
    for language, chart in product(LANGUAGES, ("zones", "matrix")):
        assert ElementTree.fromstring(client.get(f"/{language}/figures/2024/{chart}.svg").data) is not None
