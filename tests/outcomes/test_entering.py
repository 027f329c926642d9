"""Pasting and importing: fields filled, what stands here already shown, families kept as one."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from marketplace.outcomes.actions.entering import add_to, enter, statement_for
from marketplace.outcomes.formats.entries import of_anything, of_bibliography
from marketplace.outcomes.formats.sheets import template_csv
from marketplace.outcomes.models import Outcome, OutcomeStatus, OutcomeVersion
from marketplace.outcomes.queries.alike import alike, candidates, recorded_of, recorded_told
from tests.cast import Cast, actor_of
from tests.factories.outcomes import DOI, TODAY, between, confirmed, drafted, submitted

BIBTEX = """@article{a, title={Cleaner {C}ells by Night}, author={Leung, Ada and Chen, Bo}, year={2026},
  journal={Cells}, doi={10.1038/S41586-020-2649-2}}"""
FIRST, SECOND = "US201662389123", "CN201710123456"


def family(*numbers: str, **more: object) -> dict[str, object]:
    told = {
        "type": "patent_family",
        "title": {"en": "Cell cleaner"},
        "identifiers": [{"scheme": "patent_publication", "value": number} for number in numbers],
        "priorities": ["US62/389,123"],
    }
    return told | more


def test_a_reference_fills_the_fields() -> None:
    [entry] = of_bibliography(BIBTEX).entries
    assert entry.told["identifiers"] == [{"scheme": "doi", "value": DOI}]
    assert (entry.told["title"]["en"], entry.told["precision"]) == ("Cleaner Cells by Night", "year")
    assert entry.told["details"] == {"venue": "Cells"}
    assert [each["family"] for each in entry.told["creators"]] == ["Leung", "Chen"]


def test_what_stands_here_already_is_found_and_only_what_one_sees(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now)
    hidden = drafted(session, cast, around, now=now)
    [entry] = of_bibliography(DOI).entries
    new = [recorded_told(entry.told, "1", around.id)]
    found = {
        name: {each.outcome.id for each in alike(
            session, new, around.id, by=actor_of(session, cast.people[name], now=now), today=TODAY)["1"]}
        for name in ("ada", "bo", "eve")
    }  # fmt: skip
    assert found == {"ada": {row.id, hidden.id}, "bo": {row.id}, "eve": set()}


def test_a_member_of_a_family_is_added_to_it(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = confirmed(session, cast, around, now=now, **family("EP0129539A1"))
    ada = actor_of(session, cast.ada, now=now)
    member = family("US3732068A", date_event="2026-02-01")
    said = statement_for(session, around.id, member, now=now, source="pasted")
    found, new = enter(session, around.id, said, now=now, by=ada)
    assert (found.id, new, found.version, found.status) == (row.id, False, 2, OutcomeStatus.SUBMITTED)
    again, new = enter(session, around.id, said, now=now, by=ada)
    assert (again.version, new) == (2, False)
    kept = session.scalars(select(OutcomeVersion).where(OutcomeVersion.number == 2)).one()
    assert len(kept.identifiers) == 2
    other = statement_for(
        session, around.id, family("US3732069A", priorities=["US62/389,124"], date_event="2026-02-01"), now=now,
        source="pasted",
    )  # fmt: skip
    assert enter(session, around.id, other, now=now, by=ada)[1]
    assert session.scalar(select(func.count()).select_from(Outcome)) == 2


def test_what_the_other_side_reports_stays_as_it_is(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    row = submitted(session, cast, around, now=now)
    bo = actor_of(session, cast.bo, now=now)
    told = {"type": "publication", "title": {"en": "Same"}, "date_event": "2026-02-10",
            "identifiers": [{"scheme": "isbn", "value": "978-3-16-148410-0"}]}  # fmt: skip
    said = statement_for(session, around.id, told, now=now, source="pasted")
    assert {each.role for each in said.parties} == {"provider", "user"}
    assert add_to(session, row.id, said, around.id, now=now, by=bo).version == 1


def test_rows_of_a_sheet_are_entries(session: Session, cast: Cast, now: datetime) -> None:
    rows = [
        ["publication", "Cleaner cells", "", "", "2026-02", DOI, *[""] * 11],
        ["essay", "x", *[""] * 15],
    ]
    found = of_anything(template_csv(rows), "outcomes.csv")
    assert [entry.told["title"] for entry in found.entries] == [{"en": "Cleaner cells"}]
    assert [(bad.row, bad.field, bad.rule) for bad in found.rejected] == [(3, "type", "choice")]


@pytest.mark.parametrize("closed", [{"confidentiality": "administrators"}, {"embargo_until": "2027-01-01"}], ids=str)
def test_a_member_entered_for_fewer_readers_stands_by_itself(
    session: Session, cast: Cast, now: datetime, closed: dict[str, str]
) -> None:
    around = between(session, cast, now=now)
    row = confirmed(session, cast, around, now=now, **family("EP0129539A1"))
    member = family("US3732068A", date_event="2026-02-01", **closed)
    said = statement_for(session, around.id, member, now=now, source="pasted")
    found, new = enter(session, around.id, said, now=now, by=actor_of(session, cast.ada, now=now))
    assert (new, found.status, row.version) == (True, OutcomeStatus.DRAFT, 1)


def test_what_is_alike_is_found_by_indexes(session: Session, cast: Cast, now: datetime) -> None:
    around = between(session, cast, now=now)
    confirmed(session, cast, around, now=now, **family("EP0129539A1"))
    said = statement_for(session, around.id, family("US3732068A", date_event="2026-02-01"), now=now, source="pasted")
    ada = actor_of(session, cast.ada, now=now)
    wanted = candidates([recorded_of(said, "", around.id)], around.id, by=ada, today=TODAY)
    assert len(session.execute(wanted).all()) == 1
    session.execute(text("SET LOCAL enable_seqscan = off"))
    compiled = wanted.compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.scalars(text(f"EXPLAIN {str(compiled).replace(':', chr(92) + ':')}")))
    for index in ("ix_outcome_versions_priorities", "ix_outcome_identifiers_scheme"):
        assert index in plan, plan
    assert "Seq Scan on outcome" not in plan, plan
