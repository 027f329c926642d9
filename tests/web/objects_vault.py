"""Approvals of Bo's firm, issued by Cheng's agency, and a party of the screening list, for the walk over all routes."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from marketplace.accounts.policy import SYSTEM
from marketplace.permits.actions.screening import NewParty, enter_party, look_at_party
from marketplace.permits.actions.vault import verify
from marketplace.permits.models import ScreenedFor, ScreenedParty, VaultEntry
from marketplace.permits.queries.screening import matches
from tests.factories.approvals import entered, seat_cheng
from tests.web.objects import Thing, World, thing

BODY = {"kind": "permit", "rule": "BIO-08", "issuer_code": "AGY-HK-DH", "valid_from": "2026-01-01"}
LISTED = {
    "names": ["Hetao Microsystems Ltd"],
    "listed_for": "watchlist",
    "source": "Notice 7 of 2026",
    "listed_from": "2026-01-01",
}


def about(world: World, row: VaultEntry, **form: object) -> Thing:
    firm = world.cast.firm.id
    return Thing({"entry_id": row.id}, organisation=firm, host=firm, form=form)


def an_entry(world: World) -> VaultEntry:
    seat_cheng(world.session, world.cast)
    return entered(world.session, world.cast, now=world.now, volume_allowed=Decimal(5), volume_unit="kg")


@thing("vault.one", "vault.change", "vault.remove", "vault.verify", "api_vault.one", "api_vault.uses",
       "api_vault.history", "api_vault.remove")  # fmt: skip
def an_unverified_entry(world: World) -> Thing:
    return about(world, an_entry(world), revision=1)


@thing("vault.reject", "api_vault.reject")
def an_entry_to_reject(world: World) -> Thing:
    return about(world, an_entry(world), reason="The copy can’t be read.")


@thing("vault.revoke", "api_vault.revoke")
def an_entry_that_counts(world: World) -> Thing:
    row = verify(world.session, an_entry(world).id, now=world.now, by=SYSTEM)
    return about(world, row, reason="Given back.")


@thing("vault.use", "api_vault.use")
def an_entry_with_volume(world: World) -> Thing:
    row = verify(world.session, an_entry(world).id, now=world.now, by=SYSTEM)
    return about(world, row, amount="2.5")


@thing("api_vault.verify")
def what_was_looked_at(world: World) -> Thing:
    return about(world, an_entry(world), revision=1)


@thing("api_vault.change")
def an_entry_to_change(world: World) -> Thing:
    return about(world, an_entry(world), **BODY)


@thing("vault.enter")
def an_entry_to_be(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing({"owner": str(firm), "under": "rule:BIO-08"}, organisation=firm, host=firm)


@thing("api_vault.enter")
def an_entry_to_send(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing(organisation=firm, host=firm, form=BODY | {"organisation": str(firm)})


@thing("admin_vault.queue", "api_vault.waiting")
def nothing(_world: World) -> Thing:
    return Thing()


def a_party(world: World) -> ScreenedParty:
    new = NewParty(
        names=["Hetao Microsystems Ltd"],
        listed_for=ScreenedFor.WATCHLIST,
        source="Notice 7 of 2026",
        listed_from=date(2026, 1, 1),
    )
    row = enter_party(world.session, new, now=world.now, by=SYSTEM)
    look_at_party(world.session, row.id, now=world.now)
    return row


@thing("admin_screening.party", "admin_screening.change", "api_screening.party", "api_screening.party_history",
       "api_screening.change")  # fmt: skip
def a_listed_party(world: World) -> Thing:
    return Thing({"party_id": a_party(world).id}, form=LISTED)


@thing("admin_screening.review", "api_screening.match", "api_screening.match_history", "api_screening.review")
def a_match(world: World) -> Thing:
    a_party(world)
    [found] = matches(world.session, limit=1)
    return Thing({"match_id": found.row.id}, form={"confirmed": True, "reason": "Same address."})
