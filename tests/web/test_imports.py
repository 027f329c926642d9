"""Importing on the page: upload, columns, preview, run, report, the rejected rows back; and the exports."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.catalogue.formats import parsing
from marketplace.catalogue.formats.reading import Sheet, read_sheet
from marketplace.catalogue.formats.writing import write_xlsx
from marketplace.catalogue.models import Facility, ImportState, ListingImport, Unit, UnitState
from marketplace.files.models import StoredFile
from marketplace.limits.rules import LIMITS
from tests.cast import Cast, actor_of, form, signed_in
from tests.factories.listings import make_listing

SHEET = (
    "Kind of thing,Title,Related Facility ID,ID,Site Location,Service Level,Contact Email\n"
    "facility,Clean room,,F1,Shenzhen,,desk@example.org\n"
    "equipment,=Etcher,F1,E1,,Out of service,\n"
    "equipment,Lost,NOWHERE,E2,,,\n"
    "gadget,Odd,,E3,,,\n"
)


@pytest.fixture
def bo(client: FlaskClient, cast: Cast) -> FlaskClient:
    return signed_in(client, cast.bo)


def post(client: FlaskClient, path: str, **fields: object) -> object:
    return client.post(path, data=form(client, fields), content_type="multipart/form-data")


def upload(client: FlaskClient, cast: Cast, content: bytes, name: str = "sheet.csv", **fields: object) -> object:
    file = (io.BytesIO(content), name)
    return post(client, "/en/listings/import", organisation=cast.firm.id, file=file, **fields)


def test_a_sheet_with_its_own_columns_comes_in(bo: FlaskClient, session: Session, cast: Cast) -> None:
    sent = upload(bo, cast, SHEET.encode())
    assert sent.status_code == 303
    row = session.scalars(select(ListingImport)).one()
    base = f"/en/listings/import/{row.id}"
    assert sent.location == f"{base}/columns"
    assert "Kind of thing" in bo.get(f"{base}/columns").text
    again = bo.get(f"{base}/preview")
    assert again.status_code == 303  # the type is not assigned yet
    fields = ["", "name", "part_of", "id", "site", "service_level", "contact_email"]
    columns = {f"column_{number}": field for number, field in enumerate(fields)}
    assert post(bo, f"{base}/columns", **columns).status_code == 422
    assert post(bo, f"{base}/columns", **columns | {"column_0": "type"}).location == f"{base}/preview"
    preview = bo.get(f"{base}/preview").text
    for shown in (
        "Clean room",
        "=Etcher",
        "unit of F1",
        "No facility has this Related Facility ID",
        "neither facility nor",
    ):
        assert shown in preview
    assert session.scalar(select(func.count()).select_from(Facility)) == 0

    assert post(bo, f"{base}/run").location == base
    session.expire_all()
    assert (row.state, row.report["created"], row.report["rejected"]) == (ImportState.DONE, 2, 2)
    assert session.scalars(select(Unit.state)).all() == [UnitState.PAUSED]
    report = bo.get(base).text
    assert "No facility has this Related Facility ID" in report
    back = bo.get(f"{base}/rejected.csv")
    rows = list(csv.reader(io.StringIO(back.data.decode("utf-8-sig"))))
    assert [line[:3] for line in rows[1:]] == [
        ["4", "part_of", "related_facility_unknown"],
        ["5", "type", "type_unknown"],
    ]
    assert post(bo, f"{base}/run").status_code == 409
    assert bo.get(f"{base}/preview").status_code == 409


def test_an_import_whose_file_is_lost_says_so(bo: FlaskClient, session: Session, cast: Cast) -> None:
    upload(bo, cast, b"Type,Name\nfacility,A\n")
    row = session.scalars(select(ListingImport)).one()
    store = bo.application.extensions["benchbridge"][2]
    store.remove(session.get_one(StoredFile, row.prepared_id).sha256)
    for path in ("columns", "preview"):
        assert bo.get(f"/en/listings/import/{row.id}/{path}").status_code == 410
    assert post(bo, f"/en/listings/import/{row.id}/run").status_code == 410


def test_long_files_are_previewed_page_by_page(bo: FlaskClient, session: Session, cast: Cast) -> None:
    rows = "".join(f"equipment,Tool {n},T{n}\n" for n in range(120))
    upload(bo, cast, ("Type,Name,ID\n" + rows).encode())
    row = session.scalars(select(ListingImport)).one()
    first = bo.get(f"/en/listings/import/{row.id}/preview").text
    assert "Tool 49" in first and "Tool 50" not in first
    assert "Tool 100" in bo.get(f"/en/listings/import/{row.id}/preview?from=100").text


def test_a_file_is_read_once_whatever_is_asked_of_it_afterwards(
    bo: FlaskClient, session: Session, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def counted(content: bytes, encoding: str | None = None) -> Sheet:
        read.append("once")
        return read_sheet(content, encoding)

    monkeypatch.setattr(parsing, "read_sheet", counted)
    rows = "".join(f"equipment,Tool {n},T{n}\n" for n in range(120)) + "thing,Bad,B\n"
    upload(bo, cast, write_xlsx(("Kind", "Name", "ID"), csv.reader(io.StringIO(rows))), "sheet.xlsx")
    row = session.scalars(select(ListingImport)).one()
    base = f"/en/listings/import/{row.id}"
    columns = {"column_0": "type", "column_1": "name", "column_2": "id"}
    assert post(bo, f"{base}/columns", **columns).status_code == 303
    for path in ("/columns", "/preview", "/preview?from=50", "/preview?from=100"):
        assert bo.get(base + path).status_code == 200
    assert "Import 120 rows" in bo.get(f"{base}/preview").text
    assert post(bo, f"{base}/run").status_code == 303
    assert len(list(csv.reader(io.StringIO(bo.get(f"{base}/rejected.csv").data.decode("utf-8-sig"))))) == 2
    assert read == ["once"]


def test_reading_files_is_counted_and_looking_at_pages_is_not(
    bo: FlaskClient, session: Session, cast: Cast, app: Flask
) -> None:
    app.extensions["benchbridge"][1].info["rate_limits"] = True
    content = b"Type,Name\nfacility,A\n"
    upload(bo, cast, content)
    row = session.scalars(select(ListingImport)).one()
    for _ in range(LIMITS["import"].capacity):
        assert bo.get(f"/en/listings/import/{row.id}/preview").status_code == 200
    answers = {upload(bo, cast, content).status_code for _ in range(LIMITS["import"].capacity)}
    assert answers == {303, 429}


def test_a_large_file_runs_as_a_job(bo: FlaskClient, session: Session, cast: Cast) -> None:
    rows = "".join(f"equipment,Tool {n},T{n}\n" for n in range(1001))
    upload(bo, cast, ("Type,Name,ID\n" + rows).encode())
    row = session.scalars(select(ListingImport)).one()
    assert post(bo, f"/en/listings/import/{row.id}/run").status_code == 303
    session.expire_all()
    assert (row.state, row.rows_total, row.rows_done) == (ImportState.RUNNING, 1001, 0)
    assert "0 of 1,001 rows" in bo.get(f"/en/listings/import/{row.id}").text
    jobs = session.connection().exec_driver_sql("SELECT task_name, args FROM procrastinate_jobs").all()
    assert [(name, args["import"]) for name, args in jobs] == [("listings.import", str(row.id))]


@pytest.mark.parametrize(
    ("content", "fields", "sentence"),
    [
        ("Type,Name\nequipment,洁净室\n".encode("gbk"), {}, "Choose GBK or Big5"),
        (b"Type,Name\nequipment,a\x00b\n", {}, "NUL"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><instrument/>", {}, "document type or entities"),
        (b"\xd0\xcf\x11\xe0rest", {}, "old Excel"),
        (b'Type,Name\nequipment,"x\n', {}, "quotation mark"),
    ],
)
def test_broken_files_are_refused_before_anything_is_kept(
    bo: FlaskClient, session: Session, cast: Cast, content: bytes, fields: dict[str, str], sentence: str
) -> None:
    answer = upload(bo, cast, content, **fields)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert session.scalars(select(ListingImport)).all() == []


def test_chinese_encodings_by_choice(bo: FlaskClient, session: Session, cast: Cast) -> None:
    content = "类型,名称\n设施,洁净室\n".encode("gbk")
    assert upload(bo, cast, content, encoding="gbk").status_code == 303
    row = session.scalars(select(ListingImport)).one()
    assert row.mapping == {"类型": "type", "名称": "name"}
    assert "洁净室" in bo.get(f"/zh-hans/listings/import/{row.id}/preview").text


def test_a_stranger_sees_no_import(bo: FlaskClient, session: Session, cast: Cast) -> None:
    upload(bo, cast, b"Type,Name\nfacility,A\n")
    row = session.scalars(select(ListingImport)).one()
    eve = signed_in(bo, cast.eve)
    for path in ("", "/preview", "/columns", "/rejected.csv"):
        assert eve.get(f"/en/listings/import/{row.id}{path}").status_code == 404
    assert post(eve, f"/en/listings/import/{row.id}/run").status_code == 404
    foreign = post(
        eve, "/en/listings/import", organisation=cast.firm.id, file=(io.BytesIO(b"Type,Name\nfacility,A\n"), "a.csv")
    )
    assert foreign.status_code == 200  # nothing to import for
    assert len(session.scalars(select(ListingImport)).all()) == 1


@pytest.mark.parametrize(
    "file", ["uniquip.csv", "uniquip.xlsx", "uniquip-2025.csv", "pidinst.xml", "pidinst.json", "schema-org.jsonld"]
)
def test_exports_are_open_to_all(client: FlaskClient, session: Session, cast: Cast, now: datetime, file: str) -> None:
    make_listing(session, cast.firm.id, by=actor_of(session, cast.bo, now=now), now=now)
    session.flush()
    assert file.split(".")[1].upper() in client.get("/en/listings/export").text
    answer = client.get(f"/en/listings/export/{file}")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert client.get("/en/listings/export/nrii.csv").status_code == 404


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
def test_pages_show_in_every_language(bo: FlaskClient, language: str) -> None:
    for path in ("listings/import", "listings/export", "listings/new", "listings"):
        assert bo.get(f"/{language}/{path}").status_code == 200


@pytest.mark.shared_data
def test_the_nanofab_file_comes_in_on_the_page(
    bo: FlaskClient, session: Session, cast: Cast, shared_data: Path
) -> None:
    upload(bo, cast, (shared_data / "listings" / "nanofab-uniquip.csv").read_bytes())
    row = session.scalars(select(ListingImport)).one()
    assert "place kept as text: Gaithersburg" in bo.get(f"/en/listings/import/{row.id}/preview").text
    post(bo, f"/en/listings/import/{row.id}/run")
    session.expire_all()
    assert (row.report["created"], row.report["rejected"]) == (138, 0)
