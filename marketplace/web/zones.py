"""Zones with their authorities and counterpart pairs; working-day calendars; rates of exchange."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.accounts.policy import demand
from marketplace.jurisdictions import actions, queries
from marketplace.jurisdictions.models import Confidence, Zone
from marketplace.jurisdictions.queries import YearRow
from marketplace.jurisdictions.tables import sources
from marketplace.permits.queries import naming
from marketplace.search.queries.counting import facilities_by_zone
from marketplace.values.refusal import NotFound
from marketplace.web.access import allow
from marketplace.web.forms.fields import page, refusals_shown, text
from marketplace.web.forms.zones import DayForm, RateForm, YearForm
from marketplace.web.request import actor, now, reading, transact, url

blueprint = Blueprint("zones", __name__)


@blueprint.get("/zones")
@allow("jurisdiction.see")
def zones() -> str:
    """All zones, with what each is and how many facilities stand in it."""
    return render_template(
        "zones/zones.html",
        zones=queries.zones(reading()),
        counts=facilities_by_zone(reading()),
        territories={row.code: row.name for row in queries.jurisdictions(reading())},
        pairs=queries.pairs(reading()),
    )


@blueprint.get("/zones/<slug>")
@allow("jurisdiction.see")
def zone(slug: str) -> str:
    """One zone: who governs it, who settles its issues with whom, and where all of that is said."""
    row = queries.zone(reading(), slug)
    every = queries.zones(reading())
    territories = {one.code: one.name for one in queries.jurisdictions(reading())}
    counts = facilities_by_zone(reading())
    inside = queries.zones_below(reading(), [row.code])
    pairs = queries.pairs(reading(), row.pair_codes)
    sides = {code for pair in pairs for side in (pair.side_a, pair.side_b) for code in side["agencies"]}
    return render_template(
        "zones/zone.html",
        zone=row,
        facilities=sum(counts.get(code, 0) for code in inside),
        rules=len(naming(reading(), inside)),
        parent=next((one for one in every if one.code == row.parent_code), None),
        parts=[one for one in every if one.parent_code == row.code],
        territories=territories,
        agencies={one.code: one for one in queries.agencies(reading(), {*row.agency_codes, *sides})},
        pairs=pairs,
        sources=_sources(row, [key for pair in pairs for key in pair.sources]),
        confidence=confidence_of(row.confidence),
        confidences={pair.code: confidence_of(pair.confidence) for pair in pairs},
    )


@blueprint.get("/calendars")
@allow("jurisdiction.see")
def calendars() -> str:
    """The working-day calendars, each with its years."""
    rows, years = queries.calendars(reading()), queries.calendar_years(reading())
    return render_template("zones/calendars.html", calendars=rows, years=years)


@blueprint.get("/calendars/<code>/<int:year>")
@allow("jurisdiction.see")
def calendar_year(code: str, year: int) -> str:
    """One year of a calendar: the days that differ from its week, and what they rest on."""
    return _year_page(code, year, DayForm(formdata=None), YearForm(formdata=None, prefix="year"))[0]


@blueprint.post("/calendars/<code>/<int:year>/days")
@allow("calendar.change")
def override_day(code: str, year: int) -> Response | tuple[str, int]:
    """Say of one day that it is off or worked, with the reason."""
    demand(actor(), "calendar.change")
    form = _offered(DayForm())
    if form.validate_on_submit():
        with refusals_shown(form):
            override = form.override(code)
            transact(lambda session: actions.override_day(session, override, now=now(), by=actor().id))
            flash(_("The day is changed. Deadlines from now on are counted with it."))
            return redirect(url("zones.calendar_year", code=code, year=override.day.year), code=303)
    return _year_page(code, year, form, YearForm(formdata=None, prefix="year"))


@blueprint.post("/calendars/<code>/<int:year>/confirm")
@allow("calendar.change")
def confirm_year(code: str, year: int) -> Response | tuple[str, int]:
    """State that the year is that of the official notice."""
    demand(actor(), "calendar.change")
    form = YearForm(prefix="year")
    if form.validate_on_submit():
        with refusals_shown(form):
            notice, note = text(form.notice), text(form.note)
            transact(
                lambda session: actions.confirm_year(
                    session, code, year, notice=notice, note=note, now=now(), by=actor().id
                )
            )
            flash(_("The year is confirmed. Dates counted in it are no longer provisional."))
            return redirect(url("zones.calendar_year", code=code, year=year), code=303)
    return _year_page(code, year, DayForm(formdata=None), form)


@blueprint.route("/exchange-rates", methods=["GET"])
@allow("exchange_rate.see")
def exchange_rates() -> str:
    """The rates that have been entered, and the form for another one."""
    return _rates_page(RateForm(formdata=None))[0]


@blueprint.post("/exchange-rates")
@allow("exchange_rate.enter")
def enter_rate() -> Response | tuple[str, int]:
    """Enter a rate from a day on."""
    demand(actor(), "exchange_rate.enter")
    form = _with_currencies(RateForm())
    if form.validate_on_submit():
        with refusals_shown(form):
            entered, rate = form.valid_from.data, form.rate
            assert entered is not None
            currency, source = str(form.currency.data), text(form.source)
            transact(
                lambda session: actions.enter_rate(
                    session, currency, rate, valid_from=entered, source=source, now=now(), by=actor().id
                )
            )
            flash(_("The rate is entered. Prices are compared with it within a few minutes."))
            return redirect(url("zones.exchange_rates"), code=303)
    return _rates_page(form)


def confidence_of(confidence: Confidence) -> tuple[str, str]:
    """How well a row is sourced, in words, and the tone of its chip."""
    words = {
        Confidence.PRIMARY: (_("Primary source"), "jade"),
        Confidence.SECONDARY: (_("Secondary source"), ""),
        Confidence.BACKGROUND: (_("To be verified"), "amber"),
    }
    label, tone = words[confidence]
    return str(label), tone


def _sources(zone: Zone, more: list[str]) -> list[object]:
    return list(sources(list(dict.fromkeys([*zone.sources, *more]))))


def _year_page(code: str, year: int, day_form: DayForm, year_form: YearForm) -> tuple[str, int]:
    calendar = next((row for row in queries.calendars(reading()) if row.code == code), None)
    if calendar is None:
        raise NotFound(code)
    shown: YearRow = queries.calendar_year(reading(), code, year)
    _offered(day_form)
    values = {"calendar": calendar, "shown": shown, "year_form": year_form, "sent": request.method == "POST"}
    html, status = page("zones/calendar_year.html", day_form, **values)
    return html, 422 if year_form.errors else status


def _offered(form: DayForm) -> DayForm:
    return form.offer(str(_("Day off")), str(_("Working day")))


def _with_currencies(form: RateForm) -> RateForm:
    return form.offer(row.code for row in queries.currencies(reading()))


def _rates_page(form: RateForm) -> tuple[str, int]:
    return page("zones/exchange_rates.html", _with_currencies(form), rates=queries.rates(reading()))
