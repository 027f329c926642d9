"""Statistics of use: filters in the address, a chart with its table, two years side by side, and files to take away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any, Final, cast
from uuid import UUID

from flask import Blueprint, Response, abort, jsonify, render_template, request
from werkzeug.datastructures import MultiDict

from marketplace.collaborations.rules.days import HERE
from marketplace.jurisdictions import queries as places
from marketplace.statistics.actions.exports import Order, begin_export
from marketplace.statistics.delivery import TYPES, Parcel, portions
from marketplace.statistics.dictionary import columns, indicators, known, rules
from marketplace.statistics.models import ExportFormat
from marketplace.statistics.queries import exports, looking
from marketplace.statistics.queries.reach import reach_of
from marketplace.statistics.rules.manifests import manifest
from marketplace.statistics.rules.reach import Reach, offered
from marketplace.statistics.rules.wishes import CHOICES, FILTERS, GROUPS, RAW, Wish, wish_of
from marketplace.values.localized import Language
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.access import allow
from marketplace.web.request import actor, clock, database, language, now, reading, transact, url
from marketplace.wording.pictures.usage import cell, chart_of, heads, names_of, spoken_value
from marketplace.wording.refusals import sentence_of_error
from marketplace.wording.statistics import GROUPS as GROUP_NAMES

blueprint = Blueprint("usage", __name__)
SHOWN: Final = 100
# What a screen shows where nobody names columns; files have all.
SCREEN: Final = frozenset(
    {"unit", "facility", "organisation", "user_jurisdiction", "unit_jurisdiction", "user_class", "purpose", "day"}
    | {"state", "booked_seconds", "used_seconds", "external_seconds", "sessions", "use_of_open_hours"}
    | {"use_of_open_hours_mean", "sharing_rate", "sharing_rate_mean", "show_rate"}
)
FORMATS: Final = tuple(each.value for each in ExportFormat)


@dataclass(frozen=True, slots=True)
class Asked:
    """What an address asks for; `wish` is None where it breaks rules, which `errors` tell."""

    typed: dict[str, str]
    wish: Wish | None
    errors: tuple[FieldError, ...] = ()


@blueprint.get("/usage")
@allow("usage.see")
def statistics() -> str | tuple[str, int]:
    """Use as a chart and a table, narrowed and grouped by what stands in the address."""
    session, tag = reading(), cast(Language, language())
    reach, asked = reach_of(session, actor()), asked_for(request.args)
    around = {
        "typed": asked.typed,
        "options": options(tag),
        "formats": FORMATS,
        "exports": exports.exports_of(session, by=actor(), limit=8),
        "as_of": exports.as_of(session, now()),
        "waiting": exports.waiting(session),
    }
    if asked.wish is None:
        told = [(each.field, sentence_of_error(each, tag)) for each in asked.errors]
        return render_template("usage/statistics.html", errors=told, wish=None, **around), 422
    return render_template("usage/statistics.html", errors=(), **_shown(asked.wish, reach), **around)


@blueprint.get("/usage/dictionary")
@allow("metric.see")
def dictionary() -> str:
    """What each column and indicator is, and the rules of counting."""
    return render_template("usage/dictionary.html", columns=columns(), indicators=indicators(), rules=rules())


@blueprint.get("/usage/file")
@allow("usage.export")
def file() -> Response:
    """The rows as a file; what it holds is told by its manifest."""
    reach_of(reading(), actor())
    wish = asked_for(request.args)
    if wish.wish is None:
        raise Invalid(wish.errors)
    return sent(wish.wish, request.args.get("format", "csv"), request.args.get("for"), via="page")


@blueprint.get("/usage/exports/<uuid:export_id>/manifest.json")
@allow("usage.manifest")
def told(export_id: UUID) -> Response:
    """What an export holds, by which rules, and the digest of its bytes."""
    return jsonify(manifest(exports.export_for(reading(), export_id, by=actor())))


def sent(wish: Wish, format: str, purpose: str | None, *, via: str) -> Response:
    """The answer that is an export: written down, then streamed. Raises Invalid."""
    if format not in FORMATS:
        raise Invalid.one("format", "choice")
    if request.method != "GET":
        abort(405)
    order, by, at = Order(wish, ExportFormat(format), via, purpose), actor(), now()
    parcel = transact(lambda work: Parcel.of(*_begun(work, order, at, by)))
    response = Response(portions(database(), parcel, clock=clock()), content_type=TYPES[parcel.format])
    response.headers.set("Content-Disposition", "attachment", filename=parcel.name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Export"] = str(parcel.id)
    return response


def _begun(work: Any, order: Order, at: Any, by: Any) -> tuple[Any, Wish, Reach]:
    row, reach = begin_export(work, order, now=at, by=by)
    return row, order.wish, reach


def asked_for(told: MultiDict[str, str]) -> Asked:
    """What an address asks for; where it names no days, the last whole quarter by month."""
    first, last = last_quarter()
    typed = {name: told.get(name, "") for name in ("from", "to", "group_by", "compare", *FILTERS)}
    if not (typed["from"] or typed["to"]):
        typed |= {"from": first.isoformat(), "to": last.isoformat()}
    if "group_by" not in told:
        typed["group_by"] = "month"
    pairs = [(name, value) for name in FILTERS for value in told.getlist(name) if value]
    try:
        days = _day(typed["from"], "from"), _day(typed["to"], "to")
        wish = wish_of(
            days, ",".join(told.getlist("group_by")) or typed["group_by"], pairs, ",".join(told.getlist("columns"))
        )
    except Invalid as broken:
        return Asked(typed, None, broken.errors)
    return Asked(typed, wish)


def last_quarter() -> tuple[date, date]:
    """The last calendar quarter that is over here."""
    today = now().astimezone(HERE).date()
    after = date(today.year, (today.month - 1) // 3 * 3 + 1, 1)
    last = after - timedelta(days=1)
    return date(last.year, last.month - 2, 1), last


def options(tag: Language) -> dict[str, list[tuple[str, str]]]:
    """What the filters offer, by their names."""
    roots = [each for each in places.jurisdictions(reading()) if each.parent_code is None]
    lands = [(each.code, names_of(each.name, tag)) for each in roots]
    said = {name: [(code, spoken_value(name, code, tag)) for code in codes] for name, codes in CHOICES.items()}
    return {
        "group_by": [(each, GROUP_NAMES[each][tag]) for each in (*GROUPS, *RAW)],
        "user_jurisdiction": lands,
        "unit_jurisdiction": lands,
        "zone": [(each.code, names_of(each.name, tag)) for each in places.zones(reading())],
        **said,
    }


def _shown(wish: Wish, reach: Reach) -> dict[str, Any]:
    """Rows, chart, total and comparison of what somebody may see."""
    tag, session = cast(Language, language()), reading()
    visible = replace(wish, columns=_on_screen(wish))
    found = looking.page_of(session, visible, reach, now=now(), limit=SHOWN + 1)
    rows = found[:SHOWN]
    compared = request.args.get("compare") == "1"
    return {
        "wish": visible,
        "chosen": wish,
        "chart": chart_of(visible, rows, tag) if wish.shape == "groups" else None,
        "heads": heads(visible.chosen, tag),
        "rows": [[cell(row[each.id], each, tag) for each in visible.chosen] for row in rows],
        "more": len(found) > SHOWN,
        "total": looking.total_of(session, visible, reach, now=now()),
        "panel": looking.panel_of(session, visible, reach, now=now()) if compared else None,
        "before": looking.year_before(visible),
        "indicators": indicators(),
        "offered": offered(tuple(known(wish.shape).values()), reach),
        "address": partial(_address, wish),
        "cell": partial(_cell, tag),
    }


def _on_screen(wish: Wish) -> tuple[str, ...]:
    """The columns that were chosen, without those about people; where none were, those that a screen has room for."""
    if request.args.get("columns"):
        return tuple(each.id for each in wish.chosen if not each.personal)
    found = [each for each in wish.chosen if each.id in SCREEN or (wish.shape == "groups" and each.key is not None)]
    return tuple(each.id for each in found if not each.id.endswith("_id"))


def _cell(tag: Language, id: str, value: Any) -> str:
    return cell(value, known("groups")[id], tag)


def _address(wish: Wish, format: str) -> str:
    told: dict[str, Any] = {"from": wish.first.isoformat(), "to": wish.last.isoformat(), "group_by": wish.grouping}
    told |= {name: list(values) for name, values in wish.filters.items()}
    if request.args.get("columns"):
        told["columns"] = ",".join(each.id for each in wish.chosen if not each.personal)
    return url("usage.file", format=format, **told)


def _day(typed: str, field: str) -> date | None:
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise Invalid.one(field, "date") from None
