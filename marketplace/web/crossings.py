"""What crosses a boundary for a booking, as its form tells it: ticks first, then the questions that decide most."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from uuid import UUID

from flask import request
from flask_babel import gettext as _

from marketplace.accounts.models import Organisation
from marketplace.bookings.queries.permits import Planned
from marketplace.catalogue.models import Facility
from marketplace.jurisdictions import queries as places
from marketplace.permits.queries import territories, vocabulary
from marketplace.permits.rules.plan import Plan
from marketplace.values.localized import Language, pick
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.forms.crossings import CrossingForm
from marketplace.web.permit_answers import (
    FEW_AT_ONCE,
    Answers,
    Asked,
    Voice,
    may_be_asked,
    open_questions,
    ordered,
    remembered,
    sent,
    told,
)
from marketplace.web.plan_steps import PlanSheet, sheet_of
from marketplace.web.request import language, reading
from marketplace.web.teams import people_of, pressed, reshaped
from marketplace.wording.permit_reasons import Vocabulary
from marketplace.wording.refusals import sentence_of_error

YES: Final = "yes"
NO: Final = "no"
# What is said of those who travel is mended where they are chosen.
OF_TEAMS: Final = frozenset({"max_travellers", "traveller_unnamed", "traveller_elsewhere"})
# Nothing crosses and nothing of the work is regulated, so neither is what it is done with.
UNREGULATED: Final = {"activity_class": "none", "place": {"lab_bsl": "none", "control_codes": {}}}


@dataclass(slots=True, kw_only=True)
class Crossing:
    """What a booking's form says of boundaries; `across` where the two sides lie in different territories."""

    form: CrossingForm
    vocabulary: Vocabulary
    voice: Voice
    ends: Mapping[str, str]
    across: bool
    answers: Answers = field(default_factory=dict)
    faults: dict[str, FieldError] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    again: list[str] = field(default_factory=list)
    questions: list[Asked] = field(default_factory=list)
    left: int = 0
    sheet: PlanSheet | None = None

    @property
    def carried(self) -> str:
        """The answers as the form carries them."""
        return json.dumps(self.answers, ensure_ascii=True, separators=(",", ":"))

    @property
    def said(self) -> list[tuple[str, str, str]]:
        """The answers in words."""
        return self.voice.said(self.answers, str(_("I don't know")))

    @property
    def broken(self) -> bool:
        """Whether something that was sent can't be taken."""
        return bool(self.errors or self.faults)

    def stated(self, choice: str | None, purpose: str) -> dict[str, Any] | None:
        """The facts as the form states them; None where nothing was stated."""
        if choice not in (YES, NO):
            return None
        facts = self.form.crossing(self.ends, None)
        if choice == NO:
            facts = {name: [] if isinstance(value, list) else value for name, value in facts.items()} | UNREGULATED
        if purpose == "research":
            facts["activity_purpose"] = purpose
        return told(facts, self.answers if choice == YES else {})

    def take(self) -> None:
        """Take up the answers of earlier steps and of this one; what is to be changed is asked again."""
        try:
            self.answers = remembered(request.form.get("answers", ""), self.vocabulary)
        except Invalid as broken:
            self.errors += [sentence_of_error(error, language()) for error in broken.errors]
        given, self.faults = sent(request.form, self.vocabulary)
        self.answers |= given
        self.again = list(self.faults)
        if pressed(request.form):
            self.answers, fault = reshaped(self.form, self.answers, request.form)
            self.errors += [sentence_of_error(fault, language())] if fault else []
        change = request.form.get("change", "")
        if may_be_asked(change, self.vocabulary):
            self.answers.pop(change, None)
            self.again.insert(0, change)

    def forget(self, broken: Invalid) -> None:
        """Leave out answers whose shape does not fit, and say so; who travels is no answer."""
        if not all(error.rule in OF_TEAMS for error in broken.errors):
            self.answers = {}
        self.errors += [sentence_of_error(error, language()) for error in broken.errors[:3]]

    def show(self, found: Planned) -> None:
        """Show a plan, and ask what decides most of it."""
        self.sheet = sheet_of(found.plan, self.vocabulary, self.voice.language)
        self.ask(found.plan)

    def ask(self, plan: Plan) -> None:
        """Ask what decides most of a plan."""
        wanted = open_questions(plan.questions, self.answers, self.vocabulary, first=self.again)
        self.left = max(0, len(wanted) - FEW_AT_ONCE)
        typed = {fact: request.form.getlist(f"q.{fact}") for fact in self.faults}
        self.questions = [
            self.voice.ask(fact, number, typed.get(fact, ()), self.faults.get(fact))
            for number, fact in enumerate(wanted[:FEW_AT_ONCE], 1)
        ]


def crossing_of(
    form: CrossingForm, facility: Facility, organisation: Organisation | None, booker: UUID | None
) -> Crossing:
    """The part of a form that is about boundaries, between a facility and an organisation that would use it; `booker`
    is whoever books for it."""
    known = vocabulary(reading())
    spoken = cast(Language, language())
    rows = places.jurisdictions(reading())
    voice = Voice(known, spoken, [(row.code, pick(row.name, spoken).text) for row in rows])
    form.offer_crossing({name: _choices(known.get(name, {}), spoken) for name in ("mode", "activity_class")})
    form.offer_people(people_of(organisation, booker))
    where = territories(reading())
    host = facility.zone_code or facility.jurisdiction_code or ""
    user = (organisation.zone_code or organisation.jurisdiction_code or "") if organisation else ""
    across = bool(host and user) and where.of(host) != where.of(user)
    return Crossing(form=form, vocabulary=known, voice=voice, ends={"host": host, "user": user}, across=across)


def facts_in(flows: Mapping[str, Any], vocabulary: Vocabulary) -> Answers:
    """The facts that were stated, by the names under which they are asked."""
    found: Answers = {}
    for name, value in flows.items():
        if isinstance(value, list):
            for number, entry in enumerate(value):
                if isinstance(entry, Mapping):
                    found |= {f"{name}/{number}/{key}": told for key, told in entry.items()}
        elif isinstance(value, Mapping):
            found |= {f"{name}/{key}": told for key, told in value.items()}
        else:
            found[name] = value
    return {fact: value for fact, value in found.items() if may_be_asked(fact, vocabulary)}


def _choices(fact: Mapping[str, Any], spoken: Language) -> list[tuple[str, str]]:
    return list(ordered((value, pick(name, spoken).text) for value, name in fact.get("choices", {}).items()))
