"""A bookable bench of Bo's, and Ada, who wants it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from marketplace.pricing.actions import set_rate
from marketplace.pricing.models import RatePer
from marketplace.values.money import Money
from tests.factories.stage import Stage, make_stage


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """The stage in the test's own transaction."""
    return make_stage(session, now)


@pytest.fixture
def across(stage: Stage) -> Stage:
    """Bo's unit in Shenzhen, confirmed without the host's word, with a price and terms."""
    stage.facility.jurisdiction_code, stage.facility.city = "CN-GD", "Shenzhen"
    stage.facility.time_zone = "Asia/Hong_Kong"
    stage.rules(instant=True, permit_days=60)
    price = Money(120_000, "HKD"), RatePer.HOUR
    set_rate(stage.session, stage.unit.id, *price, valid_from=stage.now.date(), now=stage.now, by=stage.actor("bo"))
    return stage
