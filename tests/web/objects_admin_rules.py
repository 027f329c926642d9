"""What the pages and operations on changes of permit rules are about, for the walks over all routes."""

from __future__ import annotations

from marketplace.accounts.models import PlatformRole
from marketplace.permits import queries
from marketplace.permits.actions import Wish, propose
from marketplace.permits.library import written_row
from tests.cast import actor_of, make_person
from tests.web.objects import Thing, World, thing

BLOCKING = "TEC-02"


@thing("admin_rules.versions", "admin_rules.change", "admin_rules.row", "admin_rules.send")
def a_rule(_world: World) -> Thing:
    """A rule of the files."""
    return Thing({"rule": BLOCKING})


@thing(
    "api_permit_editing.versions", "api_permit_editing.history", "api_permit_editing.preview",
    "api_permit_editing.propose",
)  # fmt: skip
def a_rule_of_programs(world: World) -> Thing:
    """The same rule, with a change that nobody needs to agree to."""
    told = {**queries.versions(world.session, "EXP-11")[0].told, "reviewed_on": "2026-03-02"}
    return Thing({"rule_id": "EXP-11"}, form={"row": told, "reason": "read anew", "base_version": 1})


@thing("admin_rules.proposal", "admin_rules.agree_to", "admin_rules.turn_down")
def a_proposal(world: World) -> Thing:
    """Another administrator's."""
    return Thing({"proposal_id": _proposed(world)})


@thing("api_permit_editing.proposal", "api_permit_editing.agree_to", "api_permit_editing.turn_down")
def a_proposal_of_programs(world: World) -> Thing:
    """The same."""
    return Thing({"proposal_id": _proposed(world)}, form={})


def _proposed(world: World) -> object:
    role = PlatformRole.ADMINISTRATOR
    fay = make_person(world.session, "Fay Ho", now=world.now, platform_role=role)
    told = {**queries.versions(world.session, BLOCKING)[0].told, "applicant": "host"}
    wish = Wish(BLOCKING, written_row(told), "read anew", 1)
    return propose(world.session, wish, now=world.now, by=actor_of(world.session, fay, now=world.now)).id
