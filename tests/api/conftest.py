"""Bo's bench as programs see it: the cast with tokens of their own."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from marketplace.accounts.models import TokenScope
from marketplace.database import Database
from tests.bookings.conftest import Stage, make_stage
from tests.cast import bearer


@dataclass
class Callers:
    """One caller per member of the cast; `None` calls without a token."""

    client: FlaskClient
    database: Database
    stage: Stage
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    def call(self, name: str | None, method: str, path: str, **more: Any) -> TestResponse:
        """One call below /api/v1."""
        headers = {**(self._token(name) if name else {}), **more.pop("headers", {})}
        return self.client.open(f"/api/v1{path}", method=method, headers=headers, **more)

    def book(self, name: str = "ada", *, start: str, end: str, **more: Any) -> TestResponse:
        """Ask for the unit from and to an instant."""
        headers = more.pop("headers", {})
        body = {"unit": str(self.stage.unit.id), "start": start, "end": end, **more}
        return self.call(name, "POST", "/bookings", json=body, headers=headers)

    def _token(self, name: str) -> dict[str, str]:
        if name not in self.headers:
            person = self.stage.cast.people[name]
            scope = TokenScope.ADMIN if person.platform_role else TokenScope.WRITE
            self.headers[name] = bearer(self.database, person, now=self.stage.now, scope=scope)
        return self.headers[name]


@pytest.fixture
def stage(session: Session, now: datetime) -> Stage:
    """Bo's bench, open Monday to Friday from nine to six."""
    return make_stage(session, now)


@pytest.fixture
def callers(client: FlaskClient, database: Database, stage: Stage) -> Callers:
    """Everybody at their keyboard."""
    return Callers(client, database, stage)
