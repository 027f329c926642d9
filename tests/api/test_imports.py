"""Files of listings over the API: brought, assigned, looked at row by row, run, reported; and the exports."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from config import Settings
from marketplace.accounts.models import TokenScope
from marketplace.catalogue.actions.importing import change_mapping, keep_prepared
from marketplace.catalogue.formats import prepared
from marketplace.catalogue.formats.parsing import Parsed, assigned
from marketplace.catalogue.models import Facility, ListingImport, Unit, UnitState
from marketplace.files.store import FileStore
from marketplace.web import sheets
from marketplace.web.request import store
from marketplace.worker.listings import import_listings
from marketplace.worker.registry import Workshop
from tests.api.conftest import Callers
from tests.cast import bearer

SHEET = (
    "Kind of thing,Title,Related Facility ID,ID,Site Location,Service Level,Contact Email\n"
    "facility,Clean room,,F1,Shenzhen,,desk@example.org\n"
    "equipment,=Etcher,F1,E1,,Out of service,\n"
    "equipment,Lost,NOWHERE,E2,,,\n"
    "gadget,Odd,,E3,,,\n"
)
MAPPING = {
    "Kind of thing": "type",
    "Title": "name",
    "Related Facility ID": "part_of",
    "ID": "id",
    "Site Location": "site",
    "Service Level": "service_level",
    "Contact Email": "contact_email",
}


def bring(
    callers: Callers, content: str | bytes, name: str | None = "bo", file: str = "sheet.csv", **parts: Any
) -> Any:
    form = {
        "organisation": str(callers.stage.cast.firm.id),
        "file": (io.BytesIO(content.encode() if isinstance(content, str) else content), file),
        **parts,
    }
    form = {part: value for part, value in form.items() if value is not None}
    return callers.call(name, "POST", "/listings/imports", data=form, content_type="multipart/form-data")


def test_a_sheet_comes_in_by_programs_alone(callers: Callers) -> None:
    made = bring(callers, SHEET)
    assert (made.status_code, made.json["state"], made.json["columns_needed"]) == (201, "uploaded", True)
    path = f"/listings/imports/{made.json['id']}"
    assert made.headers["Location"] == f"/api/v1{path}"
    columns = callers.call("bo", "GET", f"{path}/columns").json
    assert (columns["head"][0], columns["samples"][0][:2]) == ("Kind of thing", ["facility", "Clean room"])
    assert {"field": "type", "title": "Type"} in columns["fields"]
    early = callers.call("bo", "GET", f"{path}/preview")
    assert (early.status_code, early.json["errors"][0]["rule"]) == (422, "mapping_without_type")
    assert callers.call("bo", "POST", f"{path}/run").status_code == 422
    assigned = callers.call("bo", "PUT", f"{path}/columns", json={"mapping": MAPPING})
    assert (assigned.status_code, assigned.json["columns_needed"]) == (200, False)

    shown = callers.call("bo", "GET", f"{path}/preview?limit=3").json
    assert [(line["row"], line["outcome"], line.get("becomes")) for line in shown["items"]] == [
        (2, "created", "facility"), (3, "created", "unit"), (4, "rejected", None),
    ]  # fmt: skip
    assert (shown["items"][1]["paused"], shown["items"][1]["part_of"], shown["rows"]) == (True, "F1", 4)
    rest = callers.call("bo", "GET", f"{path}/preview?limit=3&cursor={shown['next']}").json
    assert [(line["field"], line["rule"]) for line in rest["items"]] == [("type", "type_unknown")]
    assert rest["next"] is None
    before = callers.stage.session.scalar(select(func.count()).select_from(Facility))

    done = callers.call("bo", "POST", f"{path}/run")
    assert (done.status_code, done.json["state"], done.json["rows"]) == (200, "done", 4)
    figures = {"read": 4, "created": 2, "updated": 0, "unchanged": 0, "kept": 0, "rejected": 2}
    assert done.json["report"] == figures
    assert callers.stage.session.scalar(select(func.count()).select_from(Facility)) == before + 1
    states = callers.stage.session.scalars(select(Unit.state).where(Unit.import_key.is_not(None))).all()
    assert states == [UnitState.PAUSED]
    rejected = callers.call("bo", "GET", f"{path}/rejected?limit=1").json
    assert (rejected["items"][0]["row"], rejected["items"][0]["rule"]) == (4, "related_facility_unknown")
    assert rejected["items"][0]["cells"]["Title"] == "Lost"
    further = callers.call("bo", "GET", f"{path}/rejected?cursor={rejected['next']}").json
    assert [item["row"] for item in further["items"]] == [5]
    back = callers.call("bo", "GET", f"{path}/rejected.csv")
    rows = list(csv.reader(io.StringIO(back.data.decode("utf-8-sig"))))
    assert [line[0] for line in rows[1:]] == ["4", "5"]
    again = callers.call("bo", "POST", f"{path}/run")
    assert (again.status_code, again.json["state"]) == (409, "done")
    assert callers.call("bo", "GET", "/listings/imports").json["items"][0]["id"] == made.json["id"]


def test_columns_zone_and_encoding_may_come_with_the_file(callers: Callers) -> None:
    content = "种类,名称\n设施,洁净室\n".encode("gbk")
    unsure = bring(callers, content)
    assert (unsure.status_code, unsure.json["errors"][0]["rule"]) == (422, "file_encoding_unsure")
    mapping = json.dumps({"种类": "type", "名称": "name"})
    made = bring(callers, content, encoding="GB2312", mapping=mapping, zone="ZON-HTZ-SZ", format="uniquip")
    assert (made.status_code, made.json["columns_needed"], made.json["zone"]) == (201, False, "ZON-HTZ-SZ")
    done = callers.call("bo", "POST", f"/listings/imports/{made.json['id']}/run").json
    assert done["report"]["created"] == 1
    facility = callers.stage.session.scalars(select(Facility).where(Facility.import_key.is_not(None))).one()
    assert (facility.name, facility.zone_code) == ({"zh-Hans": "洁净室"}, "ZON-HTZ-SZ")


def test_the_same_file_again_changes_nothing(callers: Callers) -> None:
    reports = []
    for _ in range(2):
        made = bring(callers, SHEET, mapping=json.dumps(MAPPING)).json
        reports.append(callers.call("bo", "POST", f"/listings/imports/{made['id']}/run").json["report"])
    assert [(report["created"], report["unchanged"]) for report in reports] == [(2, 0), (0, 2)]


def test_columns_assigned_in_between_run_nothing_under_the_old_ones(
    callers: Callers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bring(callers, SHEET, mapping=json.dumps(MAPPING)).json
    before = callers.stage.session.scalar(select(func.count()).select_from(Facility))

    def overtaken(row: ListingImport) -> Parsed:
        parsed = everything(row)
        other = assigned(prepared.sheet_of(parsed), MAPPING)
        kept: list[UUID] = []
        callers.database.transact(lambda work: kept.append(keep_prepared(work, store(), other, now=callers.stage.now)))
        change = {"mapping": MAPPING, "zone_code": None, "prepared_id": kept[0]}
        by = callers.stage.actor("bo")
        callers.database.transact(lambda work: change_mapping(work, row.id, **change, now=callers.stage.now, by=by))
        return parsed

    everything = sheets._all_of
    monkeypatch.setattr(sheets, "_all_of", overtaken)
    late = callers.call("bo", "POST", f"/listings/imports/{made['id']}/run")
    assert (late.status_code, late.json["state"]) == (409, "uploaded")
    assert callers.stage.session.scalar(select(func.count()).select_from(Facility)) == before
    monkeypatch.undo()
    again = callers.call("bo", "POST", f"/listings/imports/{made['id']}/run")
    assert (again.status_code, again.json["report"]["created"]) == (200, 2)


def test_a_large_file_runs_as_a_job(callers: Callers) -> None:
    rows = "".join(f"equipment,Tool {n},T{n}\n" for n in range(1001))
    made = bring(callers, "Type,Name,ID\n" + rows).json
    started = callers.call("bo", "POST", f"/listings/imports/{made['id']}/run")
    assert (started.status_code, started.json["state"], started.json["rows"]) == (202, "running", 1001)
    assert started.headers["Location"] == f"/api/v1/listings/imports/{made['id']}"
    assert callers.call("bo", "GET", f"/listings/imports/{made['id']}").json["rows_done"] == 0
    jobs = callers.stage.session.connection().exec_driver_sql("SELECT task_name, args FROM procrastinate_jobs").all()
    assert [(name, args["import"]) for name, args in jobs] == [("listings.import", made["id"])]


def test_a_small_file_whose_request_died_is_finished_by_a_job(
    callers: Callers, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bring(callers, SHEET, mapping=json.dumps(MAPPING)).json
    path = f"/listings/imports/{made['id']}"

    def dying(*_given: object, **_more: object) -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr(sheets, "advance", dying)
    with pytest.raises(KeyboardInterrupt):
        callers.call("bo", "POST", f"{path}/run")
    assert callers.call("bo", "GET", path).json["state"] == "running"
    query = "SELECT task_name, args, scheduled_at FROM procrastinate_jobs"
    ((name, arguments, at),) = callers.stage.session.connection().exec_driver_sql(query).all()
    assert (name, arguments) == ("listings.import", {"import": made["id"]})
    assert at == callers.stage.now + sheets.ABANDONED_AFTER

    files = FileStore(settings.files_url, settings.instance)
    workshop = Workshop(settings, callers.database, files, lambda: callers.stage.now)
    for _ in range(2):
        import_listings(workshop, arguments)
        done = callers.call("bo", "GET", path).json
        assert (done["state"], done["report"]["created"], done["report"]["rejected"]) == ("done", 2, 2)


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        ({"organisation": None}, "organisation"),
        ({"organisation": "firm"}, "organisation"),
        ({"file": None}, "file"),
        ({"format": "nrii"}, "format"),
        ({"encoding": "ebcdic"}, "encoding"),
        ({"zone": "ZON-NOWHERE"}, "zone"),
        ({"mapping": "[1]"}, "mapping"),
        ({"mapping": '{"Type": {"a": 1}}'}, "mapping"),
        ({"mapping": '{"Type": "name"}'}, "mapping"),
    ],
)
def test_bad_parts_name_their_field(callers: Callers, parts: dict[str, Any], field: str) -> None:
    answer = bring(callers, "Type,Name\nfacility,A\n", **parts)
    assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
    assert callers.stage.session.scalars(select(ListingImport)).all() == []


def test_nobody_else_learns_of_an_import(callers: Callers) -> None:
    made = bring(callers, "Type,Name\nfacility,A\nthing,B\n").json
    path = f"/listings/imports/{made['id']}"
    for name in ("ada", "eve"):
        for method, more in (("GET", ""), ("GET", "/columns"), ("GET", "/preview"), ("GET", "/rejected"),
                             ("GET", "/rejected.csv"), ("POST", "/run")):  # fmt: skip
            assert callers.call(name, method, path + more).status_code == 404, (name, more)
        body = {"mapping": {"Type": "type", "Name": "name"}}
        assert callers.call(name, "PUT", f"{path}/columns", json=body).status_code == 404
        assert bring(callers, "Type,Name\nfacility,A\n", name).status_code == 404, "for a firm of others"
        assert callers.call(name, "GET", "/listings/imports").json["items"] == []
    assert callers.call("bo", "GET", f"/listings/imports/{uuid4()}").status_code == 404
    assert bring(callers, "Type,Name\nfacility,A\n", None).status_code == 401
    reading = bearer(callers.database, callers.stage.cast.bo, now=callers.stage.now, scope=TokenScope.READ)
    assert callers.client.post(f"/api/v1{path}/run", headers=reading).status_code == 403
    assert callers.client.get(f"/api/v1{path}/preview", headers=reading).status_code == 200


@pytest.mark.parametrize(
    ("query", "begins"),
    [
        ("format=uniquip", "\ufeffType,"),
        ("format=pidinst&ending=json", "{"),
        ("format=schema-org", "{"),
    ],
)
def test_exports_are_for_all(callers: Callers, query: str, begins: str) -> None:
    answer = callers.call(None, "GET", f"/listings/export?{query}")
    assert answer.status_code == 200
    assert answer.data.decode().startswith(begins)
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_an_export_is_of_a_known_kind(callers: Callers) -> None:
    for query, field in (("", "format"), ("format=nrii", "format"), ("format=uniquip&ending=xml", "ending")):
        answer = callers.call(None, "GET", f"/listings/export?{query}")
        assert (answer.status_code, answer.json["errors"][0]["field"]) == (422, field)
