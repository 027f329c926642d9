"""What the routes of the administrators' console are about, for the walk over all routes."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalogue.actions.reviewing import report
from marketplace.catalogue.models import Facility, ReportReason
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.actions import mail_to_address
from marketplace.notices.models import Mail, MailState
from marketplace.privacy.actions.requests import Asked, ask, grant
from marketplace.privacy.models import PrivacyRequest, RequestKind
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.web.objects import Thing, World, thing


@thing("admin_jobs.cancel", "api_jobs.cancel_task")
def a_task_given_up(world: World) -> Thing:
    """Given up, to be cancelled with a reason."""
    defer(world.session, "search.refresh_facility", {}, now=world.now)
    task = world.session.scalars(select(Task).order_by(Task.id.desc())).first()
    assert task is not None
    task.state = TaskState.DEAD
    world.session.flush()
    return Thing({"kind": "tasks", "row_id": task.id, "task_id": task.id}, form={"reason": "Nobody needs it."})


@thing("api_jobs.cancel_mail")
def a_mail_given_up(world: World) -> Thing:
    """Given up, to be cancelled with a reason."""
    mail_to_address(world.session, "new@example.org", "sign_up", {"path": "x"}, language="en", now=world.now)
    mail = world.session.scalars(select(Mail).where(Mail.address.is_not(None)).order_by(Mail.id.desc())).first()
    assert mail is not None
    mail.state = MailState.DEAD
    world.session.flush()
    return Thing({"mail_id": mail.id}, form={"reason": "Nobody needs it."})


@thing("privacy_requests.withdraw", "api_privacy.withdraw")
def adas_own_request(world: World) -> Thing:
    """Hers alone."""
    return Thing({"request_id": _asked(world).id}, owner=world.cast.ada.id, private=True)


@thing("admin_privacy.one", "admin_privacy.decide", "api_privacy.one", "api_privacy.decide")
def a_request_of_adas(world: World) -> Thing:
    """Open."""
    values = {"request_id": _asked(world).id, "deed": "grant"}
    return Thing(values, form={"reason": "Her right.", "sure": "y"})


@thing("admin_privacy.hand_over", "api_privacy.hand_over")
def a_granted_request_of_adas(world: World) -> Thing:
    """Granted: its file may be taken out."""
    row = _asked(world)
    grant(world.session, row.id, "Her right.", now=world.now, by=actor_of(world.session, world.cast.dee, now=world.now))
    return Thing({"request_id": row.id}, form={"reason": "She cannot sign in."})


@thing("admin_people.see_as")
def ada_to_be_seen_as(world: World) -> Thing:
    """A person without a role on the platform."""
    return Thing({"person_id": world.cast.ada.id}, form={"reason": "Her form does not open."})


@thing("admin_settings.change", "api_settings.change")
def a_setting(world: World) -> Thing:
    """One that counts hours."""
    form = {"value": "48", "seen": "0", "version": 0, "reason": "A day is short."}
    return Thing({"key": "remind_of_start"}, form=form)


@thing("listing_reviews.report", "api_listing_reviews.report")
def a_listing_to_report(world: World) -> Thing:
    """Public."""
    form = {"reason": "wrong", "text": "There is no such furnace."}
    return Thing({"facility_id": _listing(world).id}, form=form)


@thing("listing_reviews.stand", "api_listing_reviews.stand")
def a_listing_to_suspend(world: World) -> Thing:
    """Public."""
    return Thing({"facility_id": _listing(world).id, "deed": "suspend"}, form={"reason": "No such furnace."})


@thing("listing_reviews.dismiss", "api_listing_reviews.dismiss")
def a_report(world: World) -> Thing:
    """Ada's, open."""
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    facility = _listing(world)
    row = report(world.session, facility.id, ReportReason.WRONG, "No such furnace.", now=world.now, by=ada)
    return Thing({"report_id": row.id}, form={"reason": "There is."})


def _listing(world: World) -> Facility:
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    facility, _unit = make_listing(world.session, world.cast.firm.id, by=bo, now=world.now)
    return facility


def _asked(world: World) -> PrivacyRequest:
    ada = actor_of(world.session, world.cast.ada, now=world.now)
    return ask(world.session, Asked(kind=RequestKind.EXPORT), now=world.now, by=ada)
