"""The organisations of the API, for the walk over all routes: bodies are whole, so that the policy is reached."""

from __future__ import annotations

from marketplace.accounts.models import Role
from tests.cast import join, make_person
from tests.web.objects import Thing, World, thing

BODY = {"name": {"en": "Hetao Microsystems"}, "kind": "firm", "jurisdiction": "CN-GD", "control": "mainland"}


@thing("api_organisations.one")
def the_firm(world: World) -> Thing:
    return Thing({"organisation_id": world.cast.firm.id})


@thing("api_organisations.change")
def the_firm_to_change(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm, form=BODY)


@thing("api_organisations.listed_members")
def the_firms_members(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm)


@thing("api_organisations.invite")
def an_invitation_to_send(world: World) -> Thing:
    firm = world.cast.firm.id
    form = {"email": "new@example.org", "roles": ["researcher"]}
    return Thing({"organisation_id": firm}, organisation=firm, form=form)


@thing("api_organisations.set_roles")
def a_colleague(world: World) -> Thing:
    firm = world.cast.firm
    gil = make_person(world.session, "Gil Fong", now=world.now)
    join(world.session, gil, firm, Role.HOST_STAFF, now=world.now)
    form = {"roles": ["researcher"]}
    return Thing({"organisation_id": firm.id, "person_id": gil.id}, organisation=firm.id, form=form)


@thing("api_organisations.verify", "api_organisations.refuse")
def an_organisation_to_judge(world: World) -> Thing:
    return Thing({"organisation_id": world.cast.elsewhere.id}, private=True, form={"reason": "Not in the register."})


@thing("api_account.working_day")
def a_calendar(world: World) -> Thing:
    return Thing({"code": "MO"})
