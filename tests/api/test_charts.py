"""Charts over the API are the files of the pages, for the same readers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from marketplace.spillovers.rules.scopes import PLATFORM, Scope, ScopeKind
from tests.api.conftest import Callers
from tests.cast import signed_in
from tests.factories.snapshots import make_snapshot, outcomes, sharing

LATE = datetime(2025, 5, 2, tzinfo=UTC)


@pytest.fixture
def measured(session: Session, callers: Callers) -> None:
    cast = callers.stage.cast
    shared = sharing(("a", "b", 3), ("b", "a", 4), homes={"a": "HK", "b": "CN"})
    told = dict.fromkeys(("flow.matrix", "net.ties", "flow.net_hours", "flow.cross_border_share"), shared)
    told["out.matrix"] = outcomes(("ZON-HQ", "patents", 4, 2), ("ZON-HQ", "publications", 30, 9))
    code = session.connection().exec_driver_sql("SELECT code FROM zones WHERE slug = 'hengqin'").scalar_one()
    for scope in (Scope(ScopeKind.ORGANISATION, id=cast.university.id), Scope(ScopeKind.ZONE, code=code), PLATFORM):
        make_snapshot(session, scope, 2024, told, as_of=LATE)


@pytest.mark.parametrize("ending", ["svg", "csv"])
def test_they_say_what_the_pages_say(ending: str, callers: Callers, client: FlaskClient, measured: None) -> None:
    cast = callers.stage.cast
    slug, place = cast.university.slug, cast.university.id
    cases = [
        ("ada", cast.ada, f"/organisations/{place}/figures/2024/charts/matrix",
         f"organisations/{slug}/figures/2024/matrix"),
        ("dee", cast.dee, "/zones/hengqin/figures/2024/charts/flows", "zones/hengqin/figures/2024/flows"),
        ("ada", cast.eve, "/figures/2024/charts/zones", "figures/2024/zones"),
    ]  # fmt: skip
    for name, reader, path, page in cases:
        found = callers.call(name, "GET", f"{path}?format={ending}&language=zh-Hant")
        assert found.status_code == 200, path
        assert found.data == signed_in(client, reader).get(f"/zh-hant/{page}.{ending}").data
        assert found.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert b"4" not in callers.call("eve", "GET", "/figures/2024/charts/zones?format=csv").data.replace(b"2024", b"")


def test_nobody_else_gets_them(callers: Callers, measured: None) -> None:
    cast = callers.stage.cast
    of_it, of_zone = f"/organisations/{cast.university.id}/figures/2024/charts", "/zones/hengqin/figures/2024/charts"
    for name in ("eve", "bo", "cheng"):
        assert callers.call(name, "GET", f"{of_it}/matrix?format=csv").status_code in (403, 404)
    for name in ("eve", "ada", "cheng"):
        assert callers.call(name, "GET", f"{of_zone}/matrix?format=csv").status_code in (403, 404)
    for path in (f"{of_it}/none", f"{of_it.replace('2024', '1999')}/matrix?format=csv",
                 "/figures/2025/charts/zones?format=csv", "/figures/2024/charts/network"):  # fmt: skip
        assert callers.call("ada", "GET", path).status_code == 404, path
    for query in ("language=fr", "format=pdf", "format=%00"):
        assert callers.call("ada", "GET", f"{of_it}/matrix?{query}").status_code == 422
    assert callers.call("ada", "GET", f"{of_it}/matrix?format=png").data[:4] == b"\x89PNG"


def test_the_document_names_every_format(client: FlaskClient) -> None:
    paths = client.get("/api/v1/openapi.json").json["paths"]
    charts = [found["get"]["responses"]["200"]["content"] for path, found in paths.items() if "/charts/" in path]
    assert len(charts) == 3
    assert all(set(each) == {"image/svg+xml", "image/png", "text/csv"} for each in charts), charts
