"""A collaboration's figures over the API: for its parties and overseers, changed by exactly what was confirmed."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.outcomes.actions.answering import confirm
from marketplace.outcomes.models import Confidentiality
from marketplace.spillovers.actions.keeping_up import measure_after
from tests.api.conftest import Callers
from tests.factories.figures import Books, at, make_books
from tests.factories.outcomes import between, confirmed, submitted


@pytest.fixture
def row(session: Session, callers: Callers) -> Collaboration:
    return between(session, callers.stage.cast, now=callers.stage.now)


def figure(answer: Any, metric: str) -> Any:
    return next(each for each in answer.json["items"] if each["metric"] == metric)


def test_what_is_confirmed_changes_the_figures_by_exactly_that(
    callers: Callers, session: Session, row: Collaboration
) -> None:
    path, now = f"/collaborations/{row.id}/metrics", callers.stage.now.astimezone(UTC)
    empty = callers.call("ada", "GET", path).json
    assert (empty["snapshot"], empty["items"], empty["response_rate"]) == (None, [], None)
    assert {"metric": "use.oee", "why": "machine_states_not_recorded"} in empty["without"]
    outcome = submitted(session, callers.stage.cast, row, now=callers.stage.now)
    measure_after(session, outcome.id, now=now)
    before = callers.call("ada", "GET", path)
    assert figure(before, "out.pub.full")["value"]["distinct"] == 0
    confirm(session, outcome.id, now=now + timedelta(minutes=1), by=callers.stage.actor("bo"))
    measure_after(session, outcome.id, now=now + timedelta(minutes=2))
    after = callers.call("bo", "GET", path)
    assert figure(after, "out.pub.full")["value"]["distinct"] == 1
    moved = {one["metric"] for one, other in zip(before.json["items"], after.json["items"], strict=True)
             if one["exact"] != other["exact"]}  # fmt: skip
    assert moved == {"out.pub.full", "out.pub.frac", "out.distinct", "out.response_rate", "spill.third_party"}
    found = figure(after, "out.distinct")
    expected = {"kind": "output", "version": 1, "floor": 2, "n": 1, "n_unknown": 0, "verification": {"2": 1}}
    assert {name: found[name] for name in expected} == expected
    snapshot = after.json["snapshot"]
    assert (found["snapshot"], found["as_of"]) == (snapshot["id"], snapshot["as_of"])
    assert found["period"] == {"from": snapshot["from"], "to": snapshot["to"]}
    assert after.json["response_rate"] == 1


def test_the_rows_behind_a_figure_are_those_that_the_reader_sees(
    callers: Callers, session: Session, row: Collaboration
) -> None:
    now = callers.stage.now.astimezone(UTC)
    shown = confirmed(session, callers.stage.cast, row, now=callers.stage.now)
    hidden = confirmed(session, callers.stage.cast, row, now=callers.stage.now,
                       identifiers=[{"scheme": "doi", "value": "10.1000/182"}])  # fmt: skip
    hidden.confidentiality = Confidentiality.ADMINISTRATORS
    session.flush()
    measure_after(session, shown.id, now=now + timedelta(seconds=1))
    path = f"/collaborations/{row.id}/metrics/out.distinct/rows"
    seen = callers.call("bo", "GET", path).json
    assert [each["id"] for each in seen["items"]] == [str(shown.id)]
    assert (seen["kind"], seen["others"]) == ("outcome", 1)
    everything = callers.call("dee", "GET", path).json
    assert {each["id"] for each in everything["items"]} == {str(shown.id), str(hidden.id)}
    assert everything["others"] == 0


def test_sessions_behind_a_figure_of_use(callers: Callers, session: Session) -> None:
    books = make_books(session, callers.stage)
    used = books.use(books.cast.university, at(2026, 2, 3, 10), at(2026, 2, 3, 12))
    outcome = books.outcome(doi="10.1000/182", known=at(2026, 2, 20))
    measure_after(session, outcome.id, now=callers.stage.now.astimezone(UTC))
    path = f"/collaborations/{books.collaboration.id}/metrics/flow.cross_border_share/rows"
    found = callers.call("bo", "GET", path).json
    assert [(each["id"], each["hours"]) for each in found["items"]] == [(str(used.id), "2.00")]
    for metric in ("lag.median", "open.on_time_rate", "ret.km", "prox.jaffe", "out.response_rate", "use.show_rate"):
        answer = callers.call("bo", "GET", path.replace("flow.cross_border_share", metric))
        assert answer.status_code == 200, answer.json


@pytest.mark.parametrize("name", [None, "eve", "cheng"])
def test_strangers_learn_nothing(callers: Callers, books: Books, name: str | None) -> None:
    for rest in ("", "/out.distinct/rows"):
        answer = callers.call(name, "GET", f"/collaborations/{books.collaboration.id}/metrics{rest}")
        assert answer.status_code == (401 if name is None else 404)


def test_who_has_left_or_has_not_joined_reads_no_figures(callers: Callers, books: Books, session: Session) -> None:
    path = f"/collaborations/{books.collaboration.id}/metrics"
    assert callers.call("ada", "GET", path).status_code == 200
    party = session.get_one(CollaborationParty, (books.collaboration.id, books.cast.university.id))
    party.left_on, party.left_at = at(2026, 2, 1).date(), at(2026, 2, 1)
    session.flush()
    assert callers.call("ada", "GET", path).status_code == 404
    party.left_on = party.left_at = party.joined_on = party.joined_at = None
    session.flush()
    assert callers.call("ada", "GET", path).status_code == 404


def test_an_unknown_metric_or_nothing_measured_is_not_found(callers: Callers, books: Books) -> None:
    path = f"/collaborations/{books.collaboration.id}/metrics"
    assert callers.call("ada", "GET", f"{path}/no.such/rows").status_code == 404
    assert callers.call("ada", "GET", f"{path}/ret.km/rows").status_code == 404


@pytest.fixture
def books(session: Session, callers: Callers) -> Books:
    return make_books(session, callers.stage)
