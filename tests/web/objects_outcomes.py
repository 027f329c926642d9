"""Outcomes of Ada's university with Bo's firm, for the walk over all routes."""

from __future__ import annotations

from marketplace.collaborations.models import Collaboration
from marketplace.outcomes.actions.answering import dispute
from marketplace.outcomes.actions.evidence import Paper, add_evidence, link_session
from marketplace.outcomes.actions.yearly import ask
from marketplace.outcomes.models import Outcome
from tests.cast import actor_of
from tests.factories.outcomes import DOI, between, drafted, paper, submitted, used
from tests.web.objects import Thing, World, thing

STATED = {"type": "publication", "title": {"en": "Cleaner cells"}, "date_event": "2026-02-10"}


def around(world: World) -> Collaboration:
    return between(world.session, world.cast, now=world.now)


def about(world: World, row: Outcome, *, firm: bool = False, **form: object) -> Thing:
    """An outcome as its reporter stands to it, or as the other side does."""
    place = (world.cast.firm if firm else world.cast.university).id
    return Thing({"outcome_id": row.id}, organisation=place, host=place, form=form)


def a_draft(world: World) -> Outcome:
    return drafted(world.session, world.cast, around(world), now=world.now)


def handed_in(world: World) -> Outcome:
    return submitted(world.session, world.cast, around(world), now=world.now)


@thing("outcome_verbs.submit", "outcome_verbs.discard", "api_outcomes.submit", "api_outcomes.discard",
       "outcome_entry.revise")  # fmt: skip
def a_draft_of_adas(world: World) -> Thing:
    return about(world, a_draft(world))


@thing("api_outcomes.revise")
def a_draft_to_change(world: World) -> Thing:
    return about(world, a_draft(world), **{**paper(world.cast), "version": 1})


@thing("outcomes.one", "api_outcomes.one", "api_outcomes.versions", "api_outcomes.events")
def one_for_both_sides(world: World) -> Thing:
    row = handed_in(world)
    return Thing({"outcome_id": row.id}, organisation=world.cast.university.id, host=world.cast.firm.id)


@thing("api_outcomes.history")
def one_of_its_reporter(world: World) -> Thing:
    return Thing({"outcome_id": handed_in(world).id}, organisation=world.cast.university.id)


@thing("outcome_verbs.withdraw", "api_outcomes.withdraw")
def one_to_withdraw(world: World) -> Thing:
    return about(world, handed_in(world), reason="Retracted.")


@thing("api_outcomes.link", "outcome_verbs.link")
def one_to_link(world: World) -> Thing:
    return about(world, handed_in(world), collaboration=str(around(world).id))


@thing("api_outcomes.unlink")
def a_link(world: World) -> Thing:
    near = around(world)
    row = submitted(world.session, world.cast, near, now=world.now)
    use = used(world.session, world.cast, near, now=world.now)
    link_session(
        world.session, row.id, use.id, now=world.now, by=actor_of(world.session, world.cast.ada, now=world.now)
    )
    found = about(world, row)
    return Thing({**found.values, "session_id": use.id}, organisation=found.organisation, host=found.host)


@thing("outcome_verbs.show", "api_outcomes.show")
def one_to_show(world: World) -> Thing:
    return about(world, handed_in(world), kind="web_page", url="https://example.org/paper")


@thing("outcome_verbs.confirm", "api_outcomes.confirm")
def one_to_confirm(world: World) -> Thing:
    return about(world, handed_in(world), firm=True, version=1)


@thing("outcome_verbs.dispute", "api_outcomes.dispute")
def one_to_dispute(world: World) -> Thing:
    return about(world, handed_in(world), firm=True, reason="Not so.", version=1)


@thing("outcome_verbs.settle", "api_outcomes.settle")
def one_to_settle(world: World) -> Thing:
    row = handed_in(world)
    dispute(world.session, row.id, "No.", now=world.now, by=actor_of(world.session, world.cast.bo, now=world.now))
    return about(world, row, reason="It says so.", stands=True, version=1)


@thing("outcome_verbs.check", "api_outcomes.check")
def one_to_check(world: World) -> Thing:
    row, shown = with_paper(world)
    return about(world, row, level=3, evidence=[shown], paper=shown, version=1)


@thing("outcome_verbs.unshow", "api_outcomes.unshow")
def a_paper(world: World) -> Thing:
    row, shown = with_paper(world)
    place = world.cast.university.id
    return Thing({"outcome_id": row.id, "evidence_id": shown}, organisation=place, host=place)


def with_paper(world: World) -> tuple[Outcome, str]:
    row = handed_in(world)
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    shown = Paper(kind="web_page", url="https://example.org/paper")
    return row, str(add_evidence(world.session, row.id, shown, now=world.now, by=ada).id)


@thing("outcomes.listed", "api_outcomes.of_collaboration")
def a_collaboration(world: World) -> Thing:
    place = world.cast.university.id
    return Thing({"collaboration_id": around(world).id}, organisation=place, host=world.cast.firm.id)


@thing("outcome_entry.new", "outcome_entry.keep", "api_outcome_intake.bring")
def something_pasted(world: World) -> Thing:
    place = world.cast.university.id
    form = {"paste": DOI, "text": DOI}
    return Thing({"collaboration_id": around(world).id}, organisation=place, host=world.cast.firm.id, form=form)


@thing("api_outcome_intake.preview")
def something_to_read(world: World) -> Thing:
    place = world.cast.university.id
    values = {"collaboration_id": around(world).id}
    return Thing(values, organisation=place, host=world.cast.firm.id, form={"text": DOI})


@thing("outcome_entry.by_hand", "api_outcomes.enter")
def something_stated(world: World) -> Thing:
    place = world.cast.university.id
    values = {"collaboration_id": around(world).id, "kind": "publication"}
    return Thing(values, organisation=place, host=world.cast.firm.id, form=STATED)


@thing("outcome_questions.nothing", "api_outcome_intake.nothing")
def a_question(world: World) -> Thing:
    row = around(world)
    ask(world.session, now=world.now)
    place = world.cast.university.id
    values = {"collaboration_id": row.id, "organisation_id": place, "year": 2025}
    return Thing(values, organisation=place, host=place)


@thing("outcome_entry.template")
def an_ending(_world: World) -> Thing:
    return Thing({"ending": "csv"})
