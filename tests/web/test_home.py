"""The front door, the pages that explain the house, its errors, and what leads where."""

from __future__ import annotations

import re
from datetime import datetime
from itertools import product

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient
from werkzeug.exceptions import MethodNotAllowed

from marketplace.web.access import allow
from marketplace.web.home import SECURITY_TXT_VALID
from tests.cast import Cast, signed_in

PAGES = ("", "how-it-works", "privacy", "terms", "security", "accessibility")
STATUSES = (400, 401, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)


@pytest.mark.parametrize("language", ["en", "zh-hant", "zh-hans"])
@pytest.mark.parametrize("page", PAGES)
def test_public_pages_stand_open_to_anybody(client: FlaskClient, language: str, page: str) -> None:
    answer = client.get(f"/{language}/{page}")
    assert answer.status_code == 200
    assert len(re.findall(r"<h1[ >]", answer.text)) == 1
    assert "Set-Cookie" not in answer.headers or language != "en"


@pytest.mark.parametrize("page", PAGES)
def test_chinese_pages_hold_no_english_sentence(client: FlaskClient, page: str) -> None:
    for language in ("zh-hant", "zh-hans"):
        body = re.sub(r"<[^>]+>", " ", client.get(f"/{language}/{page}").text.split("<body>")[1])
        assert not re.findall(r"[A-Z][a-z]+ [a-z]+ [a-z]+ [a-z]+", body)


def test_the_footer_leads_to_what_exists(client: FlaskClient) -> None:
    page = client.get("/en/").text
    footer = page.split('class="site-foot"')[1]
    addresses = re.findall(r'href="(/en/[^"]+)"', footer)
    assert "/en/privacy" in addresses
    assert "/en/how-it-works" in addresses
    for address in addresses:
        assert client.get(address).status_code == 200


def test_desks_are_for_those_whose_they_are(client: FlaskClient, cast: Cast) -> None:
    assert 'class="desks"' not in client.get("/en/").text
    bo = signed_in(client, cast.bo).get("/en/").text
    assert cast.bo.name in bo
    assert "Overview" not in bo
    dee = signed_in(client, cast.dee).get("/en/").text
    assert "Host desk" not in dee


def test_security_txt_says_where_to_write_and_until_when(client: FlaskClient, now: datetime) -> None:
    answer = client.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert answer.mimetype == "text/plain"
    assert fields["Contact"].startswith("mailto:")
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    expires = datetime.fromisoformat(fields["Expires"])
    assert now < expires <= now + SECURITY_TXT_VALID


def test_every_error_is_a_page_in_the_readers_language(own_app: Flask) -> None:
    @allow("page.see")
    def broken(status: int) -> str:
        if status == 405:
            raise MethodNotAllowed(["POST"])
        abort(status)

    own_app.add_url_rule("/<language:language>/broken/<int:status>", view_func=broken)
    client = own_app.test_client()
    for language, status in product(("en", "zh-hant", "zh-hans"), STATUSES):
        answer = client.get(f"/{language}/broken/{status}")
        assert answer.status_code == status
        assert len(re.findall(r"<h1[ >]", answer.text)) == 1
        main = re.sub(r"<[^>]+>", " ", answer.text.split("<main")[1].split("</main>")[0])
        assert str(status) in main
        assert bool(re.search(r"[一-鿿]", main)) == (language != "en"), (language, status)


def test_assets_are_named_by_their_content_and_there(client: FlaskClient) -> None:
    page = client.get("/zh-hans/").text
    addresses = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', page))
    assert any("fonts-zh-hans" in address for address in addresses)
    for address in addresses:
        with client.get(address) as answer:
            assert answer.status_code == 200


def test_nothing_is_loaded_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/en/").text
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)
    assert "<style" not in page
    assert " style=" not in page
    assert not re.findall(r"<script(?![^>]* src=)", page)
