"""For administrators: what is late or ends soon, each with the way to where it is decided."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.applications.queries.lines import overdue
from marketplace.console.queries.deadlines import ending
from marketplace.console.queries.overview import today
from marketplace.permits.queries import titles
from marketplace.web.access import allow
from marketplace.web.applications import following, place
from marketplace.web.paging import LIMIT, window
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("admin_deadlines", __name__)


@blueprint.get("/admin/applications")
@allow("deadline.oversee")
def applications() -> str:
    """Applications that authorities have not decided by their day, the longest overdue first."""
    found = overdue(reading(), actor(), now=now(), limit=LIMIT + 1, after=place())
    return render_template("admin_deadlines/applications.html", lines=found[:LIMIT], next=following(found))


@blueprint.get("/admin/ending")
@allow("deadline.oversee")
def expiring() -> str:
    """Approvals and framework agreements that end within 30 days, the first to end on top."""
    shown = window()
    found = ending(reading(), on=today(now()), limit=shown.limit + 1, offset=shown.offset)
    return render_template(
        "admin_deadlines/ending.html",
        rows=found[: shown.limit],
        titles=titles(reading()),
        today=today(now()),
        pages=shown.around(len(found)),
    )
