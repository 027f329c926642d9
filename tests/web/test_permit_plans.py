"""The planner: a researcher without an account sees what a use would need, question by question."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from marketplace.database import Database
from tests.database import counting_statements

HERE = {"place_in": "CN-GD", "place_city": "Shenzhen", "place_zone": "", "host_kind": "firm", "host_control": ""}
ME = {"user_in": "HK", "user_city": "Hong Kong", "user_zone": "", "user_kind": "university", "user_control": ""}
USE = {"mode": "sample_in", "purpose": "research", "activity": "none"}
BY = {"data_by": "user", "goods_by": "user", "people_by": "user", "technology_by": "user"}


class Seen(HTMLParser):
    """The names that a form offers, and what it carries along."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.questions: list[str] = []
        self.answers: dict[str, Any] = {}
        self.token = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        name = said.get("name", "")
        if name.startswith("q.") and name[2:] not in self.questions:
            self.questions.append(name[2:])
        if tag == "input" and name == "answers":
            self.answers = json.loads(unescape(said["value"]))
        if tag == "input" and name == "csrf_token":
            self.token = said["value"]


class Planner:
    """Somebody at the planner, in one language."""

    def __init__(self, client: FlaskClient, now: datetime, language: str = "en", **first: str) -> None:
        self.client, self.address = client, f"/{language}/permits/plan"
        self.first = {**HERE, **ME, **USE, **BY, "day": (now + timedelta(days=60)).date().isoformat(), **first}
        self.seen = Seen(client.get(self.address).text)
        self.text = ""

    def send(self, answers: dict[str, Any] | None = None, *, raw: str | None = None, **more: Any) -> TestResponse:
        carried = json.dumps(self.seen.answers) if raw is None else raw
        told = {f"q.{fact}": value for fact, value in (answers or {}).items()}
        sent = {**self.first, "csrf_token": self.seen.token, "answers": carried, **told, **more}
        response = self.client.post(self.address, data=sent)
        self.text = unescape(response.text)
        if response.status_code in (200, 422):
            self.seen = Seen(response.text)
        return response


SAMPLES = {
    "goods_flows/0/bio_kind": "none",
    "goods_flows/0/chem_class": "none",
    "goods_flows/0/control_codes": "none",
    "goods_flows/0/returns": "true",
    "goods_flows/0/return_by": "2026-12-31",
    "goods_flows/0/kind": "sample",
    "goods_flows/0/purpose": "test",
    "goods_flows/0/consumable": "false",
    "goods_flows/0/carrier": "freight",
    "goods_flows/0/value": "5000",
    "place/control_codes": "none",
}


def answered(planner: Planner, known: dict[str, str]) -> int:
    """Answer whatever is asked until nothing is; how many questions that were."""
    count = 0
    assert planner.send().status_code == 200, planner.text
    while planner.seen.questions:
        asked = list(planner.seen.questions)
        assert len(asked) <= 5
        count += len(asked)
        assert planner.send({fact: known[fact] for fact in asked}).status_code == 200
    return count


def test_a_hong_kong_researcher_sends_samples_to_shenzhen_and_takes_them_back(
    client: FlaskClient, now: datetime
) -> None:
    planner = Planner(client, now, "zh-hant", goods="y")
    count = answered(planner, SAMPLES)
    assert count <= 12
    assert "你可於" in planner.text
    assert "/permits/CUS-01" in planner.text
    assert "/permits/CUS-04" in planner.text
    assert "並非法律意見" in planner.text
    assert "你的答案" in planner.text


def test_listed_samples_need_the_licences_of_both_sides(client: FlaskClient, now: datetime) -> None:
    planner = Planner(client, now, "zh-hant", goods="y")
    known = {**SAMPLES, "goods_flows/0/control_codes": "HK:dual_use"}
    answered(planner, known)
    assert "/permits/EXP-08" in planner.text
    assert "沒有公布時限" in planner.text
    for told in ("查詢對象", "尚未公布費用", "出處"):
        assert told in planner.text


def test_a_use_inside_one_jurisdiction_needs_nothing(client: FlaskClient, now: datetime) -> None:
    planner = Planner(client, now, place_in="HK", place_city="Hong Kong")
    planner.send()
    assert "Nothing is needed" in planner.text
    assert planner.seen.questions == []


def test_what_nobody_knows_stays_open_and_is_not_asked_again(client: FlaskClient, now: datetime) -> None:
    planner = Planner(client, now, goods="y")
    planner.send()
    asked = list(planner.seen.questions)
    assert "goods_flows/0/bio_kind" in asked
    planner.send(dict.fromkeys(asked, "unknown"))
    assert not set(asked) & set(planner.seen.questions)
    assert planner.seen.answers["goods_flows/0/bio_kind"] == "unknown"
    assert "You may start not before" in planner.text
    assert "I don't know" in planner.text


def test_an_answer_can_be_changed(client: FlaskClient, now: datetime) -> None:
    planner = Planner(client, now, goods="y")
    answered(planner, SAMPLES)
    planner.send(change="goods_flows/0/kind")
    assert planner.seen.questions[0] == "goods_flows/0/kind"
    assert "goods_flows/0/kind" not in planner.seen.answers
    planner.send({"goods_flows/0/kind": "instrument"})
    assert planner.seen.answers["goods_flows/0/kind"] == "instrument"


CHEMICALS = {
    "chemicals/0/class": "highly_toxic",
    "chemicals/0/stock_of": "host",
    "chemicals/0/handled_by": "guest",
    "chemicals/0/under_licence_of": "host",
    "chemicals/0/taken_away": "true",
}


def test_what_is_denied_says_why_and_what_is_allowed_instead(client: FlaskClient, now: datetime) -> None:
    soon = (now + timedelta(days=30)).date().isoformat()
    planner = Planner(client, now, "zh-hant", chemicals="y", mode="on_site", day=soon)
    answered(planner, {**SAMPLES, **CHEMICALS})
    assert "你不可開始" in planner.text
    assert "/permits/CHM-05" in planner.text
    assert "可改為的做法" in planner.text


def test_technology_that_may_not_leave_is_denied(client: FlaskClient, now: datetime) -> None:
    planner = Planner(client, now, technology="y", technology_by="host")
    planner.send()
    assert "technology_flows/0/export_catalogue_part" in planner.seen.questions
    planner.send({"technology_flows/0/export_catalogue_part": "prohibited"})
    assert "You may not start" in planner.text
    assert "/permits/TEC-01" in planner.text


@pytest.mark.parametrize(
    "raw",
    [
        "{", "[]", "null", "NaN", '"x"', "[" * 30_000, '{"a":' * 9_000, "x" * 60_000, '{"vault": 1}',
        '{"host/city": 1}',
        '{"goods_flows/x/kind": "sample"}', '{"goods_flows/\u00b2/kind": "sample"}', '{"": 1}', '{"/": 1}',
        '{"goods_flows/0/kind": {"a": [1]}}', '{"goods_flows/0/value": {"amount_minor": 1e400, "currency": "HKD"}}',
        '{"goods_flows/0/control_codes": {"CN": [[]]}}', '{"goods_flows/0/hs_code": "\\ud800"}', '{"mode": "x"}',
        '{"money/grant/source": 7}', '{"place/lab_bsl": -1}', '{"goods_flows": []}', '{"goods_flows/0": {}}',
        '{"goods_flows/0/return_by": "9999-12-31"}', '{"goods_flows/0/value/currency": "HKD"}',
    ],
)  # fmt: skip
def test_hostile_answers_are_refused_in_words(client: FlaskClient, now: datetime, raw: str) -> None:
    planner = Planner(client, now, goods="y")
    assert planner.send(raw=raw).status_code == 422
    assert "could not be read" in planner.text
    assert planner.send().status_code == 200


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("goods_flows/0/kind", "weapon"),
        ("goods_flows/0/returns", "perhaps"),
        ("goods_flows/0/return_by", "2026-02-30"),
        ("goods_flows/0/control_codes", "XX:dual_use"),
        ("goods_flows/0/value", "a lot"),
        ("place/lab_bsl", "²"),
    ],
)
def test_an_answer_of_the_wrong_kind_is_told_beside_its_question(
    client: FlaskClient, now: datetime, fact: str, value: str
) -> None:
    planner = Planner(client, now, goods="y")
    assert planner.send({fact: value}).status_code == 422
    assert fact not in planner.seen.answers


def test_the_first_step_is_held_to_its_places_and_days(client: FlaskClient, now: datetime) -> None:
    planner = Planner(client, now, place_in="HK", place_city="Shenzhen")
    assert planner.send().status_code == 422
    assert "does not lie in the place" in planner.text
    planner = Planner(client, now, day="2020-01-01")
    assert planner.send().status_code == 422
    assert "from today on" in planner.text
    planner = Planner(client, now, place_in="", mode="by_ship")
    assert planner.send().status_code == 422


def test_the_number_of_statements_does_not_grow_with_the_plan(
    client: FlaskClient, now: datetime, database: Database
) -> None:
    small, large = Planner(client, now), Planner(client, now, goods="y", data="y", people="y", technology="y")
    small.send()
    counts = []
    for planner in (small, large):
        with counting_statements(database) as statements:
            planner.send()
        counts.append(len(statements))
    assert counts[0] == counts[1] < 20
