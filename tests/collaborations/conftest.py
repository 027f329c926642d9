"""The sides of a collaboration in the test's own transaction."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from tests.cast import Cast
from tests.factories.collaborations import Sides, make_sides


@pytest.fixture
def sides(session: Session, cast: Cast, now: datetime) -> Sides:
    return make_sides(session, cast, now)
