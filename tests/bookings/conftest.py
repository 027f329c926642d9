"""A bookable bench of Bo's, and Ada, who wants it."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.factories.stage import Stage, make_stage


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """The stage in the test's own transaction."""
    return make_stage(session, now)
