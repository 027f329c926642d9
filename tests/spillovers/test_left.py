"""What an organisation that left a collaboration still gets of it: on its page what its own pack says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from marketplace.accounts.policy import Actor
from marketplace.collaborations.models import Collaboration, CollaborationParty
from marketplace.collaborations.rules.sheet import as_document, sheet_of
from marketplace.outcomes.models import YearlyQuestion
from marketplace.spillovers.measuring import plain
from marketplace.spillovers.packs.contents import figure_of
from marketplace.spillovers.queries.packing import packed_rows
from marketplace.spillovers.rules.scopes import Frame, Scope, ScopeKind, Span
from tests.cast import Cast, actor_of
from tests.factories.figures import figures
from tests.factories.outcomes import add_party, between, submitted, used

YEAR = Span(date(2026, 1, 1), date(2027, 1, 1))
Told = Mapping[tuple[str, str], Any]


class Scene:
    """The university, the firm and the agency work together; the firm leaves, and one thing came before that."""

    def __init__(self, session: Session, cast: Cast, now: datetime) -> None:
        self.session, self.cast, self.now = session, cast, now
        self.row: Collaboration = between(session, cast, now=now - timedelta(days=40))
        add_party(session, self.row, cast.agency, ["partner"], now=now - timedelta(days=40))
        self.comes(1, now - timedelta(days=30))
        self.frame = Frame(Scope(ScopeKind.ORGANISATION, id=cast.firm.id), YEAR, now + timedelta(days=2), floor=0)

    def comes(self, number: int, at: datetime) -> None:
        """The university reports a paper with the firm."""
        named = [{"scheme": "doi", "value": f"10.1234/paper.{number}"}]
        submitted(self.session, self.cast, self.row, now=at, identifiers=named, date_event="2026-01-10")

    def leaves(self) -> None:
        party = self.session.get_one(CollaborationParty, (self.row.id, self.cast.firm.id))
        party.left_on, party.left_at = (self.now - timedelta(days=20)).date(), self.now - timedelta(days=20)
        party.left_with = as_document(sheet_of(self.row))
        self.session.flush()

    def page(self) -> Told:
        return {key: plain(each.value) for key, each in figures(self.session, self.frame).items()}

    def pack(self, by: str) -> Told:
        reader: Actor = actor_of(self.session, self.cast.people[by], now=self.now)
        found = packed_rows(self.session, self.frame, {"en": "Firm"}, by=reader, now=self.frame.as_of)
        return {(each.metric, each.variant): plain(figure_of(each)["value"]) for each in found.bases}


def reported(scene: Scene) -> None:
    scene.comes(2, scene.now)


def asked(scene: Scene) -> None:
    told = {"collaboration_id": scene.row.id, "year": 2026, "asked_at": scene.now}
    for answer, who in (("nothing", scene.cast.university), (None, scene.cast.agency)):
        more = {"answer": answer, "answered_at": scene.now} if answer else {}
        scene.session.add(YearlyQuestion(organisation_id=who.id, **told, **more))
    scene.session.flush()


def used_first(scene: Scene) -> None:
    used(scene.session, scene.cast, scene.row, now=scene.now)


def goes(scene: Scene) -> None:
    party = scene.session.get_one(CollaborationParty, (scene.row.id, scene.cast.agency.id))
    party.left_on, party.left_at = scene.now.date(), scene.now
    scene.session.flush()


@pytest.fixture
def scene(session: Session, cast: Cast, now: datetime) -> Scene:
    return Scene(session, cast, now)


@pytest.mark.parametrize(
    ("later", "metric"),
    [(reported, "out.pub.full"), (asked, "out.response_rate"), (used_first, "lag.median"), (goes, "ret.km")],
)
def test_nothing_that_came_later_moves_the_figures_of_an_organisation_that_left(
    scene: Scene, later: Any, metric: str
) -> None:
    scene.leaves()
    before = scene.page()
    later(scene)
    after = scene.page()
    if later is used_first:  # its own instrument: the use is its own, the collaboration's clock is not
        before, after = ({metric: told[metric, ""]} for told in (before, after))
    assert after == before


@pytest.mark.parametrize(
    ("later", "metric"), [(reported, "out.pub.full"), (asked, "out.response_rate"), (goes, "ret.km")]
)
def test_who_has_stayed_reads_all_of_it(scene: Scene, later: Any, metric: str) -> None:
    before = scene.page()
    later(scene)
    assert scene.page()[metric, ""] != before[metric, ""]


@pytest.mark.parametrize("by", ["bo", "dee"])
def test_the_page_of_an_organisation_that_left_is_what_its_packs_say(scene: Scene, by: str) -> None:
    scene.leaves()
    for later in (reported, asked, used_first, goes):
        later(scene)
    page = scene.page()
    assert page["out.pub.full", ""]["distinct"] == 1
    told = {key: value for key, value in page.items() if value is not None}
    assert {key: value for key, value in scene.pack(by).items() if value is not None} == told
