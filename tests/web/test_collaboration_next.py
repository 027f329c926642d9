"""What is next in a collaboration, for each side by its own view."""

from __future__ import annotations

from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from marketplace.collaborations.actions.parts import add_milestone
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.outcomes.actions.answering import dispute
from marketplace.outcomes.actions.yearly import ask
from tests.cast import signed_in
from tests.collaborations.conftest import sides  # noqa: F401
from tests.factories.collaborations import TODAY, Sides
from tests.factories.outcomes import drafted, submitted


def next_of(client: FlaskClient, sides: Sides, name: str, row: Collaboration, language: str = "en") -> str:  # noqa: F811
    """What the page says is next, of which the links must work."""
    people = {**sides.cast.people, "mara": sides.mara}
    page = signed_in(client, people[name]).get(f"/{language}/collaborations/{row.id}")
    assert page.status_code == 200, page.text[:2000]
    _before, found, rest = page.text.partition('id="next"')
    return rest.partition("</section>")[0] if found else ""


def test_outcomes_wait_for_whom_they_wait(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    row = sides.active()
    sent = submitted(sides.session, sides.cast, row, now=sides.now, title={"en": "Sent"})
    draft = drafted(sides.session, sides.cast, row, now=sides.now, title={"en": "Not yet"})
    doubted = submitted(sides.session, sides.cast, row, now=sides.now, title={"en": "Doubted"})
    dispute(sides.session, doubted.id, "Not with us.", now=sides.now, by=sides.actor("bo"))
    own, other = next_of(client, sides, "ada", row), next_of(client, sides, "bo", row)
    assert "Draft: Not yet" in own and f'href="/en/outcomes/{draft.id}"' in own and "Disputed: Doubted" in own
    assert "1 outcome of yours waits for the other side." in own and "To confirm" not in own
    assert "To confirm: Sent" in other and f'href="/en/outcomes/{sent.id}"' in other
    assert "Not yet" not in other and "Doubted" not in other and "overdue" not in other
    sent.submitted_at = sides.now - timedelta(days=31)
    assert "overdue" in next_of(client, sides, "bo", row, "en")
    assert next_of(client, sides, "dee", row) == ""


def test_the_question_of_the_year_is_answered_from_there(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    row = sides.active(starts_on=TODAY - timedelta(days=300))
    row.created_at = sides.now - timedelta(days=300)
    for party in row_parties(sides, row):
        party.joined_on = TODAY - timedelta(days=300)
    assert ask(sides.session, now=sides.now)
    for name, place in (("ada", sides.cast.university), ("bo", sides.cast.firm)):
        told = next_of(client, sides, name, row)
        assert "What came of it in 2025?" in told and f"/en/collaborations/{row.id}/outcomes/new" in told
        assert f'action="/en/outcomes/questions/{row.id}/{place.id}/2025/nothing"' in told


def row_parties(sides: Sides, row: Collaboration) -> list[CollaborationParty]:  # noqa: F811
    wanted = select(CollaborationParty).where(CollaborationParty.collaboration_id == row.id)
    return list(sides.session.scalars(wanted))


def test_ends_of_agreements_and_milestones_are_told_to_who_may_act(client: FlaskClient, sides: Sides) -> None:  # noqa: F811
    soon = sides.active(ends_on=TODAY + timedelta(days=20))
    assert "The agreement ends on" in next_of(client, sides, "ada", soon)
    assert f"/zh-hans/collaborations/{soon.id}/change" in next_of(client, sides, "bo", soon, "zh-hans")
    soon.starts_on, soon.ends_on = TODAY - timedelta(days=90), TODAY - timedelta(days=1)
    add_milestone(sides.session, soon.id, "Late", TODAY - timedelta(days=1), now=sides.now, by=sides.actor("ada"))
    told = next_of(client, sides, "mara", soon)
    assert "the closing report is owed" in told and f"/en/collaborations/{soon.id}/complete" in told
    assert told.index("Overdue: Late") < told.index("Nobody of your side is named yet.")
    assert client.get(f"/en/collaborations/{soon.id}/complete").status_code == 200
    assert "the closing report is owed" not in next_of(client, sides, "ada", soon)
