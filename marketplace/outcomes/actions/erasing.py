"""Taking a person's words and name out of outcomes: what an organisation reported stays its own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from marketplace.accounts.models import Person
from marketplace.outcomes.models import OutcomeEvent, OutcomeEvidence, OutcomeVersion

_NAMED = ("family", "given", "orcid", "affiliations")


def unsay(session: Session, person_id: UUID, *, unsaid: str) -> None:
    """Take away the reasons that a person wrote, the words that they quoted, and their name among the people of any
    version: the only change that a version ever sees. Levels and statuses stay what they were."""
    said = OutcomeEvent.by == person_id, OutcomeEvent.reason != ""
    session.execute(update(OutcomeEvent).where(*said).values(reason=unsaid))
    quoted = OutcomeEvidence.added_by == person_id, OutcomeEvidence.quote != ""
    session.execute(update(OutcomeEvidence).where(*quoted).values(quote=unsaid))
    orcid = session.scalar(select(Person.orcid).where(Person.id == person_id))
    for row in session.scalars(select(OutcomeVersion).where(naming(person_id))):
        row.creators = [
            _bare(each, unsaid)
            if each.get("person_id") == str(person_id) or (orcid and each.get("orcid") == orcid)
            else each
            for each in row.creators
        ]
    session.flush()


def naming(person_id: UUID) -> Any:
    """Versions that name a person among those who made what they tell of, by account or ORCID, as a condition."""
    line = func.jsonb_build_array(func.jsonb_build_object("orcid", Person.orcid))
    known = select(Person.id).where(Person.id == person_id, Person.orcid.is_not(None))
    by_orcid = known.where(OutcomeVersion.creators.contains(line)).correlate(OutcomeVersion).exists()
    return or_(OutcomeVersion.creators.contains([{"person_id": str(person_id)}]), by_orcid)


def _bare(each: dict[str, Any], unsaid: str) -> dict[str, Any]:
    """A person without what names them; their account's id, which has become a pseudonym, stays."""
    kept = {name: value for name, value in each.items() if name not in _NAMED}
    return kept | {"family": unsaid, "given": ""}
