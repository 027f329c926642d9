"""Booking limits of a sheet: read by ID, and good as booking rules of the units that another sheet made."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM
from marketplace.availability.actions import set_rules
from marketplace.availability.models import BookingRules
from marketplace.availability.rules import UnitRules
from marketplace.catalogue.actions.importing import import_batch
from marketplace.catalogue.formats import booking_limits
from marketplace.catalogue.formats.parsing import parse
from marketplace.catalogue.formats.reading import read_sheet
from marketplace.catalogue.models import Unit
from marketplace.values.refusal import Invalid
from tests.cast import Cast


def test_empty_cells_set_nothing() -> None:
    sheet = read_sheet(b"ID,Name,horizon_days,min_minutes,max_minutes\nNF-1,A,14,,480\nNF-2,B,,30,\n")
    assert booking_limits.read(sheet) == {"id:nf-1": {"horizon_days": 14, "longest": 480}, "id:nf-2": {"shortest": 30}}


@pytest.mark.parametrize("content", [b"Name,Colour\nA,red\n", b"ID,horizon_days\nA,soon\n", b"ID,horizon_days\nA,-1\n"])
def test_other_sheets_are_refused(content: bytes) -> None:
    with pytest.raises(Invalid):
        booking_limits.read(read_sheet(content))


@pytest.mark.shared_data
def test_the_nanofab_limits_are_rules_of_the_nanofab_units(
    session: Session, cast: Cast, now: datetime, shared_data: Path
) -> None:
    folder = shared_data / "listings"
    parsed = parse((folder / "nanofab-uniquip.csv").read_bytes(), "uniquip")
    import_batch(session, cast.firm.id, parsed, batch=slice(0, 138), zone=None, now=now, by=SYSTEM)
    limits = booking_limits.read(read_sheet((folder / "nanofab-booking-limits.csv").read_bytes()))
    units = {unit.import_key: unit for unit in session.scalars(select(Unit))}
    assert set(limits) == set(units)
    for key, rules in limits.items():
        set_rules(session, units[key].id, UnitRules(**rules), now=now, by=SYSTEM)
    rows = session.scalars(select(BookingRules)).all()
    assert len(rows) == 137
    assert sum(row.horizon_days == 14 for row in rows) == 136
