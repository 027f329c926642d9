"""Writing a new booking with its gates in one statement: it is the busiest write of the house."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, bindparam, insert
from sqlalchemy.orm import Session, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value

from marketplace.bookings.models import Booking, Gate

_BOOKINGS, _GATES = cast(Table, Booking.__table__), cast(Table, Gate.__table__)


def write_new(session: Session, booking: Booking, gates: Sequence[Gate]) -> None:
    """Write a booking and its gates; afterwards the session knows them as if it had loaded them.

    Every column must have been given a value, or none on purpose: defaults of the mapping are not applied.
    """
    values = _values(_BOOKINGS, booking, "booking")
    for number, gate in enumerate(gates):
        values |= _values(_GATES, gate, f"gate_{number}")
    session.execute(_statement(len(gates)), values)
    for row in (booking, *gates):
        make_transient_to_detached(row)
        session.add(row)


def _values(table: Table, row: Any, prefix: str) -> dict[str, Any]:
    values = {column.name: getattr(row, column.name) for column in table.columns}
    for name, value in values.items():
        set_committed_value(row, name, value)  # what was never given is null, and need not be read to be known
    return {f"{prefix}_{name}": value for name, value in values.items()}


@cache
def _statement(gates: int) -> Insert:
    booked = insert(_BOOKINGS).values(_parameters(_BOOKINGS, "booking"))
    if gates == 0:
        return booked
    rows = [_parameters(_GATES, f"gate_{number}") for number in range(gates)]
    return insert(_GATES).values(rows).add_cte(booked.cte("booked"))


def _parameters(table: Table, prefix: str) -> dict[str, Any]:
    return {column.name: bindparam(f"{prefix}_{column.name}", type_=column.type) for column in table.columns}
