"""What the routes of notices, uploads and jobs are about, for the walk over all routes."""

from __future__ import annotations

from sqlalchemy import select

from marketplace.catalogue.models import AttachmentKind, FacilityFile
from marketplace.files.actions import Purpose, keep
from marketplace.jobs.actions import defer
from marketplace.jobs.models import Task, TaskState
from marketplace.notices.actions import mail_to_address, tell
from marketplace.notices.models import Mail, MailState, Notice
from tests.cast import actor_of
from tests.factories.listings import make_listing
from tests.web.objects import Thing, World, thing


@thing("inbox.follow")
def a_notice_to_ada(world: World) -> Thing:
    """Hers alone."""
    ada = world.cast.ada.id
    tell(world.session, [ada], "token_issued", {"path": "account/tokens", "name": "n"}, now=world.now)
    notice = world.session.scalars(select(Notice).where(Notice.recipient_id == ada)).first()
    assert notice is not None
    return Thing({"notice_id": notice.id}, owner=ada)


@thing("mailbox.mail")
def a_mail(world: World) -> Thing:
    """In a development server's mailbox."""
    return Thing({"mail_id": _mail(world).id})


@thing("admin_jobs.retry_mail")
def a_dead_mail(world: World) -> Thing:
    """Given up."""
    mail = _mail(world)
    mail.state = MailState.DEAD
    world.session.flush()
    return Thing({"mail_id": mail.id})


@thing("admin_jobs.retry_task")
def a_dead_task(world: World) -> Thing:
    """Given up."""
    defer(world.session, "search.refresh_facility", {}, now=world.now)
    task = world.session.scalars(select(Task).order_by(Task.id.desc())).first()
    assert task is not None
    task.state = TaskState.DEAD
    world.session.flush()
    return Thing({"task_id": task.id})


@thing("files.file")
def a_published_plan(world: World) -> Thing:
    """A document of a published listing: everybody's."""
    bo = actor_of(world.session, world.cast.bo, now=world.now)
    facility, _unit = make_listing(world.session, world.cast.firm.id, by=bo, now=world.now)
    store = world.app.extensions["benchbridge"][2]
    plan = keep(world.session, store, b"%PDF-1", name="plan.pdf", purpose=Purpose.DOCUMENT, by=bo.id, now=world.now)
    world.session.add(FacilityFile(facility_id=facility.id, file_id=plan.id, kind=AttachmentKind.DOCUMENT))
    world.session.flush()
    return Thing({"file_id": plan.id})


def _mail(world: World) -> Mail:
    mail_to_address(world.session, "new@example.org", "sign_up", {"path": "x"}, language="en", now=world.now)
    mail = world.session.scalars(select(Mail).where(Mail.address.is_not(None)).order_by(Mail.id.desc())).first()
    assert mail is not None
    return mail
