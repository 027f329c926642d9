"""The administrators' first page: what needs a decision today, and whether the house is in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from marketplace.accounts.queries import people
from marketplace.console.queries.overview import Waiting, Waits, waiting
from marketplace.history import queries as history
from marketplace.jobs import queries as jobs
from marketplace.notices import queries as notices
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("admin", __name__)


@dataclass(frozen=True, slots=True)
class Line:
    """One kind of thing that waits for an administrator, and where it is decided."""

    waits: Waits
    label: str
    note: str
    href: str


@blueprint.get("/admin")
@allow("admin.overview")
def overview() -> str:
    """What waits, in the order of who would suffer first; then the figures."""
    found = waiting(reading(), by=actor(), now=now())
    return render_template(
        "admin/overview.html",
        waiting=[Line(one, *LINES[one.kind]()) for one in found],
        counts=people.overview(reading()),
        load=jobs.load(reading(), now=now()),
        mails=notices.mail_counts(reading(), now=now()),
        chain=history.chain_state(reading()),
    )


def _said(label: str, note: str, endpoint: str, **values: Any) -> tuple[str, str, str]:
    return label, note, url_for(endpoint, **values)


LINES: dict[Waiting, Callable[[], tuple[str, str, str]]] = {
    Waiting.ORGANISATIONS: lambda: _said(
        _("Organisations to verify"), _("They draft and browse until then."), "admin_organisations.queue"
    ),
    Waiting.PRIVACY: lambda: _said(
        _("Requests about personal data"), _("The law sets a day for the answer."), "admin_privacy.queue"
    ),
    Waiting.LISTINGS: lambda: _said(
        _("Reported listings"), _("Somebody says that it is not as it should be."), "listing_reviews.queue"
    ),
    Waiting.APPLICATIONS: lambda: _said(
        _("Overdue permit applications"),
        _("An authority has not decided by its day; bookings wait for it."),
        "admin_deadlines.applications",
    ),
    Waiting.VAULT: lambda: _said(
        _("Vault entries to verify"), _("What somebody holds already counts once it is verified."), "admin_vault.queue"
    ),
    Waiting.RULES: lambda: _said(
        _("Changes of permit rules to decide"),
        _("Each needs the word of a second administrator."),
        "admin_rules.overview",
    ),
    Waiting.DISPUTES: lambda: _said(
        _("Disputed outcomes"), _("Until it is settled it counts nowhere."), "outcome_questions.queue"
    ),
    Waiting.PAPERS: lambda: _said(
        _("Papers of outcomes to check"),
        _("What is checked against its papers counts for more."),
        "outcome_questions.queue",
        what="papers",
    ),
    Waiting.SCREENING: lambda: _said(
        _("Screening matches to review"),
        _("Somebody here may be a party of the screening list."),
        "admin_screening.matches",
    ),
    Waiting.APPROVALS_ENDING: lambda: _said(
        _("Approvals that end within 30 days"),
        _("Their holders are told; bookings may lean on them."),
        "admin_deadlines.expiring",
    ),
    Waiting.FRAMEWORKS_ENDING: lambda: _said(
        _("Framework agreements that end within 30 days"),
        _("After that each booking asks for its terms again."),
        "admin_deadlines.expiring",
    ),
    Waiting.TASKS_DEAD: lambda: _said(
        _("Tasks given up"), _("They failed too often; each can be run again."), "admin_jobs.jobs", state="dead"
    ),
    Waiting.MAILS_DEAD: lambda: _said(
        _("Mails given up"), _("They were not taken; each can be sent again."), "admin_jobs.mails", state="dead"
    ),
    Waiting.TASKS_OVERDUE: lambda: _said(
        _("Tasks overdue"), _("Is the job worker running?"), "admin_jobs.jobs", state="waiting"
    ),
    Waiting.MAILS_OVERDUE: lambda: _said(
        _("Mails overdue"), _("Does the mail server answer?"), "admin_jobs.mails", state="waiting"
    ),
}
