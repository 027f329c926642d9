"""My desk: what waits for me, oldest deadline first, and what comes next."""

from __future__ import annotations

from flask import Blueprint, render_template

from marketplace.bookings.queries.desk import my_desk
from marketplace.bookings.queries.threads import threads
from marketplace.collaborations.queries.pages import waiting
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("desk", __name__)
LATEST_THREADS = 5


@blueprint.get("/desk")
@allow("desk.see")
def desk() -> str:
    """Terms to accept, whom to check in, and the bookings ahead."""
    found = my_desk(reading(), by=actor(), now=now())
    arriving = [row for row in found.next if row.verbs & {"check_in", "check_out"}]
    due = {row.id for row in arriving}
    return render_template(
        "desk/desk.html",
        waiting=found.waiting,
        arriving=arriving,
        coming=[row for row in found.next if row.id not in due],
        invited=waiting(reading(), by=actor(), now=now()),
        talks=threads(reading(), by=actor(), limit=LATEST_THREADS),
    )
