"""Forms of the screening list: a party, and the review of a match."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, RadioField, StringField, TextAreaField
from wtforms.validators import Optional

from marketplace.permits.actions.screening import NewParty
from marketplace.permits.models import MatchState, ScreenedFor, ScreenedParty
from marketplace.values.localized import Language
from marketplace.web.forms.fields import Required, text
from marketplace.web.request import language
from marketplace.wording.vault import LISTED_FOR


class PartyForm(FlaskForm):
    """A party as a list tells of it."""

    names = TextAreaField(_l("Names"), [Required()])
    identifiers = TextAreaField(_l("Numbers"))
    listed_for = RadioField(_l("Listed for"), [Required()])
    source = StringField(_l("List"), [Required()])
    note = TextAreaField(_l("Note"))
    listed_from = DateField(_l("Listed from"), [Required()])
    listed_to = DateField(_l("Listed until"), [Optional()])

    def offer(self) -> PartyForm:
        """Fill in what can be chosen, in the reader's language."""
        tag: Language = language()  # type: ignore[assignment]
        self.listed_for.choices = [(each.value, LISTED_FOR[each.value][tag]) for each in ScreenedFor]
        return self

    def party(self) -> NewParty:
        """What was typed as one value."""
        day = self.listed_from.data
        assert day is not None, "the form demands it"
        return NewParty(
            names=text(self.names).splitlines(),
            identifiers=text(self.identifiers).splitlines(),
            listed_for=ScreenedFor(self.listed_for.data),
            source=text(self.source),
            note=text(self.note),
            listed_from=day,
            listed_to=self.listed_to.data,
        )


class ReviewForm(FlaskForm):
    """Whether it is the party, and why one thinks so."""

    verdict = RadioField(_l("Is it this party?"), [Required()])
    reason = TextAreaField(_l("Reason"), [Required()])

    def offer(self) -> ReviewForm:
        """Fill in what can be said."""
        self.verdict.choices = [
            (MatchState.CLEARED.value, _("No, it is somebody else")),
            (MatchState.CONFIRMED.value, _("Yes, it is this party")),
        ]
        return self


def values_of(party: ScreenedParty) -> dict[str, Any]:
    """What the form begins with for a party that is listed."""
    same = ("source", "note", "listed_from", "listed_to")
    values = {name: getattr(party, name) for name in same}
    lines = {name: "\n".join(getattr(party, name)) for name in ("names", "identifiers")}
    return values | lines | {"listed_for": party.listed_for.value}
