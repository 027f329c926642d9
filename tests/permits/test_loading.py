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
from marketplace.notices.models import Notice
from marketplace.permits import queries
from marketplace.permits.actions import Wish, agree, load_rules, loading, propose, reject
from marketplace.permits.library import BrokenLibrary, Fault, Library, written_row
from marketplace.permits.models import PermitLibrary, PermitRule
from marketplace.permits.queries.editing import open_proposals
from tests.cast import Cast, actor_of
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


def test_an_administrators_version_stays_the_law_when_the_files_are_loaded_again(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, *others = _files_with(BACKGROUND)
    ours = changed_by_dee(session, cast, now, applicant="self")
    for number, rules in enumerate([[chosen, *others], list(reversed([chosen, *others]))]):
        becomes(monkeypatch, f"release {number}", rules)
        assert load_rules(session, now=now + timedelta(days=1 + number)) == 0
    assert queries.versions(session, BACKGROUND)[0].id == ours.id
    assert open_proposals(session) == []


def test_a_file_that_changed_beside_an_administrators_version_waits_for_their_word(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, *others = _files_with(BACKGROUND)
    changed_by_dee(session, cast, now, applicant="self")
    day = timedelta(days=1)

    def release(number: int, reviewed_on: str) -> list[str]:
        becomes(monkeypatch, f"release {number}", [{**chosen, "reviewed_on": reviewed_on}, *others])
        assert load_rules(session, now=now + number * day) == 0
        assert queries.versions(session, BACKGROUND)[0].version == 2
        return [row.told["reviewed_on"] for row in open_proposals(session)]

    assert release(1, "2027-01-31") == ["2027-01-31"]
    assert session.scalar(select(func.count()).where(Notice.code == "rule_file_changed")) == 1
    assert release(2, "2027-02-28") == ["2027-02-28"], "only what the files say now"
    assert release(3, chosen["reviewed_on"]) == [], "and nothing once they say what they said"
    assert release(4, "2027-02-28") == ["2027-02-28"]
    dee = actor_of(session, cast.dee, now=now)
    reject(session, open_proposals(session)[0].id, "not yet", now=now + 4 * day, by=dee)
    assert release(5, "2027-02-28") == [], "an answer holds until the file says something else"
    assert release(6, "2027-03-31") == ["2027-03-31"]
    agree(session, open_proposals(session)[0].id, seen=2, now=now + 6 * day, by=dee)
    newest = queries.versions(session, BACKGROUND)[0]
    assert (newest.version, newest.told["reviewed_on"], newest.entered_by) == (3, "2027-03-31", None)
    becomes(monkeypatch, "release 7", [{**chosen, "reviewed_on": "2027-04-30"}, *others])
    assert load_rules(session, now=now + 7 * day) == 1, "from there the files lead again"


def test_a_correction_beside_a_waiting_file_leaves_it_waiting(
    session: Session, cast: Cast, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen, *others = _files_with(BACKGROUND)
    changed_by_dee(session, cast, now, applicant="self")
    becomes(monkeypatch, "release", [{**chosen, "reviewed_on": "2027-01-31"}, *others])
    load_rules(session, now=now + timedelta(days=1))
    changed_by_dee(session, cast, now + timedelta(days=2), applicant="either")
    (waiting,) = open_proposals(session)
    session.refresh(waiting)
    assert (waiting.proposed_by, waiting.base_version) == (None, 3)


BACKGROUND = "EXP-11"


def _files_with(rule_id: str) -> list[Any]:
    """All rows, that one first."""
    return sorted(library().rules, key=lambda row: row["id"] != rule_id)


def changed_by_dee(session: Session, cast: Cast, now: datetime, **changes: Any) -> PermitRule:
    newest = queries.versions(session, BACKGROUND)[0]
    wish = Wish(BACKGROUND, written_row({**newest.told, **changes}), "read anew", newest.version)
    made = propose(session, wish, now=now, by=actor_of(session, cast.dee, now=now))
    assert isinstance(made, PermitRule)
    return made


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
