"""Organisations, people and administration of the API, for the walk: whole bodies, so that the policy is reached."""

from __future__ import annotations

from dataclasses import replace

from marketplace.accounts.models import Role
from tests.cast import join, make_person
from tests.web.objects import Thing, World, a_token_of_ada, thing
from tests.web.objects import a_deputy as a_deputy_page
from tests.web.objects import an_invitation as an_invitation_page
from tests.web.objects_infra import a_dead_mail, a_dead_task

BODY = {"name": {"en": "Hetao Microsystems"}, "kind": "firm", "jurisdiction": "CN-GD", "control": "mainland"}


@thing("api_organisations.one")
def the_firm(world: World) -> Thing:
    return Thing({"organisation_id": world.cast.firm.id})


@thing("api_organisations.change")
def the_firm_to_change(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm, form=BODY)


@thing("api_organisations.facilities")
def the_firm_that_lists(world: World) -> Thing:
    return the_firm(world)


@thing(
    "api_organisations.history", "api_members.listed", "api_members.invited", "api_members.deputies",
    "api_members.leave",
)  # fmt: skip
def the_firms_own(world: World) -> Thing:
    firm = world.cast.firm.id
    return Thing({"organisation_id": firm}, organisation=firm)


@thing("api_members.invite")
def an_invitation_to_send(world: World) -> Thing:
    firm = world.cast.firm.id
    form = {"email": "new@example.org", "roles": ["researcher"]}
    return Thing({"organisation_id": firm}, organisation=firm, form=form)


@thing("api_members.set_roles")
def a_colleague(world: World) -> Thing:
    firm = world.cast.firm
    gil = make_person(world.session, "Gil Fong", now=world.now)
    join(world.session, gil, firm, Role.HOST_STAFF, now=world.now)
    form = {"roles": ["researcher"]}
    return Thing({"organisation_id": firm.id, "person_id": gil.id}, organisation=firm.id, form=form)


@thing("api_members.withdraw", "api_members.accept", "api_members.decline")
def an_invitation(world: World) -> Thing:
    return _known_as(an_invitation_page(world), link_id="invitation_id")


@thing("api_members.name_deputy")
def a_deputy_to_name(world: World) -> Thing:
    firm, cast = world.cast.firm.id, world.cast
    join(world.session, cast.cheng, cast.firm, Role.HOST_STAFF, now=world.now)
    days = {"starts_on": "2026-03-09", "ends_on": "2026-03-10"}
    form = {"principal": str(cast.bo.id), "deputy": str(cast.cheng.id), **days}
    return Thing({"organisation_id": firm}, organisation=firm, host=firm, form=form)


@thing("api_members.end_deputy")
def a_deputy(world: World) -> Thing:
    return a_deputy_page(world)


@thing("api_organisations.verify")
def an_organisation_to_verify(world: World) -> Thing:
    return Thing({"organisation_id": world.cast.elsewhere.id}, private=True, form={"facts_digest": "0" * 32})


@thing("api_organisations.judge")
def an_organisation_to_judge(world: World) -> Thing:
    values = {"organisation_id": world.cast.elsewhere.id, "deed": "suspend"}
    return Thing(values, private=True, form={"reason": "Not in the register."})


@thing("api_people.one", "api_people.history", "api_people.standing")
def ada_herself(world: World) -> Thing:
    return Thing({"person_id": world.cast.ada.id, "deed": "suspend"}, private=True, form={"reason": "Asked to."})


@thing("api_people.set_role")
def ada_to_promote(world: World) -> Thing:
    return Thing({"person_id": world.cast.ada.id}, private=True, form={"role": "auditor", "reason": "Audit."})


@thing("api_tokens.end")
def a_token(world: World) -> Thing:
    return a_token_of_ada(world)


@thing("api_jurisdictions.zone")
def a_zone(_world: World) -> Thing:
    return Thing({"code": "hengqin"})


@thing("api_jurisdictions.working_day")
def a_calendar(_world: World) -> Thing:
    return Thing({"code": "MO"})


@thing("api_jurisdictions.calendar_year", "api_jurisdictions.confirm_year")
def a_year(_world: World) -> Thing:
    return Thing({"code": "HK-GEN", "year": 2026}, form={"notice": "Gazette 19 of 2025"})


@thing("api_jurisdictions.override_day")
def a_day(_world: World) -> Thing:
    return Thing({"code": "HK-GEN"}, form={"day": "2026-05-04", "kind": "off", "note": "Typhoon."})


@thing("api_jobs.retry_task")
def a_task(world: World) -> Thing:
    return a_dead_task(world)


@thing("api_jobs.retry_mail")
def a_mail(world: World) -> Thing:
    return a_dead_mail(world)


def _known_as(found: Thing, **names: str) -> Thing:
    """The same thing where the API calls it by another name."""
    values = {names.get(name, name): value for name, value in found.values.items()}
    return replace(found, values=values)
