"""What the routes are about, for the walk over all of them: each route with an id in its address names its thing here.

An area adds its own in a module `tests/web/objects_<area>.py`:

    @thing("bookings.booking", "bookings.cancel")
    def a_booking(world: World) -> Thing:
        ...make the rows with world.session and world.cast, flush...
        return Thing({"booking_id": booking.id}, owner=ada, organisation=university, host=firm)
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from marketplace.accounts.actions.links import LinkWish, draw
from marketplace.accounts.models import ApiToken, Deputy, LinkPurpose, MailedLink, Role, SignInSession, TokenScope
from tests.cast import Cast, join, make_person


@dataclass(frozen=True)
class World:
    """What makers may use."""

    session: Session
    cast: Cast
    now: datetime
    app: Flask


@dataclass(frozen=True)
class Thing:
    """The rest of an address, and how people stand to what it names (see `accounts.policy.relations`).

    `private`: whoever may not act upon it may not see it either, so that the answer is 404.
    """

    values: dict[str, Any] = field(default_factory=dict)
    owner: UUID | None = None
    organisation: UUID | None = None
    host: UUID | None = None
    private: bool = False
    form: dict[str, Any] = field(default_factory=dict)


Maker = Callable[[World], Thing]
THINGS: dict[str, Maker] = {}


def thing(*endpoints: str) -> Callable[[Maker], Maker]:
    """Say what these routes are about."""

    def register(maker: Maker) -> Maker:
        for endpoint in endpoints:
            assert endpoint not in THINGS, f"{endpoint} is registered twice"
            THINGS[endpoint] = maker
        return maker

    return register


@thing("languages.by_alias")
def an_alias(world: World) -> Thing:
    return Thing({"tag": "zh-HK", "rest": "about"})


@thing("organisations.organisation")
def the_firm_in_public(world: World) -> Thing:
    return Thing({"slug": world.cast.firm.slug})


@thing(
    "organisations.manage", "organisations.edit", "members.members", "members.invite", "members.leave",
    "members.name_deputy",
)  # fmt: skip
def the_firm(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm, host=firm)


@thing("members.member")
def a_colleague(world: World) -> Thing:
    firm = world.cast.firm
    gil = make_person(world.session, "Gil Fong", now=world.now)
    join(world.session, gil, firm, Role.HOST_STAFF, now=world.now)
    return Thing({"organisation_id": firm.id, "person_id": gil.id}, organisation=firm.id)


@thing("members.withdraw", "organisations.accept", "organisations.decline")
def an_invitation(world: World) -> Thing:
    """To Ada, from the firm: its managers withdraw it, and she alone can accept or decline it."""
    firm = world.cast.firm
    row = MailedLink(
        token_digest=b"walk",
        purpose=LinkPurpose.INVITATION,
        email="ada@example.org",
        organisation_id=firm.id,
        details={"roles": ["host_staff"]},
        created_at=world.now,
        expires_at=world.now + timedelta(days=1),
    )
    world.session.add(row)
    world.session.flush()
    return Thing({"organisation_id": firm.id, "link_id": row.id}, owner=world.cast.ada.id, organisation=firm.id)


@thing("members.end_deputy")
def a_deputy(world: World) -> Thing:
    firm, cast = world.cast.firm, world.cast
    join(world.session, cast.cheng, firm, Role.HOST_STAFF, now=world.now)
    today = world.now.date()
    row = Deputy(
        organisation_id=firm.id,
        principal_id=cast.bo.id,
        deputy_id=cast.cheng.id,
        starts_on=today + timedelta(days=5),
        ends_on=today + timedelta(days=6),
        created_at=world.now,
    )
    world.session.add(row)
    world.session.flush()
    return Thing({"organisation_id": firm.id, "deputy_id": row.id}, organisation=firm.id, host=firm.id)


@thing("admin_organisations.organisation", "admin_organisations.verify", "admin_organisations.reasoned")
def an_organisation_to_verify(world: World) -> Thing:
    place = world.cast.elsewhere
    return Thing({"organisation_id": place.id, "deed": "suspend"}, private=True)


@thing("admin_people.person", "admin_people.standing", "admin_people.role")
def ada_herself(world: World) -> Thing:
    return Thing({"person_id": world.cast.ada.id, "deed": "suspend"}, private=True)


@thing("account_security.end_session")
def a_session_of_ada(world: World) -> Thing:
    row = SignInSession(
        token_digest=b"walk",
        person_id=world.cast.ada.id,
        created_at=world.now,
        last_seen_at=world.now,
        methods=["password"],
        browser="",
    )
    world.session.add(row)
    world.session.flush()
    return Thing({"session_id": row.id}, owner=world.cast.ada.id, private=True)


@thing("account_security.end_token")
def a_token_of_ada(world: World) -> Thing:
    row = ApiToken(
        token_digest=b"walk",
        hint="walk",
        person_id=world.cast.ada.id,
        name="walk",
        scope=TokenScope.READ,
        created_at=world.now,
        expires_at=world.now + timedelta(days=1),
    )
    world.session.add(row)
    world.session.flush()
    return Thing({"token_id": row.id}, owner=world.cast.ada.id, private=True)


def _link(world: World, purpose: LinkPurpose, email: str, **more: Any) -> Thing:
    wish = LinkWish(
        purpose=purpose, email=email, details={"roles": ["researcher"], "consent_at": world.now.isoformat()}, **more
    )
    return Thing({"token": draw(world.session, wish, now=world.now)})


@thing("sign_up.finish")
def a_sign_up_link(world: World) -> Thing:
    return _link(world, LinkPurpose.SIGN_UP, "new@example.org")


@thing("sign_up.reset")
def a_reset_link(world: World) -> Thing:
    return _link(world, LinkPurpose.RESET, "ada@example.org", person_id=world.cast.ada.id)


@thing("sign_up.change_email")
def a_link_to_a_new_address(world: World) -> Thing:
    return _link(world, LinkPurpose.CHANGE_EMAIL, "ada@example.com", person_id=world.cast.ada.id)


@thing("sign_up.invitation")
def an_invitation_link(world: World) -> Thing:
    return _link(world, LinkPurpose.INVITATION, "new@example.org", organisation_id=world.cast.firm.id)
