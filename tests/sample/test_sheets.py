"""The texts of the sample set: whole, in three languages, and in words that the catalogue knows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import pairwise

import pytest
from PIL import Image

from marketplace.catalogue import vocabulary
from marketplace.catalogue.rules.fields import FACILITY, checked, contradictions
from marketplace.sample import pictures, sheets
from marketplace.sample.actions.listing import facility_fields, hours, unit_rules
from marketplace.terms.rules.checking import checked as checked_clauses
from marketplace.values.localized import convert


def every_text() -> Iterator[list[str]]:
    """Every text that stands in three languages."""
    for sheet in (*sheets.organisations().values(), *sheets.facilities()):
        yield from (sheet[name] for name in ("name", "about", "summary", "description", "address") if name in sheet)
        yield from (unit["name"] for unit in sheet.get("units", ()))
    yield from sheets.habits()["terms"].values()
    yield from sheets.habits()["bring"].values()


def test_every_text_stands_in_three_languages_and_both_scripts() -> None:
    for texts in every_text():
        assert len(texts) == 3
        assert all(texts)
        english, hong_kong, mainland = texts
        assert not any("一" <= letter <= "鿿" for letter in english)
        # Simplified letters turn into nothing else on their way to simplified.
        assert convert(mainland, "t2s") == mainland, mainland
        assert convert(hong_kong, "t2s") != hong_kong or hong_kong == mainland, hong_kong


@pytest.mark.parametrize("sheet", sheets.facilities(), ids=lambda sheet: str(sheet["name"][0]))
def test_every_listing_is_accepted_by_the_form(sheet: sheets.Sheet) -> None:
    assert not contradictions(checked(facility_fields(sheet), FACILITY))
    assert sheet["motif"] in pictures.MOTIFS
    assert {unit["class"] for unit in sheet["units"]} <= set(vocabulary.INSTRUMENT_CLASSES)
    assert set(sheet["fields"]) <= set(vocabulary.RESEARCH_FIELDS)
    for unit in sheet["units"]:
        rules = unit_rules(unit, sheets.organisations()[sheet["host"]]["jurisdiction"])
        assert any(stretch.closes - stretch.opens >= min(rules.shortest, 480) for stretch in hours(unit["week"]))
    if sheet["kind"] == "pilot_line":
        assert {"trl", "mrl", "scale", "throughput", "feedstock", "utilities", "operator"} <= set(sheet)


def test_weeks_are_various() -> None:
    weeks = {unit["week"] for sheet in sheets.facilities() for unit in sheet["units"]}
    assert weeks == set(sheets.habits()["weeks"])
    assert any(stretch.closes > 1440 for week in weeks for stretch in hours(week))
    assert any(stretch.weekday == 7 for week in weeks for stretch in hours(week))
    modes = {
        sheets.habits()["rules"][unit["rules"]]["mode"] for sheet in sheets.facilities() for unit in sheet["units"]
    }
    assert modes == {"hour", "day", "week"}


def test_names_and_addresses_are_nobodys_twice() -> None:
    names = sorted(str(sheet["name"][0]) for sheet in (*sheets.organisations().values(), *sheets.facilities()))
    assert all(one != other for one, other in pairwise(names))
    emails = [person["email"] for person in sheets.people().values()]
    assert len(set(emails)) == len(emails)
    assert all(email.endswith("@example.org") for email in emails)


@pytest.mark.parametrize("motif", sorted(pictures.MOTIFS))
def test_pictures_are_the_same_every_time_and_differ_by_turn(motif: str) -> None:
    first, again, other = (pictures.drawn(motif, turn) for turn in (0, 0, 1))
    assert first == again != other
    assert Image.open(io.BytesIO(first)).size == (pictures.WIDTH, pictures.HEIGHT)


def test_the_clauses_of_each_terms_text_fit_the_vocabulary() -> None:
    habits = sheets.habits()
    assert set(habits["clauses"]) < set(habits["terms"])
    for name, clauses in habits["clauses"].items():
        assert checked_clauses(clauses) == {clause: dict(parts) for clause, parts in clauses.items()}, name
