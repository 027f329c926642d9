"""Loading rule files: once, again, changed, and broken."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from config import ROOT
from marketplace.permits import queries
from marketplace.permits.actions import load_rules, loading
from marketplace.permits.library import BrokenLibrary, Fault, Library
from marketplace.permits.models import PermitLibrary, PermitRule
from tests.permits.cases import library


def rows(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(PermitRule)) or 0


def becomes(monkeypatch: pytest.MonkeyPatch, digest: str, rules: Sequence[Any]) -> None:
    """Other files than those that are shipped."""
    changed: Library = replace(library(), rules=rules)
    monkeypatch.setattr(loading, "shipped_digest", lambda: digest)
    monkeypatch.setattr(loading, "shipped", lambda: changed)


def test_every_rule_stands_there_in_its_first_version(session: Session) -> None:
    assert {row.rule_id: row.version for row in queries.rules(session)} == {rule["id"]: 1 for rule in library().rules}
    known = queries.vocabulary(session)
    assert known == library().facts
    choices = {name: list(fact.get("choices", ())) for name, fact in known.items()}
    assert choices == {name: list(fact.get("choices", ())) for name, fact in library().facts.items()}, "in their order"


def test_a_second_time_changes_nothing(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(session)
    assert load_rules(session, now=now) == 0
    becomes(monkeypatch, "the same rows in another order", list(reversed(library().rules)))
    assert load_rules(session, now=now + timedelta(days=1)) == 0
    assert rows(session) == before


def test_a_changed_row_is_a_version_more_and_the_old_one_stays(
    session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, *others = library().rules
    becomes(monkeypatch, "changed", [{**first, "reviewed_on": "2027-01-31"}, *others])
    assert load_rules(session, now=now + timedelta(days=1)) == 1
    newest, oldest = queries.versions(session, first["id"])
    assert (newest.version, newest.told["reviewed_on"]) == (2, "2027-01-31")
    assert (oldest.version, oldest.told) == (1, first)
    assert queries.rule_book(session).versions[first["id"]][0].version == 2


def test_a_broken_library_changes_nothing(session: Session, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    before = rows(session), session.scalar(select(func.count()).select_from(PermitLibrary))

    def broken() -> Library:
        raise BrokenLibrary([Fault("rules/data.yaml", 3, "no rule")])

    becomes(monkeypatch, "broken", [])
    monkeypatch.setattr(loading, "shipped", broken)
    with pytest.raises(BrokenLibrary, match=r"rules/data.yaml, line 3: no rule"):
        load_rules(session, now=now)
    assert (rows(session), session.scalar(select(func.count()).select_from(PermitLibrary))) == before


def test_a_start_that_finds_nothing_new_reads_no_yaml() -> None:
    asked = "import sys, marketplace.cli.deployment; print({'yaml', 'jsonschema'} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", asked], check=True, capture_output=True, text=True, cwd=ROOT)
    assert found.stdout.strip() == "set()"
