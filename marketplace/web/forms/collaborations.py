"""Forms of collaborations: what they say, who takes part, and what hangs on them; each does one job."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from marketplace.collaborations.models import CollaborationKind, PartyRole, ReadinessScheme
from marketplace.collaborations.rules.parts import FILE_KINDS, PERSON_ROLES, Money
from marketplace.collaborations.rules.sheet import CLAUSES, Sheet
from marketplace.values.money import InvalidMoney
from marketplace.values.money import Money as Amount
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.collaboration_words import (
    clause_name,
    file_kind_name,
    kind_name,
    party_role_name,
    person_role_name,
    scheme_name,
)
from marketplace.web.forms.fields import Required, text
from marketplace.web.forms.texts import CheckboxesField, ChoiceField, TextsForm, texts_of, with_texts

Offer = Iterable[tuple[str, str]]
OTHERS = 4
MOST_DIGITS = 3
NOTHING = ("", "–")


def uuid_of(field: Any) -> UUID | None:
    """The id that was chosen; None for no choice."""
    return UUID(field.data) if field.data else None


def day_of(field: Any) -> date:
    """The day that was given. Raises `Invalid`."""
    if field.data is None:
        raise Invalid.one(field.short_name, "required")
    found: date = field.data
    return found


def version_of(given: str) -> int:
    """The version that was read; 0, which never was, for what is no number."""
    return int(given) if given.isascii() and given.isdigit() and len(given) < 9 else 0


@with_texts(lines=("title",))
class SheetForm(TextsForm):
    """What a collaboration says."""

    kind = ChoiceField(_l("Kind"), [Required()])
    aim = TextAreaField(_l("What it is for"))
    scheme = ChoiceField(_l("Readiness is told in"))
    level_now = StringField(_l("Level now"))
    level_wanted = StringField(_l("Level wanted"))
    starts_on = DateField(_l("First day"), [Required()])
    ends_on = DateField(_l("Last day planned"), [Optional()])
    agreement_number = StringField(_l("Number of the agreement"))
    framework = ChoiceField(_l("Framework agreement"))
    raid = StringField(
        _l("RAiD"), description=_l("Research Activity Identifier, such as https://raid.org/10.26259/7b28f3c1.")
    )
    clauses_ip = TextAreaField()
    clauses_confidentiality = TextAreaField()
    clauses_publication = TextAreaField()
    clauses_liability = TextAreaField()
    clauses_other = TextAreaField()
    version = HiddenField()

    def offer_frameworks(self, frameworks: Offer) -> None:
        """Fill in what can be chosen, in the reader's language."""
        self.kind.choices = [(kind.value, kind_name(kind)) for kind in CollaborationKind]
        self.scheme.choices = [NOTHING, *((scheme.value, scheme_name(scheme)) for scheme in ReadinessScheme)]
        self.framework.choices = [NOTHING, *frameworks]
        for name in CLAUSES:
            self.clause(name).label.text = clause_name(name)

    def clause(self, name: str) -> Any:
        """The field of one clause."""
        return self._fields[f"clauses_{name}"]

    def sheet(self) -> Sheet:
        """What was written. Raises `Invalid` for levels that are no numbers."""
        levels, errors = {}, []
        for name in ("level_now", "level_wanted"):
            given = text(self._fields[name]).strip()
            if given and not (given.isascii() and given.isdigit() and len(given) <= MOST_DIGITS):
                errors.append(FieldError(name, "whole_level", "whole_level"))
            levels[name] = int(given) if given and not errors else None
        if errors:
            raise Invalid(errors)
        return Sheet(
            title=self.text_values("title"),
            kind=CollaborationKind(self.kind.data),
            starts_on=day_of(self.starts_on),
            ends_on=self.ends_on.data,
            aim=text(self.aim),
            scheme=ReadinessScheme(self.scheme.data) if self.scheme.data else None,
            level_now=levels["level_now"],
            level_wanted=levels["level_wanted"],
            agreement_number=text(self.agreement_number),
            framework_id=uuid_of(self.framework),
            clauses={name: text(self.clause(name)) for name in CLAUSES},
            raid=text(self.raid),
        )


def values_of(sheet: Sheet, version: int) -> dict[str, Any]:
    """A sheet as the fields of the form."""
    same = ("aim", "level_now", "level_wanted", "starts_on", "ends_on", "agreement_number", "raid")
    return {
        **texts_of(sheet, ("title",)),
        **{name: getattr(sheet, name) for name in same},
        **{f"clauses_{name}": words for name, words in sheet.clauses.items()},
        "kind": sheet.kind.value,
        "scheme": sheet.scheme.value if sheet.scheme else "",
        "framework": str(sheet.framework_id or ""),
        "version": str(version),
    }


class ProposeForm(SheetForm):
    """The same with the parties: one's own, and up to four others named as people know them."""

    organisation = ChoiceField(_l("Your organisation"), [Required()])
    own_roles = CheckboxesField(_l("What your organisation does"))
    other_1 = StringField(_l("Other organisation"), [Required()])
    other_2 = StringField(_l("Further organisation"))
    other_3 = StringField(_l("Further organisation"))
    other_4 = StringField(_l("Further organisation"))
    role_1 = CheckboxesField(_l("What it does"))
    role_2 = CheckboxesField(_l("What it does"))
    role_3 = CheckboxesField(_l("What it does"))
    role_4 = CheckboxesField(_l("What it does"))

    def offer_parties(self, organisations: Offer) -> None:
        """Fill in the reader's own organisations, and what a party may do."""
        self.organisation.choices = list(organisations)
        self.own_roles.choices = roles_offered()
        for number in range(1, OTHERS + 1):
            self._fields[f"role_{number}"].choices = roles_offered()

    def others(self) -> list[tuple[str, str, frozenset[PartyRole]]]:
        """What was typed of each other organisation: the field, the words, and all that it does; a partner where
        nothing is said."""
        rows = [(f"other_{n}", self._fields[f"other_{n}"], self._fields[f"role_{n}"]) for n in range(1, OTHERS + 1)]
        return [(name, text(typed).strip(), roles_of(roles)) for name, typed, roles in rows if text(typed).strip()]

    @property
    def further(self) -> bool:
        """Whether more than one other organisation is typed, or wrong."""
        return any(self._fields[f"other_{n}"].data or self._fields[f"other_{n}"].errors for n in range(2, OTHERS + 1))


def roles_of(field: Any) -> frozenset[PartyRole]:
    """What was ticked; a partner where nothing is."""
    return frozenset(PartyRole(role) for role in field.data or ()) or frozenset({PartyRole.PARTNER})


def roles_offered() -> list[tuple[str, str]]:
    """What a party may do."""
    order = (PartyRole.PARTNER, PartyRole.PROVIDER, PartyRole.USER, PartyRole.FUNDER)
    return [(role.value, party_role_name(role)) for role in order]


class AskForm(FlaskForm):
    """A further organisation."""

    organisation = StringField(
        _l("Organisation"), [Required()], description=_l("Its name, or the address of its page here.")
    )
    roles = CheckboxesField(_l("What it does"), [Required()])

    def offer(self) -> AskForm:
        """What a party may do."""
        self.roles.choices = roles_offered()
        return self


class DeclineForm(FlaskForm):
    """Why not."""

    reason = TextAreaField(_l("Reason, which the others read"))


class LeaveForm(FlaskForm):
    """From when on, and why."""

    left_on = DateField(_l("Last day as a party"), [Required()])
    reason = TextAreaField(_l("Reason, which the others read"), [Required()])


class EndForm(FlaskForm):
    """When it ended, and why."""

    ended_on = DateField(_l("Last day"), [Required()])
    reason = TextAreaField(_l("Reason, which the others read"), [Required()])


class CompleteForm(FlaskForm):
    """When it was done, and what came of it."""

    ended_on = DateField(_l("Last day"), [Required()])
    report = TextAreaField(_l("Closing report"), [Required()])
    file = FileField(_l("Report as a file"))


class PersonForm(FlaskForm):
    """Somebody of one's own side."""

    person = ChoiceField(_l("Person"), [Required()])
    role = ChoiceField(_l("Role"), [Required()])

    def offer(self, people: Offer) -> PersonForm:
        """Who can be named."""
        self.person.choices = list(people)
        self.role.choices = [(role, person_role_name(role)) for role in PERSON_ROLES]
        return self


class FundingForm(FlaskForm):
    """Money that was awarded."""

    funder = StringField(_l("Funder"), [Required()])
    public = BooleanField(_l("A public body"))
    programme = StringField(_l("Programme"))
    award_number = StringField(_l("Number of the award"))
    amount = StringField(_l("Amount"))
    currency = ChoiceField(_l("Currency"))
    from_day = DateField(_l("From"), [Optional()])
    until_day = DateField(_l("Until"), [Optional()])

    def offer(self, currencies: Iterable[str]) -> FundingForm:
        """The currencies that are known."""
        self.currency.choices = [NOTHING, *((code, code) for code in currencies)]
        return self

    def money(self) -> Money:
        """What was written. Raises `Invalid`."""
        given, code = text(self.amount).strip(), self.currency.data or None
        minor = None
        if given and code is None:
            raise Invalid.one("currency", "required")
        if given and code is not None:
            try:
                minor = Amount.parse(given, code).amount_minor
            except InvalidMoney:
                raise Invalid.one("amount", "money_amount") from None
        return Money(
            funder=text(self.funder),
            public=bool(self.public.data),
            programme=text(self.programme),
            award_number=text(self.award_number),
            amount_minor=minor,
            currency=code,
            from_day=self.from_day.data,
            until_day=self.until_day.data,
        )


class MilestoneForm(FlaskForm):
    """Something due by a day."""

    title = StringField(_l("What is to be reached"), [Required()])
    planned_on = DateField(_l("By which day"), [Required()])
    organisation = ChoiceField(_l("Who owes it"))

    def offer(self, parties: Offer) -> MilestoneForm:
        """The parties, or all of them together."""
        self.organisation.choices = [("", _("All together")), *parties]
        return self


class DayForm(FlaskForm):
    """One day: planned anew, reached, or given up."""

    on = DateField(_l("On which day"), [Required()])


class PaperForm(FlaskForm):
    """A file for the parties."""

    file = FileField(_l("File"))
    kind = ChoiceField(_l("Kind"), [Required()])

    def offer(self) -> PaperForm:
        """What it may be."""
        self.kind.choices = [(kind, file_kind_name(kind)) for kind in FILE_KINDS]
        return self


class MoveForm(FlaskForm):
    """To which collaboration a booking belongs."""

    collaboration = ChoiceField(_l("Collaboration"), [Required()])


class MergerForm(FlaskForm):
    """Into which organisation one went, and when."""

    into = StringField(
        _l("Into which organisation"), [Required()], description=_l("Its name, or the address of its page here.")
    )
    merged_on = DateField(_l("On which day"), [Required()])
    note = TextAreaField(_l("Note"))
