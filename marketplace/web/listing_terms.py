"""The guided form's terms: clauses and text, with warnings where a clause contradicts a mandatory rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.catalogue.models import Facility
from marketplace.permits.queries import titles
from marketplace.terms.actions import publish_terms
from marketplace.terms.clauses import PROPOSED, VOCABULARY
from marketplace.terms.queries import current_terms
from marketplace.terms.rules.checking import checked
from marketplace.terms.rules.contradictions import RULES, chinese_side, contradictions
from marketplace.values.localized import Language
from marketplace.web.access import allow
from marketplace.web.forms.fields import refusals_shown
from marketplace.web.forms.terms import TermsForm, filled
from marketplace.web.listings import converted, framed, listed
from marketplace.web.request import actor, language, now, reading, transact, url
from marketplace.wording.terms import told
from marketplace.wording.terms_words import CLAUSE_NAMES

blueprint = Blueprint("listing_terms", __name__)
CHECK = "check"


@dataclass(frozen=True, slots=True)
class Warned:
    """A clause that contradicts a rule, for the host to see while writing."""

    rule: str
    title: Mapping[str, str]
    clause: str


@blueprint.route("/listings/<uuid:facility_id>/terms", methods=["GET", "POST"])
@allow("facility.change")
def terms(facility_id: UUID) -> Response | tuple[str, int]:
    """Write the terms; they are published as a new version."""
    facility = listed(facility_id)
    if request.method == "GET":
        return _page(facility, _form_of(facility), _standing(facility)), 200
    form = TermsForm()
    if converted(form):
        return _page(facility, form, None), 200
    if CHECK not in request.form and form.validate_on_submit():
        with refusals_shown(form):
            given, text = form.clauses(), form.text_values("terms")
            transact(lambda work: publish_terms(work, facility_id, text, clauses=given, now=now(), by=actor()))
            flash(_("The terms are published. Bookings made before keep the version they were made under."))
            return redirect(url("listing_terms.terms", facility_id=facility_id), code=303)
    wrong = bool(form.errors or form.form_errors) and CHECK not in request.form
    return _page(listed(facility_id), form, _sent(form)), 422 if wrong else 200


@blueprint.post("/listings/<uuid:facility_id>/terms/check")
@allow("facility.change")
def check(facility_id: UUID) -> str:
    """What the clauses as they stand in the form say, and which rules they contradict; nothing is saved."""
    facility = listed(facility_id)
    form = TermsForm()
    return render_template("listings/_terms_preview.html", **_preview(facility, _sent(form)), form=form)


def warned(facility: Facility, clauses: Mapping[str, Any]) -> list[Warned]:
    """The rules that clauses contradict, for bookings that come under them."""
    found = contradictions(clauses, RULES, chinese=chinese_side(facility.jurisdiction_code))
    names = titles(reading()) if found else {}
    spoken = cast(Language, language())
    return [Warned(rule, names.get(rule, {}), CLAUSE_NAMES[clause][spoken]) for rule, clause in found]


def _sent(form: TermsForm) -> Mapping[str, Any] | None:
    """The clauses of the form as they would be kept, None where something is wrong with them."""
    with refusals_shown(form):
        return checked(form.clauses())
    return None


def _standing(facility: Facility) -> Mapping[str, Any]:
    present = current_terms(reading(), facility.id)
    return present.clauses if present else PROPOSED


def _form_of(facility: Facility) -> TermsForm:
    present = current_terms(reading(), facility.id)
    shown = filled(present.clauses, present.text) if present else filled(PROPOSED, {})
    return TermsForm(formdata=None, data=shown)


def _preview(facility: Facility, clauses: Mapping[str, Any] | None) -> dict[str, Any]:
    spoken = cast(Language, language())
    return {
        "clauses": clauses,
        "told": told(clauses, spoken) if clauses else (),
        "warnings": warned(facility, clauses) if clauses else [],
    }


def _page(facility: Facility, form: TermsForm, clauses: Mapping[str, Any] | None) -> str:
    return framed(
        "listings/terms.html",
        facility,
        "terms",
        form=form,
        vocabulary=VOCABULARY,
        clause_names=CLAUSE_NAMES,
        present=current_terms(reading(), facility.id),
        **_preview(facility, clauses),
    )
