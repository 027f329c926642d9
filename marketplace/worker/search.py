"""Search rows follow what is listed, and prices follow the rates of exchange."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from marketplace.search.actions import refresh_facility, refresh_organisation, refresh_prices
from marketplace.worker.registry import every, task

ONE_DAY = 24 * 60 * 60


@task("search.refresh_facility")
def refresh(session: Session, arguments: Mapping[str, Any], now: datetime) -> None:
    """A listing changed."""
    refresh_facility(session, UUID(arguments["facility"]), now=now)


@task("search.refresh_organisation")
def refresh_host(session: Session, arguments: Mapping[str, Any], now: datetime) -> None:
    """An organisation was verified, refused, suspended, readmitted or renamed."""
    refresh_organisation(session, UUID(arguments["organisation"]), now=now)


@task("search.refresh_prices")
def compare_anew(session: Session, _arguments: Mapping[str, Any], now: datetime) -> None:
    """A rate of exchange was entered."""
    refresh_prices(session, now=now)


@every(ONE_DAY, "search.prices_of_the_day")
def prices_of_the_day(session: Session, now: datetime) -> None:
    """Rates of units and of exchange may begin to count today."""
    refresh_prices(session, now=now)
