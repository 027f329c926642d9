"""What a pasted DOI leaves open is filled in by a register's recorded answer, or it is said why it could not be."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace

import pytest

from marketplace.outcomes import filling
from marketplace.outcomes.filling import Answers, filled, unasked
from marketplace.outcomes.formats.entries import Entry, of_bibliography
from marketplace.outcomes.works_api import Register
from tests.outcomes.formats.test_json_works import CROSSREF
from tests.outcomes.test_worker import recorded  # noqa: F401
from tests.outcomes.test_works_api import Recorded, crossref

DOI = "10.3982/ecta9466"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(filling, "ANSWERS", Answers())
    yield


def only(text: str, register: Register | None) -> Entry:
    [entry] = filled(of_bibliography(text), register).entries
    return entry


def codes(entry: Entry) -> list[tuple[str, str]]:
    return [(each.field, each.message_code) for each in entry.warnings]


def test_a_recorded_answer_fills_the_fields_and_is_asked_for_once(recorded: Recorded) -> None:  # noqa: F811
    register = crossref(recorded)
    assert unasked(of_bibliography(DOI), register)
    for _ in range(2):
        entry = only(f"https://doi.org/{DOI}", register)
        assert entry.told["title"] == {"en": "Identifying Technology Spillovers & Rivalry: A test"}
        assert (entry.told["date_event"], entry.told["precision"]) == ("2013-07", "month")
        assert entry.told["creators"][0]["family"] == "Bloom" and entry.told["details"] == {"venue": "Econometrica"}
        assert {"scheme": "doi", "value": DOI} in entry.told["identifiers"] and not entry.warnings
        assert entry.rors
    assert len(recorded.asked) == 1 and not unasked(of_bibliography(DOI), register)


def test_a_type_that_bears_no_doi_leaves_the_number_and_the_type_of_the_line(recorded: Recorded) -> None:  # noqa: F811
    recorded.body = json.dumps({"message-type": "work", "message": CROSSREF | {"type": "grant"}}).encode()
    entry = only(DOI, crossref(recorded))
    assert entry.told["type"] == "publication" and entry.told["identifiers"][0]["value"] == DOI
    assert entry.told["title"]


def test_it_is_said_why_nothing_was_filled(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    assert codes(only(DOI, None)) == [("title", "work_register_off")]
    assert codes(only("EP0129539A1", None)) == [("title", "work_number_only")]
    assert codes(only("EP0129539A1", crossref(recorded))) == [("title", "work_number_only")]
    assert not recorded.asked and not unasked(of_bibliography(DOI), None)
    for status, code in ((404, "work_not_found"), (503, "work_register_silent")):
        recorded.status = status
        assert codes(only(DOI, crossref(recorded))) == [("title", code)]
    monkeypatch.setattr(filling, "MOST", 0)
    assert codes(only(DOI, crossref(recorded))) == [("title", "work_not_asked")]


def test_what_has_a_title_is_asked_for_nowhere(recorded: Recorded) -> None:  # noqa: F811
    text = "@article{a, title={Cleaner cells}, doi={10.3982/ecta9466}}"
    before = of_bibliography(text)
    assert filled(before, crossref(recorded)) == before and not recorded.asked
    assert not unasked(before, crossref(recorded))


def test_answers_are_kept_for_a_while_and_not_without_end(recorded: Recorded, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: F811
    register = crossref(recorded)
    only(DOI, register)
    work = filling.ANSWERS.of(register, DOI)
    assert work is not None and filling.ANSWERS.of(replace(register, base="http://127.0.0.1:9"), DOI) is None
    monkeypatch.setattr(filling, "MOST_KEPT", 1)
    filling.ANSWERS.keep(register, "10.1/b", work)
    assert filling.ANSWERS.of(register, DOI) is None
    monkeypatch.setattr(filling, "FRESH", -1.0)
    assert filling.ANSWERS.of(register, "10.1/b") is None
