"""Importing files: what is made, what stays, what is refused, and that a second time changes nothing."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.catalogue.actions import change_facility, change_unit, resume_unit
from marketplace.catalogue.actions.importing import (
    Tally,
    Upload,
    advance,
    begin_import,
    change_mapping,
    import_batch,
    start,
)
from marketplace.catalogue.formats.parsing import Parsed, parse, rejected_rows
from marketplace.catalogue.models import (
    Facility,
    FacilityKind,
    FormerFacility,
    ImportState,
    ListingImport,
    ListingState,
    RejectedRow,
    Unit,
    UnitState,
)
from marketplace.catalogue.queries.importing import listing_import, origin_of
from marketplace.catalogue.queries.judging import Outcome, judge
from marketplace.catalogue.rules.importing import language_of
from marketplace.database import new_id
from marketplace.files.models import StoredFile
from marketplace.history.models import HistoryEntry
from marketplace.values.refusal import NotFound, StateForbids
from tests.cast import Cast, actor_of

HEAD = "Type,Name,Description,Related Facility ID,ID,Site Location,Building,Service Level,Contact Email"


def sheet(*rows: str, head: str = HEAD) -> Parsed:
    return parse("\n".join([head, *rows]).encode(), "uniquip")


TWO = sheet(
    "facility,Clean room,Class 100,,F1,Shenzhen,Block A,,desk@example.org",
    "equipment,Etcher,Dry,F1,E1,Shenzhen,Block A,Out of service,",
    "equipment,Lone microscope,,,E2,Hong Kong,,Operational,lone@example.org",
)


def figures(session: Session, cast: Cast, parsed: Parsed, now: datetime, *, zone: str | None = None) -> dict[str, Any]:
    whole = slice(0, len(parsed.items))
    judged, rejected = import_batch(session, cast.firm.id, parsed, batch=whole, zone=zone, now=now, by=SYSTEM)
    tally = Tally()
    tally.add(judged)
    tally.rejected = len(rejected) + len(parsed.rejected)
    return asdict(tally)


def test_a_sheet_becomes_drafts_with_units(session: Session, cast: Cast, now: datetime) -> None:
    assert figures(session, cast, TWO, now)["created"] == 3
    rooms = session.scalars(select(Facility).order_by(Facility.import_key)).all()
    lone, room = rooms
    assert {room.state, lone.state} == {ListingState.DRAFT}
    assert (room.kind, lone.kind) == (FacilityKind.LAB, FacilityKind.INSTRUMENT)
    assert (room.jurisdiction_code, room.city, room.time_zone) == ("CN-GD", "Shenzhen", "Asia/Shanghai")
    assert lone.jurisdiction_code == "HK"
    assert room.contact_email == "desk@example.org"
    assert room.address == {"en": "Block A\nShenzhen"}
    units = {unit.import_key: unit for unit in session.scalars(select(Unit))}
    assert units["id:e1"].facility_id == room.id and units["id:e1"].state is UnitState.PAUSED
    assert units["id:e2"].facility_id == lone.id and units["id:e2"].state is UnitState.ACTIVE
    verbs = session.scalars(select(HistoryEntry.verb).where(HistoryEntry.subject_id == room.id)).all()
    assert sorted(verbs) == ["listing.imported", "unit.imported"]


def test_a_second_time_changes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    before = session.scalar(select(func.count()).select_from(HistoryEntry))
    again = figures(session, cast, TWO, now)
    assert (again["unchanged"], again["created"], again["updated"], again["kept"]) == (3, 0, 0, 0)
    assert session.scalar(select(func.count()).select_from(HistoryEntry)) == before


def test_a_field_that_the_host_edited_is_kept_and_reported(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    room = session.scalars(select(Facility).where(Facility.import_key == "id:f1")).one()
    change_facility(session, room.id, {"name": {"en": "Our room", "zh-Hans": "洁净室"}}, now=now, by=SYSTEM)
    again = figures(session, cast, TWO, now)
    assert (again["kept"], again["unchanged"], again["updated"]) == (1, 2, 0)
    assert again["kept_fields"] == [{"row": 2, "field": "name.en"}]
    assert room.name == {"en": "Our room", "zh-Hans": "洁净室"}
    newer = sheet("facility,Clean room 2,Class 10,,F1,Shenzhen,Block A,,desk@example.org")
    third = figures(session, cast, newer, now)
    assert (third["updated"], third["kept"]) == (1, 1)
    assert (room.name["en"], room.description) == ("Our room", {"en": "Class 10"})


def test_a_blank_cell_says_nothing_and_another_language_is_not_an_edit(
    session: Session, cast: Cast, now: datetime
) -> None:
    figures(session, cast, TWO, now)
    room = session.scalars(select(Facility).where(Facility.import_key == "id:f1")).one()
    change_facility(session, room.id, {"name": {**room.name, "zh-Hans": "洁净室"}}, now=now, by=SYSTEM)
    blank = figures(session, cast, sheet("facility,Clean room,,,F1,,,,"), now)
    assert blank["unchanged"] == 1
    assert room.description == {"en": "Class 100"}


def test_service_level_moves_the_unit_unless_the_host_did(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    unit = session.scalars(select(Unit).where(Unit.import_key == "id:e1")).one()
    assert figures(session, cast, sheet("equipment,Etcher,Dry,F1,E1,,,Operational,"), now)["updated"] == 1
    assert unit.state is UnitState.ACTIVE
    figures(session, cast, TWO, now)
    resume_unit(session, unit.id, now=now, by=SYSTEM)
    assert figures(session, cast, TWO, now)["kept"] == 1
    assert unit.state is UnitState.ACTIVE


def test_a_unit_edited_by_its_host_is_kept_too(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    unit = session.scalars(select(Unit).where(Unit.import_key == "id:e1")).one()
    change_unit(session, unit.id, {"name": {"en": "Better name"}}, now=now, by=SYSTEM)
    assert figures(session, cast, TWO, now)["kept"] == 1
    assert unit.name == {"en": "Better name"}


def test_rejected_rows_never_stop_the_others(session: Session, cast: Cast, now: datetime) -> None:
    parsed = sheet(
        "thing,A,,,X1,,,,",
        "equipment,B,,NOWHERE,X2,,,,",
        "equipment,C,,,X3,,,,not mail",
        "equipment,D,,,X4,,,,",
        "equipment,D again,,,X4,,,,",
    )
    judged, rejected = import_batch(session, cast.firm.id, parsed, batch=slice(0, 9), zone=None, now=now, by=SYSTEM)
    assert [each.outcome for each in judged] == [Outcome.CREATED, Outcome.REJECTED]
    head, rows = rejected_rows(parsed.head, [*parsed.rejected, *rejected])
    assert head[:4] == ["Row", "Field", "Reason", "Type"]
    assert [row[:3] for row in rows] == [
        ["2", "type", "type_unknown"],
        ["3", "part_of", "related_facility_unknown"],
        ["4", "contact_email", "email"],
        ["6", "id", "duplicate_key"],
    ]
    assert rows[1][3:5] == ["equipment", "B"]


def test_a_facility_may_stand_below_its_equipment_in_the_file(session: Session, cast: Cast, now: datetime) -> None:
    parsed = sheet("equipment,E,,F9,E9,,,,", "facility,F,,,F9,,,,")
    assert figures(session, cast, parsed, now)["created"] == 2
    assert session.scalars(select(Unit)).one().import_key == "id:e9"


def test_equipment_that_moves_house_is_refused(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    moved = figures(session, cast, sheet("facility,Other,,,F2,,,,", "equipment,Etcher,,F2,E1,,,,"), now)
    assert (moved["created"], moved["rejected"]) == (1, 1)


def test_where_a_facility_stood_is_kept_when_a_file_moves_it(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    assert session.scalars(select(FormerFacility)).all() == []
    moved = sheet("facility,Clean room,Class 100,,F1,Hong Kong,Block A,,desk@example.org")
    figures(session, cast, moved, now + timedelta(hours=1))
    (kept,) = session.scalars(select(FormerFacility)).all()
    assert (kept.time_zone, kept.until) == ("Asia/Shanghai", now + timedelta(hours=1))


def test_places_outside_the_loaded_jurisdictions_are_kept_as_text(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, sheet("facility,Far lab,,,F7,Gaithersburg,215,,"), now)
    far = session.scalars(select(Facility)).one()
    assert (far.place_text, far.jurisdiction_code) == ("Gaithersburg", None)


@pytest.mark.parametrize("name", ["深圳", "Shenzhen City", "Futian, Shenzhen", "深圳市"])
def test_cities_are_known_in_every_script(session: Session, cast: Cast, now: datetime, name: str) -> None:
    place = origin_of(session, cast.firm.id).places.find(name)
    assert place is not None and (place.jurisdiction, place.city) == ("CN-GD", "Shenzhen")


def test_a_zone_given_holds_for_every_row(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, sheet("facility,Room,,,F1,Gaithersburg,,,"), now, zone="ZON-HTZ-SZ")
    room = session.scalars(select(Facility)).one()
    assert (room.zone_code, room.jurisdiction_code) == ("ZON-HTZ-SZ", "CN-GD")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("SEM", "en"), ("扫描电镜", "zh-Hans"), ("掃描電鏡", "zh-Hant"), ("中心", "zh-Hant"), ("SEM 电镜", "zh-Hans")],
)
def test_the_language_of_a_cell_is_seen_in_its_characters(text: str, expected: str) -> None:
    assert language_of(text, "zh-Hant") == expected


def test_another_organisation_has_its_own_keys(session: Session, cast: Cast, now: datetime) -> None:
    figures(session, cast, TWO, now)
    import_batch(session, cast.university.id, TWO, batch=slice(0, 3), zone=None, now=now, by=SYSTEM)
    assert session.scalar(select(func.count()).select_from(Facility)) == 4


def test_judging_takes_the_same_statements_and_changes_nothing(session: Session, cast: Cast, now: datetime) -> None:
    judged = judge(session, cast.firm.id, TWO, TWO.items, origin=origin_of(session, cast.firm.id))
    assert {each.outcome for each in judged} == {Outcome.CREATED}
    assert session.scalar(select(func.count()).select_from(Facility)) == 0


def begun(session: Session, cast: Cast, by: Actor, now: datetime) -> ListingImport:
    file = StoredFile(
        id=new_id(), sha256="0" * 64, size=1, media_type="text/csv", name="a.csv", uploaded_by=None, uploaded_at=now
    )
    session.add(file)
    session.flush()
    upload = Upload(file_id=file.id, format="uniquip", encoding="utf-8")
    return begin_import(session, cast.firm.id, upload, now=now, by=by)


def test_a_run_goes_on_where_it_stood(session: Session, cast: Cast, now: datetime) -> None:
    bo = actor_of(session, cast.bo, now=now)
    rows = [f"equipment,Tool {n},,,T{n},Hong Kong,,," for n in range(7)] + ["thing,Bad,,,T9,,,,"]
    parsed = sheet(*rows)
    row = begun(session, cast, bo, now)
    assert advance(session, row.id, parsed, now=now, by=bo, limit=3) is False  # not started yet
    as_read = {"head": parsed.head, "prepared_id": None, "zone_code": None}
    start(session, row.id, rows=parsed.read, **as_read, now=now, by=bo)
    steps = [advance(session, row.id, parsed, now=now, by=bo, limit=3) for _ in range(4)]
    assert steps == [True, True, False, False]
    assert (row.state, row.rows_total, row.rows_done) == (ImportState.DONE, 8, 7)
    report = {name: row.report[name] for name in ("read", "created", "rejected", "unchanged")}
    assert report == {"read": 8, "created": 7, "rejected": 1, "unchanged": 0}
    assert session.scalars(select(RejectedRow.row)).all() == [9]
    with pytest.raises(NotFound):
        listing_import(session, row.id, actor_of(session, cast.eve, now=now))


@pytest.mark.parametrize("changed", ["prepared_id", "zone_code"])
def test_what_was_read_otherwise_does_not_start(session: Session, cast: Cast, now: datetime, changed: str) -> None:
    bo = actor_of(session, cast.bo, now=now)
    row = begun(session, cast, bo, now)
    as_read = {"prepared_id": row.prepared_id, "zone_code": row.zone_code}
    since = {**as_read, changed: row.file_id if changed == "prepared_id" else "ZON-HTZ-SZ"}
    change_mapping(session, row.id, mapping={}, **since, now=now, by=bo)
    with pytest.raises(StateForbids):
        start(session, row.id, rows=1, head=(), **as_read, now=now, by=bo)
    assert row.state is ImportState.UPLOADED
    start(session, row.id, rows=1, head=(), **since, now=now, by=bo)
    with pytest.raises(StateForbids):
        start(session, row.id, rows=1, head=(), **as_read, now=now, by=bo)


@pytest.mark.shared_data
def test_the_nanofab_file_imports_whole_and_a_second_time_unchanged(
    session: Session, cast: Cast, now: datetime, shared_data: Path
) -> None:
    content = (shared_data / "listings" / "nanofab-uniquip.csv").read_bytes()
    parsed = parse(content, "uniquip")
    first = figures(session, cast, parsed, now)
    assert (first["created"], first["rejected"]) == (138, 0)
    room = session.scalars(select(Facility)).one()
    assert room.place_text == "Gaithersburg"
    assert session.scalar(select(func.count()).select_from(Unit)) == 137
    assert session.scalar(select(func.count()).where(Unit.state == UnitState.PAUSED)) == 13
    second = figures(session, cast, parsed, now)
    assert (second["unchanged"], second["created"], second["updated"]) == (138, 0, 0)


@pytest.mark.shared_data
@pytest.mark.parametrize("name", ["hzb-mx-14-1.xml", "hzb-nanocluster.xml"])
def test_the_pidinst_records_import_whole_and_a_second_time_unchanged(
    session: Session, cast: Cast, now: datetime, shared_data: Path, name: str
) -> None:
    parsed = parse((shared_data / "listings" / "pidinst" / name).read_bytes(), "pidinst")
    assert figures(session, cast, parsed, now)["created"] == 1
    unit = session.scalars(select(Unit)).one()
    assert unit.pid_type == "Handle" and unit.pidinst is not None and unit.pidinst["relatedIdentifiers"]
    assert figures(session, cast, parsed, now)["unchanged"] == 1
