"""Framework agreements and acceptances, for the walk over all routes."""

from __future__ import annotations

from marketplace.accounts.policy import SYSTEM
from marketplace.bookings.actions import accept_terms, request_booking
from marketplace.bookings.rules import BookingRequest
from marketplace.catalogue.models import Unit
from marketplace.terms.actions import ask_for_document, keep_document, publish_terms
from marketplace.terms.queries import acceptance_for
from tests.cast import actor_of
from tests.factories.frameworks import FIRST, LAST, Parties, make_parties
from tests.factories.listings import make_listing
from tests.factories.stage import hours
from tests.web.objects import Thing, World, thing
from tests.web.objects_bookings import about


def _parties(world: World) -> Parties:
    return make_parties(world.session, world.cast, world.now)


def _framework(world: World, row_id: object, **more: object) -> Thing:
    cast = world.cast
    values = {"framework_id": row_id, **({"verb": more.pop("verb")} if "verb" in more else {})}
    return Thing(values, organisation=cast.university.id, host=cast.firm.id, **more)  # type: ignore[arg-type]


@thing("frameworks.one", "api_frameworks.one")
def a_framework(world: World) -> Thing:
    return _framework(world, _parties(world).agreed().id, private=True)


@thing("frameworks.answer", "api_frameworks.agree", "api_frameworks.extend")
def a_framework_to_agree_to(world: World) -> Thing:
    return _framework(world, _parties(world).propose().id, form={"revision": 1}, verb="agree")


@thing("api_frameworks.close")
def a_framework_to_decline(world: World) -> Thing:
    return _framework(world, _parties(world).propose().id, verb="decline")


@thing("frameworks.propose")
def a_facility_to_propose_over(world: World) -> Thing:
    facility, _ = make_listing(world.session, world.cast.firm.id, by=SYSTEM, now=world.now)
    return Thing({"slug": facility.slug}, host=world.cast.firm.id, private=True)


@thing("api_frameworks.propose")
def a_proposal_of_the_host(world: World) -> Thing:
    parties = _parties(world)
    form = {
        "side": "host",
        "host": str(world.cast.firm.id),
        "organisation": str(world.cast.university.id),
        "facility": str(parties.facility.id),
        "first_day": FIRST.isoformat(),
        "last_day": LAST.isoformat(),
    }
    return Thing(host=world.cast.firm.id, form=form)


@thing(
    "acceptances.acceptance", "acceptances.ask", "acceptances.pdf",
    "api_acceptances.one", "api_acceptances.ask", "api_acceptances.pdf",
)  # fmt: skip
def an_accepted_booking(world: World) -> Thing:
    bo, ada = (actor_of(world.session, one, now=world.now) for one in (world.cast.bo, world.cast.ada))
    facility, unit = make_listing(world.session, world.cast.firm.id, by=bo, now=world.now)
    publish_terms(world.session, facility.id, {"en": "Wear shoes."}, now=world.now, by=bo)
    assert isinstance(unit, Unit)
    wish = BookingRequest(unit_id=unit.id, period=hours(3, 10, 12))
    booking = request_booking(world.session, wish, now=world.now, by=ada)
    accept_terms(world.session, booking.id, "1", now=world.now, by=ada)
    accepted = acceptance_for(world.session, booking.id)
    assert accepted is not None
    asked = ask_for_document(world.session, accepted.id, "en", now=world.now, by=ada)
    store = world.app.extensions["benchbridge"][2]
    keep_document(world.session, store, asked.id, b"%PDF-", name="a.pdf", now=world.now)
    return about(world, booking)
