"""Exports: the same rows in every format and by every way, what spreadsheets make of them, and who may see what."""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow.parquet as pq
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.models import PlatformRole, Role
from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.bookings.models import Purpose
from marketplace.catalogue.formats.writing import write_sheets
from marketplace.database import Database
from marketplace.jurisdictions.models import Zone
from marketplace.operations.models import Source
from marketplace.statistics.actions.exports import Order, begin_export
from marketplace.statistics.actions.rolling import mark_passed, roll_up
from marketplace.statistics.delivery import Parcel, portions
from marketplace.statistics.dictionary import columns, indicators, known
from marketplace.statistics.formats.parquet import write_parquet
from marketplace.statistics.formats.sheets import write_xlsx
from marketplace.statistics.models import ExportFormat, UsageExport
from marketplace.statistics.rules.manifests import manifest
from marketplace.statistics.rules.wishes import GROUPS, RAW, Wish, wish_of
from marketplace.values.refusal import Invalid, NotFound
from tests.cast import actor_of, join, make_organisation, make_person
from tests.factories.roll_ups import booked, used
from tests.factories.stage import Stage, at, make_stage

FEBRUARY = (date(2026, 2, 1), date(2026, 2, 28))
FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")
BIDI = "abc\u200f\u05d0\u05d1 \u202e reversed"
SUMS = ("used_seconds", "effective_seconds", "external_seconds", "inside_seconds", "estimated_seconds")


@pytest.fixture
def stage(session: Session, now: datetime) -> Iterator[Stage]:
    """A month of use by three organisations, with notes that spreadsheets would calculate."""
    made = make_stage(session, now)
    other = make_organisation(session, "=cmd|' /C calc'!A0", now=now, jurisdiction="GB")
    notes = [*FORMULAS, "字" * 20_000, BIDI, 'a "quoted", line\nand another']
    for number, note in enumerate(notes):
        who = (made.cast.university, other, made.cast.firm)[number % 3]
        start = at(2 + number, 22, 30, month=2)
        purpose = list(Purpose)[number % 4]
        row = booked(session, made, who, start, start + timedelta(hours=3), note=note, purpose=purpose)
        more: dict[str, Any] = {"idle_seconds": number * 60}
        if number == 4:
            more |= {"end_source": Source.RULE, "end_rule": "booking_end"}
        used(
            session, row, start + timedelta(minutes=10), start + timedelta(hours=2, minutes=50, seconds=number), **more
        )
    mark_passed(session, now=now)
    while roll_up(session, now=now):
        pass
    yield made


def sent(
    session: Session,
    database: Database,
    wish: Wish,
    format: str = "csv",
    *,
    by: Actor = SYSTEM,
    purpose: str | None = None,
) -> tuple[bytes, UsageExport]:
    """An export's bytes, and its row of the log."""
    now = datetime.fromisoformat("2026-03-02T09:00:00+08:00")
    order = Order(wish, ExportFormat(format), "command", purpose)
    row, reach = begin_export(session, order, now=now, by=by)
    session.flush()
    content = b"".join(portions(database, Parcel.of(row, wish, reach), clock=lambda: now))
    session.expire_all()
    return content, row


def table(content: bytes) -> list[dict[str, str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def with_notes() -> Wish:
    return wish_of(FEBRUARY, columns="session_id,organisation,note,starts_at,day,used_seconds,same_group,purpose")


def test_totals_of_raw_rows_and_of_every_grouping_are_the_same(
    session: Session, database: Database, stage: Stage
) -> None:
    raw = table(sent(session, database, wish_of(FEBRUARY))[0])
    bookings = table(sent(session, database, wish_of(FEBRUARY, "booking"))[0])
    totals = {name: sum(int(row[name]) for row in raw) for name in SUMS}
    assert (len(raw), len(bookings)) == (9, 9)
    assert totals["used_seconds"] == sum(2 * 3600 + 40 * 60 + number for number in range(9))
    assert totals["used_seconds"] - totals["effective_seconds"] == sum(60 * number for number in range(9))
    assert totals["estimated_seconds"] == 2 * 3600 + 40 * 60 + 4
    for group in (*GROUPS, "unit,month", "jurisdiction_pair,quarter,purpose"):
        found = table(sent(session, database, wish_of(FEBRUARY, group))[0])
        assert {name: sum(int(row[name]) for row in found) for name in SUMS} == totals, group
        assert sum(int(row["booked_seconds"]) for row in found) == 9 * 3 * 3600, group
        assert sum(int(row["sessions"]) for row in found) == 9, group


@pytest.mark.parametrize("days", [(date(2026, 2, 3), date(2026, 2, 3)), (date(2026, 2, 4), date(2026, 2, 7))])
def test_a_period_that_cuts_through_sessions_counts_what_lies_in_it(
    session: Session, database: Database, stage: Stage, days: tuple[date, date]
) -> None:
    raw = table(sent(session, database, wish_of(days))[0])
    (rolled,) = table(sent(session, database, wish_of(days, "unit"))[0])
    for name in SUMS:
        assert sum(int(row[name]) for row in raw) == int(rolled[name]), name


def test_filters_narrow_raw_rows_and_roll_ups_alike(session: Session, database: Database, stage: Stage) -> None:
    for filters in (
        [("user_jurisdiction", "HK")], [("user_class", "internal")],
        [("user_jurisdiction", "HK"), ("purpose", "research")],
        [("unit_jurisdiction", "HK"), ("user_jurisdiction", "GB")], [("unit", str(stage.unit.id))],
        [("organisation", str(stage.cast.firm.id))], [("host", str(stage.cast.firm.id))], [("zone", "ZON-HTZ-HK")],
        [("facility", str(stage.facility.id))], [("unit_jurisdiction", "MO")], [("technique", "none such")],
        [("user_jurisdiction", "HK"), ("user_jurisdiction", "GB")],
    ):  # fmt: skip
        raw = table(sent(session, database, wish_of(FEBRUARY, "", filters))[0])
        rolled = table(sent(session, database, wish_of(FEBRUARY, "month", filters))[0])
        expected = sum(int(row["used_seconds"]) for row in raw)
        assert sum(int(row["used_seconds"]) for row in rolled) == expected, filters


def test_rates_are_pooled_means_say_so_and_open_hours_stay_with_units(
    session: Session, database: Database, stage: Stage
) -> None:
    (row,) = table(sent(session, database, wish_of(FEBRUARY, "facility"))[0])
    for id, each in indicators().items():
        value = each.of(
            {
                name: int(row[name]) if row[name] else None
                for name, of in columns().items()
                if of.kind == "whole" and name in row
            }
        )
        assert (round(float(value), 6) if value is not None else None) == (float(row[id]) if row[id] else None), id
    assert row["sharing_rate_mean"] == row["sharing_rate"], "one unit is its own mean"
    by_user = sent(session, database, wish_of(FEBRUARY, "user_class", columns="user_class,open_seconds,sharing_rate"))[
        0
    ]
    assert {each["open_seconds"] for each in table(by_user)} == {""}


def test_text_that_looks_like_a_formula_has_an_apostrophe_in_sheets_only(
    session: Session, database: Database, stage: Stage
) -> None:
    why = "Checking notes"
    written, row = sent(session, database, with_notes(), purpose=why)
    found = table(written)
    assert [each["note"] for each in found][:6] == [f"'{each}" for each in FORMULAS]
    assert [each["note"] for each in found][6:8] == ["字" * 20_000, BIDI]
    assert found[1]["organisation"].startswith("'=cmd")
    assert [each["used_seconds"] for each in found][:2] == ["9600", "9601"], "numbers never"
    sheet, _ = sent(session, database, with_notes(), "xlsx", purpose=why)
    book = openpyxl.load_workbook(io.BytesIO(sheet))
    rows = list(book["Rows"].iter_rows(values_only=True))
    head = {name: at for at, name in enumerate(rows[0])}
    assert [each[head["note"]] for each in rows[1:6]] == [f"'{each}" for each in FORMULAS[:5]]
    assert rows[7][head["note"]] == "字" * 20_000 and rows[8][head["note"]] == BIDI
    assert all(cell.data_type != "f" for line in book["Rows"].iter_rows() for cell in line)
    assert isinstance(rows[1][head["starts_at"]], datetime) and isinstance(rows[1][head["used_seconds"]], int)
    assert book["Rows"].freeze_panes == "A2" and "Definitions" in book.sheetnames
    lines = [json.loads(line) for line in sent(session, database, with_notes(), "ndjson", purpose=why)[0].splitlines()]
    assert [each["note"] for each in lines] == [*FORMULAS, "字" * 20_000, BIDI, 'a "quoted", line\nand another']
    assert manifest(row)["formula_prefix"] == {"character": "'", "before": list("=+-@\t\r"), "kinds": ["text"]}


def test_duckdb_opens_parquet_with_types_and_the_same_totals(
    session: Session, database: Database, stage: Stage, tmp_path: Path
) -> None:
    path = tmp_path / "rows.parquet"
    content, row = sent(session, database, with_notes(), "parquet", purpose="Checking types")
    path.write_bytes(content)
    with duckdb.connect() as base:
        types = dict(base.execute(f"SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM '{path}')").fetchall())
        total, notes = base.execute(f"SELECT sum(used_seconds), list(note ORDER BY starts_at) FROM '{path}'").fetchone()
    assert types["starts_at"] == "TIMESTAMP WITH TIME ZONE" and types["day"] == "DATE"
    assert types["used_seconds"] == "BIGINT" and types["same_group"] == "BOOLEAN" and types["note"] == "VARCHAR"
    assert total == sum(9600 + number for number in range(9))
    assert notes[:6] == list(FORMULAS) and notes[6] == "字" * 20_000
    told = json.loads(pq.read_metadata(path).metadata[b"benchbridge"])
    assert told["export"] == str(row.id)


def test_the_manifest_tells_digest_rules_and_dictionary(session: Session, database: Database, stage: Stage) -> None:
    wish = wish_of(FEBRUARY, "jurisdiction_pair", [("user_jurisdiction", "HK")])
    content, row = sent(session, database, wish)
    told = manifest(row)
    assert told["sha256"] == hashlib.sha256(content).hexdigest() and told["complete"]
    assert (told["rows"], told["bytes"]) == (len(table(content)), len(content))
    assert told["filters"] == {"user_jurisdiction": ["HK"]} and told["group_by"] == ["jurisdiction_pair"]
    assert [each["id"] for each in told["dictionary"]] == list(table(content)[0])
    assert all(set(each["name"]) == {"en", "zh-Hant", "zh-Hans"} for each in told["dictionary"])
    assert {"days", "entities", "pooled", "apostrophe"} <= set(told["rules"])
    metrics = {each["id"]: each["metric"] for each in told["indicators"]}
    assert metrics["sharing_rate"] == "use.cn.sharing_rate"
    assert metrics["show_rate"] is None, "bookings to come are in it, unlike the registry's"


def test_an_export_that_breaks_off_has_no_digest(
    session: Session, database: Database, stage: Stage, now: datetime
) -> None:
    wish = wish_of(FEBRUARY)
    row, reach = begin_export(session, Order(wish, ExportFormat.CSV, "command"), now=now, by=SYSTEM)
    session.flush()
    flowing = portions(database, Parcel.of(row, wish, reach), clock=lambda: now)
    next(flowing)
    flowing.close()  # type: ignore[attr-defined]
    session.expire_all()
    kept = session.get_one(UsageExport, row.id)
    assert (kept.digest, kept.finished_at) == (None, None)
    assert manifest(kept)["complete"] is False


def test_hosts_see_their_own_units_officers_their_zone_strangers_nothing(
    session: Session, database: Database, stage: Stage, now: datetime
) -> None:
    bo, eve = stage.actor("bo"), stage.actor("eve")
    assert len(table(sent(session, database, wish_of(FEBRUARY), by=bo)[0])) == 9
    with pytest.raises(NotFound):
        sent(session, database, wish_of(FEBRUARY), by=eve)
    elsewhere = make_person(session, "Hana Host", now=now)
    join(session, elsewhere, make_organisation(session, "Other Host", now=now), Role.HOST_MANAGER, now=now)
    hana = actor_of(session, elsewhere, now=now)
    for group in ("", "booking", "unit", "day"):
        assert table(sent(session, database, wish_of(FEBRUARY, group), by=hana)[0]) == [], group
    stage.facility.zone_code, stage.cast.agency.agency_code = "ZON-HTZ-SZ", _agency_of(session, "ZON-HTZ-SZ")
    session.flush()
    cheng = actor_of(session, stage.cast.cheng, now=now)
    assert len(table(sent(session, database, wish_of(FEBRUARY), by=cheng)[0])) == 9
    stage.facility.zone_code = None
    session.flush()
    assert table(sent(session, database, wish_of(FEBRUARY), by=cheng)[0]) == []


def _agency_of(session: Session, zone: str) -> str:
    codes = session.scalar(select(Zone.agency_codes).where(Zone.code == zone))
    assert codes
    return str(codes[0])


def test_people_leave_for_a_stated_purpose_only_never_contact_to_auditors_never_over_a_boundary(
    session: Session, database: Database, stage: Stage, now: datetime
) -> None:
    personal = wish_of(FEBRUARY, columns="user_jurisdiction,person,email,note")
    with pytest.raises(Invalid) as broken:
        sent(session, database, personal)
    assert [(each.field, each.rule) for each in broken.value.errors] == [("purpose", "purpose_required")]
    content, row = sent(session, database, personal, purpose="The yearly audit")
    assert {each["email"] for each in table(content)} == {"ada@example.org"}
    assert (row.purpose, row.personal_columns) == ("The yearly audit", ["person", "email", "note"])
    finn = actor_of(session, make_person(session, "Finn", now=now, platform_role=PlatformRole.AUDITOR), now=now)
    with pytest.raises(Invalid) as broken:
        sent(session, database, personal, by=finn, purpose="The yearly audit")
    assert broken.value.errors[0].rule == "column_withheld"
    named = wish_of(FEBRUARY, columns="user_jurisdiction,person")
    assert {each["person"] for each in table(sent(session, database, named, by=finn, purpose="Audit")[0])} == {
        "Ada Leung"
    }
    own = table(sent(session, database, personal, by=stage.actor("bo"), purpose="Billing")[0])
    assert {(each["user_jurisdiction"], bool(each["email"])) for each in own} == {
        ("CN", True), ("HK", False), ("GB", False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("field", "rule", "given"),
    [
        ("from", "required", {"days": (None, FEBRUARY[1])}),
        ("to", "period_reversed", {"days": FEBRUARY[::-1]}),
        ("to", "period_too_long", {"days": (date(2001, 1, 1), date(2190, 1, 1))}),
        ("group_by", "choice", {"group_by": "colour"}),
        ("group_by", "choice", {"group_by": "unit,month,purpose,zone"}),
        ("filter", "choice", {"filters": [("colour", "red")]}),
        ("unit", "uuid", {"filters": [("unit", "bench 3")]}),
        ("purpose", "choice", {"filters": [("purpose", "fun")]}),
        ("user_jurisdiction", "choice", {"filters": [("user_jurisdiction", "'; DROP")]}),
        ("technique", "no_nul", {"filters": [("technique", "a\x00b")]}),
        ("technique", "no_surrogate", {"filters": [("technique", "\ud800")]}),
        ("columns", "choice", {"columns": "session_id,password"}),
        ("columns", "choice", {"group_by": "month", "columns": "month,unit"}),
    ],
)
def test_bad_input_names_field_and_rule(field: str, rule: str, given: dict[str, Any]) -> None:
    wanted = {"days": FEBRUARY, **given}
    with pytest.raises(Invalid) as broken:
        wish_of(**wanted)
    assert (field, rule) in {(each.field, each.rule) for each in broken.value.errors}


def test_techniques_are_looked_for_as_they_are_kept() -> None:
    wish = wish_of(FEBRUARY, filters=[("technique", " cafe\u0301 "), ("technique", "caf\u00e9")])
    assert wish.filters == {"technique": ("caf\u00e9",)}


def test_every_column_has_an_expression_in_every_shape(session: Session, database: Database, stage: Stage) -> None:
    for raw, shape in RAW.items():
        wish = wish_of(FEBRUARY, raw, columns=",".join(known(shape)))
        assert list(table(sent(session, database, wish, purpose="All of it")[0])[0]) == list(known(shape))


def test_sheets_split_where_they_are_full(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    chosen = [known("sessions")[each] for each in ("session_id", "used_seconds")]
    assert write_xlsx(path, chosen, ((str(at), at) for at in range(25)), ["=1"], most=10) == 25
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Rows", "Rows 2", "Rows 3", "Definitions"]
    assert [book[name].max_row for name in book.sheetnames[:3]] == [11, 11, 6]
    assert book["Rows 3"]["B2"].value == 20 and book["Rows 3"]["A1"].value == "session_id"


MARKUP = (
    '<r><t>x</t></r></is></c><c r="B2"><f>1+41</f><v>42</v></c><c r="C2" t="inlineStr"><is><r><t>y</t></r>',
    "<r>&</r>",
    "<r>" + "&" * 20_000 + "</r>",
    "<r> spaces \n and lines </r>",
)


def test_text_that_looks_like_markup_of_a_sheet_stays_text(tmp_path: Path) -> None:
    path = tmp_path / "rows.xlsx"
    chosen = [known("sessions")[each] for each in ("note", "session_id")]
    write_xlsx(path, chosen, ((each, each) for each in MARKUP), [*MARKUP])
    book = openpyxl.load_workbook(path)
    rows = list(book["Rows"].iter_rows(min_row=2, values_only=True))
    assert [tuple(each.rstrip() for each in row) for row in rows] == [(each, each) for each in MARKUP]
    assert all(cell.data_type != "f" for sheet in book for line in sheet.iter_rows() for cell in line)
    again = openpyxl.load_workbook(io.BytesIO(write_sheets({"Sheet": (MARKUP, [MARKUP])})))["Sheet"]
    assert [[str(each).rstrip() for each in row] for row in again.iter_rows(values_only=True)] == [[*MARKUP]] * 2


def test_parquet_holds_few_rows_at_once(tmp_path: Path) -> None:
    path = tmp_path / "rows.parquet"
    assert write_parquet(path, [known("sessions")["used_seconds"]], ((at,) for at in range(4500)), {}) == 4500
    told = pq.read_metadata(path)
    assert [told.row_group(number).num_rows for number in range(told.num_row_groups)] == [2000, 2000, 500]
