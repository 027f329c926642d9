"""The administrators' first page: what waits for somebody, and whether the house is in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from marketplace.accounts.policy import may
from marketplace.accounts.queries import people
from marketplace.history import queries as history
from marketplace.jobs import queries as jobs
from marketplace.jobs.queries import Load
from marketplace.notices import queries as notices
from marketplace.outcomes.queries.listing import number_disputed
from marketplace.permits.models import MatchState
from marketplace.permits.queries import editing, screening, vault
from marketplace.web.access import allow
from marketplace.web.request import actor, now, reading

blueprint = Blueprint("admin", __name__)
OVERDUE_SECONDS = 300


@dataclass(frozen=True, slots=True)
class Waiting:
    """One kind of thing that waits for an administrator."""

    label: str
    note: str
    count: int
    href: str


@blueprint.get("/admin")
@allow("admin.overview")
def overview() -> str:
    """What waits, in the order of who would suffer first; then the figures."""
    counts = people.overview(reading())
    load = jobs.load(reading(), now=now())
    mails = notices.mail_counts(reading(), now=now())
    late = load.oldest is not None and (now() - load.oldest).total_seconds() > OVERDUE_SECONDS
    proposed = editing.count_open_proposals(reading())
    found = (
        _to_verify(counts.waiting),
        *_to_look_at(),
        _to_decide(proposed),
        *_given_up(load.dead, mails["dead"]),
        *_overdue(load, mails, late=late),
    )
    return render_template(
        "admin/overview.html",
        waiting=[one for one in found if one.count],
        counts=counts,
        load=load,
        mails=mails,
        chain=history.chain_state(reading()),
    )


def _to_verify(count: int) -> Waiting:
    label, note = _("Organisations to verify"), _("They draft and browse until then.")
    return Waiting(label, note, count, url_for("admin_organisations.queue"))


def _to_look_at() -> Iterator[Waiting]:
    approvals = _("What somebody holds already counts once it is verified.")
    yield Waiting(
        _("Vault entries to verify"), approvals, vault.number_waiting(reading()), url_for("admin_vault.queue")
    )
    counts_nowhere = _("Until it is settled it counts nowhere.")
    disputes = number_disputed(reading())
    yield Waiting(_("Disputed outcomes"), counts_nowhere, disputes, url_for("outcome_questions.queue"))
    if may(actor(), "screening.see"):
        note = _("Somebody here may be a party of the screening list.")
        number = screening.counts(reading())[MatchState.OPEN]
        yield Waiting(_("Screening matches to review"), note, number, url_for("admin_screening.matches"))


def _to_decide(count: int) -> Waiting:
    label, note = _("Changes of permit rules to decide"), _("Each needs the word of a second administrator.")
    return Waiting(label, note, count, url_for("admin_rules.overview"))


def _given_up(tasks: int, mails: int) -> tuple[Waiting, Waiting]:
    retried = _("They failed too often; each can be run again.")
    resent = _("They were not taken; each can be sent again.")
    return (
        Waiting(_("Tasks given up"), retried, tasks, url_for("admin_jobs.jobs", state="dead")),
        Waiting(_("Mails given up"), resent, mails, url_for("admin_jobs.mails", state="dead")),
    )


def _overdue(load: Load, mails: Mapping[str, int], *, late: bool) -> tuple[Waiting, Waiting]:
    worker, server = _("Is the job worker running?"), _("Does the mail server answer?")
    due = load.due if late else 0
    return (
        Waiting(_("Tasks overdue"), worker, due, url_for("admin_jobs.jobs", state="waiting")),
        Waiting(_("Mails overdue"), server, mails["overdue"], url_for("admin_jobs.mails", state="waiting")),
    )
