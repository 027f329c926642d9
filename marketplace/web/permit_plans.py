"""What a use would need: a permit plan before any booking, asked step by step, for anybody, and nothing of it kept."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace.accounts.models import Organisation
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.queries import find, unit_page
from marketplace.jurisdictions import queries as places
from marketplace.jurisdictions.tables import city_names, table
from marketplace.permits import queries
from marketplace.permits.rules.parties import standing_facts
from marketplace.permits.rules.plan import Plan
from marketplace.search.queries import organisations_of
from marketplace.values.localized import Language, pick
from marketplace.values.refusal import FieldError, Invalid, NotFound
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.permit_plans import Offered, PlanForm
from marketplace.web.permit_answers import (
    AT_ONCE,
    CURRENCIES,
    Answers,
    Asked,
    Voice,
    base_of,
    may_be_asked,
    open_questions,
    ordered,
    remembered,
    sent,
    told,
)
from marketplace.web.plan_grounds import Grounds
from marketplace.web.plan_steps import PlanSheet, sheet_of
from marketplace.web.request import actor, language, now, reading
from marketplace.web.teams import pressed, reshaped
from marketplace.wording.permit_reasons import Vocabulary
from marketplace.wording.refusals import sentence_of_error

blueprint = Blueprint("permit_plans", __name__)

# Nobody asks for tomorrow; a day is there to be changed.
AHEAD: Final = timedelta(days=30)
SLUG: Final = re.compile(r"[a-z0-9-]{1,120}")


@dataclass(slots=True, kw_only=True)
class Page:
    """The form on its way: what was told, what is asked, and what the rules say of it."""

    form: PlanForm
    vocabulary: Vocabulary
    voice: Voice
    grounds: Grounds = field(default_factory=Grounds)
    answers: Answers = field(default_factory=dict)
    faults: dict[str, FieldError] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)
    left: int = 0
    sheet: PlanSheet | None = None

    @property
    def facility(self) -> Facility | None:
        """The listing that it is about."""
        return self.grounds.facility

    @property
    def organisation(self) -> Organisation | None:
        """The organisation of who asks, whose approvals are counted."""
        return self.grounds.organisation

    @property
    def broken(self) -> bool:
        """Whether something that was sent can't be taken."""
        return bool(self.errors or self.faults or self.form.errors)

    @property
    def carried(self) -> str:
        """The answers as the form carries them."""
        return json.dumps(self.answers, ensure_ascii=True, separators=(",", ":"))

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """The answers in words."""
        return self.voice.said(self.answers, str(_("I don't know")))


@blueprint.get("/permits/plan")
@allow("permit_rule.see")
def start() -> str:
    """The first step, filled in from a listing and from the organisation of who asks."""
    unit, facility = _listing(request.args.get("facility", ""), request.args.get("unit", ""))
    own = _own()
    form = PlanForm(formdata=None, data=_known(facility, unit, own[0] if own else None))
    return _shown(_page(form, Grounds(facility, unit, own[0] if own else None), own))


@blueprint.post("/permits/plan")
@allow("permit_rule.see", reads=True)
def plan() -> tuple[str, int]:
    """The plan as far as it is known, and what is asked next."""
    form, own = PlanForm(), _own()
    unit, facility = _listing(str(form.facility.data or ""), str(form.unit.data or ""))
    chosen = next((each for each in own if str(each.id) == form.organisation.data), None)
    page = _page(form, Grounds(facility, unit, chosen), own)
    if chosen is not None:
        form.put_user(_user(chosen))
    _take(page)
    if pressed(request.form):
        page.answers, fault = reshaped(form, page.answers, request.form)
        page.errors += [sentence_of_error(fault, language())] if fault else []
    elif form.validate_on_submit():
        _judge(page)
    return _shown(page), 422 if page.broken else 200


def _take(page: Page) -> None:
    """Take up the answers of earlier steps and of this one; what is to be changed is asked again."""
    try:
        page.answers = remembered(request.form.get("answers", ""), page.vocabulary)
    except Invalid as broken:
        page.errors += [sentence_of_error(error, language()) for error in broken.errors]
    given, page.faults = sent(request.form, page.vocabulary)
    page.answers |= given
    page.again = list(page.faults)
    change = request.form.get("change", "")
    if may_be_asked(change, page.vocabulary):
        page.answers.pop(change, None)
        page.again.insert(0, change)


def _judge(page: Page) -> None:
    """Ask the rules; an answer that has the wrong shape is left out and told."""
    facts, today = page.form.facts(), _today()
    try:
        found = _plan(page, facts, page.answers, on=today)
    except Invalid as broken:
        page.errors.append(sentence_of_error(FieldError("answers", "plan_answers", "plan_answers"), language()))
        faulty = {base_of(error.field, page.vocabulary) for error in broken.errors}
        page.answers = {fact: value for fact, value in page.answers.items() if fact not in faulty}
        # Codes stand deeper than their fact: what still does not fit is left out whole.
        page.answers = page.answers if _fits(page, facts, today) else {}
        found = _plan(page, facts, page.answers, on=today)
    page.sheet = sheet_of(found, page.vocabulary, _language())
    wanted = open_questions(found.questions, page.answers, page.vocabulary, first=page.again)
    page.left = max(0, len(wanted) - AT_ONCE)
    typed = {fact: request.form.getlist(f"q.{fact}") for fact in page.faults}
    page.questions = [
        page.voice.ask(fact, number, typed.get(fact, ()), page.faults.get(fact))
        for number, fact in enumerate(wanted[:AT_ONCE], 1)
    ]


def _plan(page: Page, facts: Mapping[str, Any], answers: Answers, *, on: date) -> Plan:
    return queries.permit_plan(reading(), page.grounds.under(told(facts, answers), on), on)


def _fits(page: Page, facts: Mapping[str, Any], today: date) -> bool:
    try:
        _plan(page, facts, page.answers, on=today)
    except Invalid:
        return False
    return True


def _shown(page: Page) -> str:
    host = reading().get(Organisation, page.facility.organisation_id) if page.facility else None
    return render_template(
        "permit_plans/plan.html",
        page=page,
        form=page.form,
        host=host,
        sheet=page.sheet,
        currencies=CURRENCIES,
        today=_today(),
        day=page.form.day.data,
    )


def _page(form: PlanForm, grounds: Grounds, own: Sequence[Organisation]) -> Page:
    vocabulary = queries.vocabulary(reading())
    offered = _offered(vocabulary)
    form.offer(offered, _today())
    form.offer_organisations([(str(each.id), _pick(each.name)) for each in own])
    voice = Voice(vocabulary, _language(), offered.jurisdictions)
    return Page(form=form, vocabulary=vocabulary, voice=voice, grounds=grounds)


def _offered(vocabulary: Vocabulary) -> Offered:
    """What the first step lets choose, in two statements."""
    territories, zones = places.jurisdictions(reading()), places.zones(reading())
    asked = ("host.org_type", "host.control", "mode", "activity_purpose", "activity_class")
    lies_in = {str(row["city"]): str(row["jurisdiction_code"]) for row in table("cities")}
    inside = {row.code: row.jurisdiction_code for row in zones if row.jurisdiction_code}
    return Offered(
        jurisdictions=[(row.code, _pick(row.name)) for row in territories],
        cities=[(city, _pick(name)) for city, name in city_names().items()],
        zones=[(row.code, _pick(row.name)) for row in zones if row.code in inside],
        choices={name: _choices(vocabulary.get(name, {})) for name in asked},
        roots={row.code: row.root_code for row in territories},
        lies_in=lies_in | inside,
    )


def _choices(fact: Mapping[str, Any]) -> Sequence[tuple[str, str]]:
    return ordered((value, _pick(name)) for value, name in fact.get("choices", {}).items())


def _known(facility: Facility | None, unit: Unit | None, mine: Organisation | None) -> dict[str, Any]:
    """What the first step begins with."""
    known: dict[str, Any] = {"day": _today() + AHEAD, "purpose": "research", "activity": "none", "mode": "on_site"}
    known |= {"host_kind": "firm", "user_kind": "university", "place_in": "", "user_in": ""}
    if facility is not None:
        known |= {"facility": str(facility.id), "unit": str(unit.id) if unit else ""}
        known |= {"place_in": facility.jurisdiction_code or ""}
        known |= {"place_city": facility.city or "", "place_zone": facility.zone_code or ""}
        host = reading().get(Organisation, facility.organisation_id)
        known |= _party("host", host) if host else {}
    return known if mine is None else known | {"organisation": str(mine.id)} | _user(mine)


def _user(mine: Organisation) -> dict[str, str]:
    """What the first step says of an organisation that asks."""
    place = {"user_in": mine.jurisdiction_code, "user_city": mine.city or "", "user_zone": mine.zone_code or ""}
    return _party("user", mine) | place


def _party(party: str, of: Organisation) -> dict[str, str]:
    known = standing_facts(of)
    return {f"{party}_kind": known["org_type"], f"{party}_control": known["control"]}


def _own() -> Sequence[Organisation]:
    """The organisations of who asks; nobody's where nobody is signed in."""
    return organisations_of(reading(), actor())


def _listing(key: str, unit: str) -> tuple[Unit | None, Facility | None]:
    """The listing that is meant, by its id or slug, or by one of its units; what nobody may see is none."""
    try:
        if unit_id := uuid_or_none(unit):
            return unit_page(reading(), unit_id, actor())
        return None, find(reading(), key, actor()).facility if SLUG.fullmatch(key) else None
    except NotFound:
        return None, None


def _today() -> date:
    return now().astimezone(ZoneInfo(actor().time_zone)).date()


def _pick(name: Mapping[str, str]) -> str:
    return pick(name, _language()).text


def _language() -> Language:
    return cast(Language, language())
