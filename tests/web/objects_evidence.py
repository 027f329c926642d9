"""Packs of evidence, for the walk over all routes."""

from __future__ import annotations

from datetime import date

from marketplace.spillovers.actions.evidence import ask_for_pack, frame_of, keep_pack
from marketplace.spillovers.rules.scopes import Scope, ScopeKind
from tests.cast import actor_of
from tests.factories.outcomes import between
from tests.web.objects import Thing, World, thing


@thing(
    "evidence.one", "evidence.archive", "evidence.document",
    "api_evidence.one", "api_evidence.archive", "api_evidence.document",
)  # fmt: skip
def a_pack(world: World) -> Thing:
    """Ada's, made."""
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    scope = Scope(ScopeKind.COLLABORATION, id=between(world.session, world.cast, now=world.now).id)
    frame = frame_of(scope, date(2026, 1, 1), date(2026, 12, 31), None, now=world.now)
    row = ask_for_pack(world.session, frame, "en", now=world.now, by=ada)
    store = world.app.extensions["benchbridge"][2]
    keep_pack(world.session, store, row.id, archive=b"PK", document=b"%PDF-", now=world.now)
    return Thing({"pack_id": row.id}, owner=world.cast.ada.id, private=True)


@thing("api_evidence.ask")
def a_wish(world: World) -> Thing:
    """Of the collaboration of Ada's and Bo's sides."""
    row = between(world.session, world.cast, now=world.now)
    days = {"first_day": "2026-01-01", "last_day": "2026-12-31"}
    return Thing({}, form={"scope": f"collaboration:{row.id}", **days})


@thing("comparison.consent", "comparison.give", "comparison.take_back", "api_comparison.one")
def an_organisation_that_is_asked(world: World) -> Thing:
    """The firm, whose manager Bo is; everybody may know that it is there."""
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm, host=firm)


@thing("api_comparison.answer")
def an_answer(world: World) -> Thing:
    """Yes."""
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm, host=firm, form={"given": True})


@thing("returns.choose")
def an_organisation_that_returns(world: World) -> Thing:
    """The firm."""
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm, host=firm)


@thing("returns.make")
def a_return(world: World) -> Thing:
    """The firm's for UGC."""
    firm = world.cast.firm.id
    values = {"organisation_id": firm, "profile": "ugc", "ending": "csv", "year": 2025}
    return Thing(values, organisation=firm, host=firm)


@thing("api_returns.make")
def a_return_for_programs(world: World) -> Thing:
    """The firm's for NRII."""
    firm = world.cast.firm.id
    values = {"organisation_id": firm, "profile": "nrii", "year": 2025}
    return Thing(values, organisation=firm, host=firm)
