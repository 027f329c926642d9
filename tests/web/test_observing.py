"""What operators see of a request, and what they must not see."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from flask.testing import FlaskClient
from prometheus_client import REGISTRY
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from config import Settings
from marketplace.application import create_app
from marketplace.database import Database
from marketplace.logs import configure_logs
from marketplace.web.request import reading


@pytest.fixture
def journal(settings: Settings) -> Iterator[io.StringIO]:
    """What a production server writes, as JSON lines."""
    root = logging.getLogger()
    before = list(root.handlers)
    configure_logs(replace(settings, log_json=True))
    written = io.StringIO()
    handler = next(one for one in root.handlers if one.get_name() == "benchbridge")
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    structlog.reset_defaults()


def lines(journal: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in journal.getvalue().splitlines()]


def test_healthz_asks_nothing_of_the_database(client: FlaskClient, session: Session) -> None:
    session.execute(text("DROP TABLE alembic_version"))
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").status_code == 503


def test_readyz_tells_a_database_of_another_shape(client: FlaskClient, session: Session) -> None:
    assert client.get("/readyz").json == {"status": "ok"}
    session.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable", "database": "not migrated"})


def test_each_answer_carries_an_id_of_its_own(client: FlaskClient) -> None:
    first, second = (client.get("/healthz", headers={"X-Request-ID": "chosen-by-a-caller"}) for _ in range(2))
    assert len(first.headers["X-Request-ID"]) == 32
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_a_line_names_the_route_and_never_the_path_or_the_query(client: FlaskClient, journal: io.StringIO) -> None:
    answer = client.get("/en/somebody@example.org?q=her+disease")
    (line,) = (line for line in lines(journal) if line["event"] == "request")
    assert line["request_id"] == answer.headers["X-Request-ID"]
    assert line["status"] == answer.status_code == 404
    assert "somebody" not in journal.getvalue()
    assert "disease" not in journal.getvalue()


def test_a_failure_is_logged_by_kind_and_place_without_its_values(session: Session, journal: io.StringIO) -> None:
    try:
        session.execute(text("SELECT CAST(:value AS integer)"), {"value": "ada@example.org"})
    except Exception:
        structlog.get_logger().exception("unexpected_error")
    (line,) = lines(journal)
    assert line["level"] == "error"
    outlines = line["failure"]
    assert isinstance(outlines, list)
    assert outlines[0]["kind"] == "sqlalchemy.exc.DataError"
    assert any("test_observing.py" in place for place in outlines[0]["at"])
    assert outlines[1]["sqlstate"] == "22P02"
    assert "ada@example.org" not in journal.getvalue()


def test_libraries_speak_through_the_same_journal(journal: io.StringIO) -> None:
    logging.getLogger("some.library").warning("worth knowing")
    (line,) = lines(journal)
    assert (line["event"], line["level"]) == ("worth knowing", "warning")


def test_figures_count_by_rule_and_status(client: FlaskClient) -> None:
    labels = {"method": "GET", "route": "/healthz", "status": "200"}
    before = REGISTRY.get_sample_value("benchbridge_requests_total", labels) or 0
    client.get("/healthz")
    assert REGISTRY.get_sample_value("benchbridge_requests_total", labels) == before + 1


def test_strange_methods_and_paths_make_no_new_series(client: FlaskClient) -> None:
    client.open("/no/such/place", method="BREW")
    series = {
        (sample.labels["method"], sample.labels["route"])
        for metric in REGISTRY.collect()
        if metric.name == "benchbridge_requests"
        for sample in metric.samples
        if "method" in sample.labels
    }
    assert ("other", "unmatched") in series
    assert not [pair for pair in series if "BREW" in pair or "/no/such/place" in pair]


def test_a_database_that_goes_away_leaves_the_answer_that_says_so(settings: Settings, committed: Database) -> None:
    with create_app(settings, committed).test_request_context("/en/"):
        session = reading()
        backend = session.scalar(text("SELECT pg_backend_pid()"))
        with committed.unit_of_work() as other:
            other.execute(text("SELECT pg_terminate_backend(:backend)"), {"backend": backend})
        with pytest.raises(OperationalError):
            session.execute(text("SELECT 1"))
