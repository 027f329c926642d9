"""The table of verbs: who stands how to what, and what each relation opens."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest

from marketplace.accounts.models import PlatformRole, Role, TokenScope
from marketplace.accounts.policy import SYSTEM, TABLE, Actor, Relation, demand, enters, may, relations
from marketplace.values.refusal import Forbidden, NotFound

UNI, FIRM, AGENCY, ELSEWHERE = uuid4(), uuid4(), uuid4(), uuid4()


def somebody(*roles: Role, at: UUID = UNI, **more: object) -> Actor:
    return Actor(person_id=uuid4(), roles={at: frozenset(roles)} if roles else {}, verified=frozenset({at}), **more)  # type: ignore[arg-type]


ADA = somebody(Role.RESEARCHER)
MANAGER = somebody(Role.MANAGER)
BO = somebody(Role.HOST_MANAGER, at=FIRM)
STAFF = somebody(Role.HOST_STAFF, at=FIRM)
CHENG = somebody(Role.AGENCY_OFFICER, at=AGENCY)
DEE = somebody(platform=PlatformRole.ADMINISTRATOR)
AUDITOR = somebody(platform=PlatformRole.AUDITOR)
EVE = somebody(Role.RESEARCHER, Role.MANAGER, Role.HOST_MANAGER, at=ELSEWHERE)
NOBODY = Actor()
BOOKING = {"owner": ADA.person_id, "organisation": UNI, "host": FIRM}


@pytest.mark.parametrize(
    ("actor", "held"),
    [
        (NOBODY, {"anyone"}),
        (ADA, {"anyone", "person", "own", "member", "researcher"}),
        (MANAGER, {"anyone", "person", "member", "manager"}),
        (BO, {"anyone", "person", "host_manager"}),
        (STAFF, {"anyone", "person", "host_staff"}),
        (CHENG, {"anyone", "person", "officer"}),
        (DEE, {"anyone", "person", "administrator"}),
        (AUDITOR, {"anyone", "person", "auditor"}),
        (EVE, {"anyone", "person"}),
    ],
)
def test_how_people_stand_to_a_booking(actor: Actor, held: set[str]) -> None:
    assert {relation.value for relation in relations(actor, **BOOKING)} == held


@pytest.mark.parametrize(
    ("verb", "who"),
    [
        ("booking.see", {"ada", "manager", "bo", "staff", "dee", "auditor"}),
        ("booking.cancel", {"ada", "manager", "bo"}),
        ("booking.approve", {"bo"}),
        ("booking.check_in", {"ada", "bo", "staff"}),
        ("thread.write", {"ada", "manager", "bo", "staff"}),
        ("facility.change", {"bo"}),
        ("closure.manage", {"bo", "staff"}),
        ("organisation.verify", {"dee"}),
        ("person.see", {"dee", "auditor"}),
        ("person.suspend", {"dee"}),
        ("history.see", {"dee", "auditor"}),
        ("jobs.retry", {"dee"}),
    ],
)
def test_who_may_do_what_to_it(verb: str, who: set[str]) -> None:
    everybody = {
        "nobody": NOBODY,
        "ada": ADA,
        "manager": MANAGER,
        "bo": BO,
        "staff": STAFF,
        "cheng": CHENG,
        "dee": DEE,
        "auditor": AUDITOR,
        "eve": EVE,
    }
    assert {name for name, actor in everybody.items() if may(actor, verb, **BOOKING)} == who


def test_an_auditor_changes_nothing() -> None:
    changing = {verb for verb, wanted in TABLE.items() if Relation.AUDITOR in wanted and Relation.PERSON not in wanted}
    reading = {"see", "see_members", "see_own", "queue", "overview", "oversee", "know", "look_back", "make", "rebuild"}
    reading |= {"review", "export", "manifest"}
    assert {verb.split(".")[1] for verb in changing} <= reading


def test_a_strangers_thing_is_not_found_and_a_seen_one_forbidden() -> None:
    with pytest.raises(NotFound):
        demand(EVE, "booking.cancel", **BOOKING)
    with pytest.raises(Forbidden):
        demand(STAFF, "booking.approve", **BOOKING)
    demand(BO, "booking.approve", **BOOKING)


def test_an_administrators_token_administers_only_with_that_scope() -> None:
    for scope, administers in (
        (None, True),
        (TokenScope.READ, False),
        (TokenScope.WRITE, False),
        (TokenScope.ADMIN, True),
    ):
        dee = Actor(person_id=DEE.person_id, platform=PlatformRole.ADMINISTRATOR, scope=scope)
        assert may(dee, "person.suspend") is administers


def test_the_platform_itself_may_do_whatever_there_is() -> None:
    assert all(may(SYSTEM, verb) for verb in TABLE)
    assert not may(SYSTEM, "booking.invent")
    with pytest.raises(KeyError):
        may(ADA, "booking.invent")


@pytest.mark.parametrize("verb", sorted(TABLE))
def test_the_door_never_keeps_out_whom_the_table_lets_in(verb: str) -> None:
    for actor in (NOBODY, ADA, MANAGER, BO, STAFF, CHENG, DEE, AUDITOR, EVE):
        if may(actor, verb, **BOOKING) or may(actor, verb, owner=actor.person_id):
            assert enters(actor, verb)


def test_nobody_enters_where_somebody_is_asked_for() -> None:
    assert {verb for verb in TABLE if enters(NOBODY, verb)} == {
        verb for verb, wanted in TABLE.items() if Relation.ANYONE in wanted
    }
