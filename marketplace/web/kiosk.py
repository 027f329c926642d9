"""The page at a unit that its QR code leads to: who is there, who comes next, checking in and out."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from marketplace.limits.actions import spend
from marketplace.operations.actions.kiosks import Deed, Proof, check_at_kiosk, check_by_code, reference_of
from marketplace.operations.queries.doors import Door, door_of, due_at
from marketplace.values.refusal import NotFound, StateForbids
from marketplace.web.access import allow
from marketplace.web.forms.bookings import uuid_or_none
from marketplace.web.forms.fields import in_words, refusals_shown, text
from marketplace.web.forms.kiosk import DoorForm
from marketplace.web.request import actor, database, now, reading, settings, transact, url

blueprint = Blueprint("kiosk", __name__)


@blueprint.get("/kiosk/<code>")
@allow("kiosk.read")
def kiosk(code: str) -> str:
    """Who is at the unit now and who comes next."""
    return _shown(code, door_of(reading(), code), DoorForm(formdata=None))


@blueprint.post("/kiosk/<code>")
@allow("kiosk.check")
def check(code: str) -> Response | tuple[str, int]:
    """Check in or out: signed in, or by the reference and the code of a booking."""
    door, form = door_of(reading(), code), DoorForm()
    deed = form.asked()
    if form.validate_on_submit() and deed is not None:
        try:
            with refusals_shown(form):
                _do(door, form, deed)
                flash(_("Checked in.") if deed is Deed.CHECK_IN else _("Checked out. Thank you."))
                return redirect(url("kiosk.kiosk", code=code), code=303)
        except StateForbids:
            form.form_errors.append(in_words("door_state"))
    return _shown(code, door_of(reading(), code), form), 422


def _do(door: Door, form: DoorForm, deed: Deed) -> None:
    booking_id = uuid_or_none(form.booking.data)
    if booking_id is not None:
        if actor().anonymous:
            raise NotFound("booking")
        transact(lambda work: check_at_kiosk(work, door.id, booking_id, deed, now=now(), by=actor()))
        return
    proof = Proof(reference=text(form.reference), code=text(form.code))
    # Guesses are counted before they are judged: of this booking, and of this unit whatever booking is named.
    spend(database(), "door", str(door.id), now=now())
    spend(database(), "door_code", f"{door.id} {reference_of(proof)}", now=now())
    key = settings().secret_key
    transact(lambda work: check_by_code(work, door.id, proof, deed, key=key, now=now()))


def _shown(code: str, door: Door, form: DoorForm) -> str:
    due = due_at(reading(), door.id, by=actor(), now=now())
    return render_template("uses/kiosk.html", door=door, code=code, form=form, due=due, now=now())
