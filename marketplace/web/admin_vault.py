"""For administrators and officers: entries of the vault that wait for a word, and approvals not asked for again."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, render_template, request

from marketplace.accounts.policy import demand
from marketplace.catalogue.formats.writing import write_csv
from marketplace.permits.queries import titles
from marketplace.permits.queries.approvals import Avoided, approvals_not_asked_again
from marketplace.permits.queries.vault import waiting
from marketplace.values.localized import pick
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.access import allow
from marketplace.web.paging import window
from marketplace.web.request import actor, language, reading
from marketplace.web.vault_words import rows_of, today
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("admin_vault", __name__)


@blueprint.get("/admin/vault")
@allow("vault.queue")
def queue() -> str:
    """What waits for the reader's word, the oldest first: officers see what their own agency issued."""
    demand(actor(), "vault.queue")
    shown = window()
    found = waiting(reading(), by=actor(), limit=shown.limit + 1, offset=shown.offset)
    return render_template("vault/queue.html", rows=rows_of(found[: shown.limit]), pages=shown.around(len(found)))


@blueprint.get("/admin/approvals")
@allow("approvals.see")
def approvals() -> tuple[str, int]:
    """Approvals that bookings did without, by month and rule."""
    errors: list[str] = []
    try:
        first, last = days_of(request.args.get("first", ""), request.args.get("last", ""), today())
    except Invalid as broken:
        errors = [sentence_of_error(error, language()) for error in broken.errors]
        first, last = days_of("", "", today())
    found = approvals_not_asked_again(reading(), first, last)
    values = {"rows": [(row, _title(row)) for row in found], "total": sum(row.approvals for row in found)}
    page = render_template("vault/approvals.html", first=first, last=last, errors=errors, **values)
    return page, 422 if errors else 200


@blueprint.get("/admin/approvals.csv")
@allow("approvals.see")
def export() -> Response:
    """The same as a sheet."""
    first, last = days_of(request.args.get("first", ""), request.args.get("last", ""), today())
    response = Response(sheet_of(first, last), content_type="text/csv; charset=utf-8")
    name = f"approvals-not-asked-again-{first}-{last}.csv"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["Cache-Control"] = "no-store"
    return response


def days_of(first: str, last: str, on: date) -> tuple[date, date]:
    """The days that were asked for; left out, from the first of the year to today. Raises Invalid."""
    begin = _day(first, "first") if first else on.replace(month=1, day=1)
    end = _day(last, "last") if last else max(on, begin)
    if end < begin:
        raise Invalid([FieldError("last", "order", "vault_days")])
    return begin, end


def sheet_of(first: date, last: date) -> bytes:
    """Approvals not asked for again as CSV: month, rule, its title in the reader's language, how many, and on
    what basis."""
    rows = approvals_not_asked_again(reading(), first, last)
    told = ([row.month, row.rule_id, _title(row), str(row.approvals), "; ".join(row.bases)] for row in rows)
    return write_csv(["month", "rule", "title", "approvals_not_asked_again", "basis"], told)


def _day(typed: str, field: str) -> date:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid.one(field, "date") from None


def _title(row: Avoided) -> str:
    title = titles(reading()).get(row.rule_id)
    return pick(title, language()).text if title else row.rule_id  # type: ignore[arg-type]
