"""What a browser may do with our answers, and what it may keep of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask.testing import FlaskClient

from config import Settings
from marketplace.application import create_app
from marketplace.database import Database


@pytest.mark.parametrize("path", ["/healthz", "/en/", "/en/nothing-here", "/api/v1/nothing-here"])
def test_every_answer_is_guarded_errors_too(client: FlaskClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    assert "Strict-Transport-Security" not in headers


def test_production_asks_for_https_for_two_years_and_hides_its_cookie(settings: Settings, database: Database) -> None:
    production = replace(
        settings,
        environment="production",
        rate_limits=True,
        database_url="postgresql:///given-beside",
        mail_host="mail.example.org",
        public_url="https://benchbridge.example",
    )
    answer = create_app(production, database).test_client().get("/en/", base_url="https://benchbridge.example")
    assert answer.headers["Strict-Transport-Security"] == "max-age=63072000; includeSubDomains"
    assert answer.headers["Content-Security-Policy"].endswith("upgrade-insecure-requests")
    for cookie in answer.headers.getlist("Set-Cookie"):
        assert cookie.startswith("__Host-")
        assert {"Secure", "HttpOnly", "Path=/"} <= set(cookie.split("; "))
        assert "Domain" not in cookie


def test_what_belongs_to_somebody_is_not_kept(client: FlaskClient) -> None:
    assert client.get("/healthz").headers["Cache-Control"] == "private, no-cache"
    known = client.get("/healthz", headers={"Authorization": "Bearer of-somebody"})
    assert known.headers["Cache-Control"] == "private, no-store"
