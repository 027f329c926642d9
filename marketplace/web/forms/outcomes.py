"""Forms of outcomes: pasting one, stating one by hand with the fields of its type, papers, and reasons."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import DateField, Field, FileField, HiddenField, StringField, TextAreaField
from wtforms.validators import Optional

from marketplace.outcomes.models import OutcomeType
from marketplace.outcomes.rules.shapes import BASES, EVIDENCE_KINDS, SCALES, SHAPES, Detail
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.forms.fields import Required, text
from marketplace.web.forms.outcome_groups import ASKED, GROUPS, Group, group, rows_of
from marketplace.web.forms.outcome_lines import (
    MOST_LINES,
    Finding,
    people_of,
    person_line,
    receipt_lines,
    receipts_of,
)
from marketplace.web.forms.texts import CheckboxesField, ChoiceField, TextsForm, with_texts
from marketplace.web.outcome_words import named, options
from marketplace.wording import outcome_words as words


class QuickForm(FlaskForm):
    """Something to paste, or a file."""

    paste = TextAreaField(_l("Paste here"))
    file = FileField(_l("Or a file"))


class ReasonForm(FlaskForm):
    """Why."""

    reason = TextAreaField(_l("Reason"), [Required()])


class SettleForm(ReasonForm):
    """How a dispute is settled, and why."""

    stands = ChoiceField(_l("Decision"), [Required()])
    level = ChoiceField(_l("What was looked at"))

    def offer(self) -> SettleForm:
        """What can be chosen, in the reader's language."""
        self.stands.choices = [("yes", _("The outcome stands")), ("no", _("The outcome is rejected"))]
        self.level.choices = [("", _("no papers")), *_levels()]
        return self


class PaperForm(FlaskForm):
    """A file or an address that shows an outcome."""

    kind = ChoiceField(_l("What it is"), [Required()])
    file = FileField(_l("File"))
    url = StringField(_l("Address on the web"))
    retrieved_on = DateField(_l("Looked at on"), [Optional()])
    quote = TextAreaField(_l("The words that matter"))

    def offer(self) -> PaperForm:
        """What can be chosen, in the reader's language."""
        self.kind.choices = options(words.PAPERS, EVIDENCE_KINDS)
        return self


class CheckForm(FlaskForm):
    """What an administrator found in the papers."""

    level = ChoiceField(_l("What was looked at"), [Required()])
    note = TextAreaField(_l("Note"))

    def offer(self) -> CheckForm:
        """What can be chosen, in the reader's language."""
        self.level.choices = _levels()
        return self


def _levels() -> list[tuple[str, str]]:
    return [("3", _("A document shows it (level 3)")), ("4", _("A register or an audit shows it (level 4)"))]


@dataclass(frozen=True, slots=True)
class Seat:
    """A party of the collaboration that an outcome may name."""

    organisation_id: UUID
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What stands around an outcome, for its form: the parties, all organisations that it names, the facilities and
    the sessions of use that it may have come of, and how organisations are found by name."""

    seats: Sequence[Seat]
    names: Mapping[UUID, str]
    find: Finding
    facilities: Sequence[tuple[str, str]] = ()
    sessions: Sequence[tuple[str, str]] = ()
    linked: Sequence[str] = ()  # of the sessions, those of which it came already

    @property
    def ends(self) -> list[tuple[str, str]]:
        """The parties to choose from."""
        return [(str(seat.organisation_id), seat.name) for seat in self.seats]


@with_texts(lines=("title",))
class StatementForm(TextsForm):
    """What every outcome says; the fields of its type are added by `form_for`."""

    date_event = StringField(_l("Date"), description=_l("As 2026-03-02, or 2026-03 or 2026 where no more is known."))
    abstract = TextAreaField(_l("Summary"))
    creators = TextAreaField(
        _l("People behind it"), description=_l("One on each line: family name, given name; ORCID; organisation.")
    )
    priorities = TextAreaField(_l("Priorities"), description=_l("One application number on each line."))
    classes = StringField(_l("IPC or CPC classes"), description=_l("Divided by commas, such as H01L 21/02."))
    value_amount = StringField(_l("Value"))
    value_currency = StringField(_l("Currency"))
    value_price_year = StringField(_l("In prices of"))
    value_method = ChoiceField(_l("How it was found"))
    value_deflator = StringField(_l("Deflator"), description=_l("By which index it was brought to those prices."))
    receipts = TextAreaField(
        _l("Cash received"),
        description=_l("One on each line: year or day, amount, currency, as 2025 12000 HKD; then who received it."),
    )
    readiness_scheme = ChoiceField(_l("Scale of readiness"))
    readiness_before = StringField(_l("Level before"))
    readiness_after = StringField(_l("Level after"))
    readiness_assessor = StringField(_l("Who says so"))
    beneficiary = StringField(_l("Third party that benefits"), description=_l("Neither who provided nor who used."))
    flow_kind = ChoiceField(_l("What went across"))
    flow_direction = ChoiceField(_l("Which way it went"))
    flow_from = ChoiceField(_l("It went from"))
    flow_to = ChoiceField(_l("It went to"))
    additionality_without_us = ChoiceField(_l("Without the collaboration there would have been"))
    additionality_respondent = StringField(_l("Who answers this"))
    additionality_reference_value = StringField(_l("Value without it"))
    shares_basis = ChoiceField(_l("Shares are"), description=_l("The shares of all must sum to exactly 1."))
    facilities = CheckboxesField(_l("Facilities"))
    sessions = CheckboxesField(_l("Sessions of use that it came of"))
    sessions_before = HiddenField()
    confidentiality = ChoiceField(_l("Who may read it"))
    embargo_until = StringField(_l("Embargo until"), description=_l("Until then only the parties see it."))

    kind: OutcomeType
    around: Around
    schemes: Sequence[str]

    def offer(self) -> StatementForm:
        """What can be chosen, in the reader's language."""
        none = [("", "–")]
        self.value_method.choices = none + options(words.METHODS)
        self.readiness_scheme.choices = none + [(scale, scale.upper()) for scale in SCALES]
        self.flow_kind.choices = none + options(words.FLOW_KINDS)
        self.flow_direction.choices = none + options(words.DIRECTIONS)
        self.flow_from.choices = self.flow_to.choices = none + self.around.ends
        self.facilities.choices, self.sessions.choices = self.around.facilities, self.around.sessions
        self.additionality_without_us.choices = none + options(words.WITHOUT_US)
        self.shares_basis.choices = [("", _("not stated")), *options(words.BASES, BASES)]
        self.confidentiality.choices = options(words.READERS, ("parties", "public", "administrators"))
        for detail in SHAPES[self.kind].details:
            field = self._fields[f"details_{detail.name}"]
            if detail.kind == "choice":
                field.choices = none + options(words.CHOICES_OF[detail.name], detail.choices)
            elif detail.kind == "flag":
                field.choices = [("", _("not stated")), ("yes", _("Yes")), ("no", _("No"))]
        for number, _seat in enumerate(self.around.seats):
            self._fields[f"role_{number}"].choices = options(words.ROLES)
            self._fields[f"size_{number}"].choices = [("", _("not stated")), *options(words.SIZES)]
        return self

    @property
    def asked(self) -> list[list[Field]]:
        """The general fields that its type asks for, in rows."""
        return [row for ask in SHAPES[self.kind].asks for row in rows_of(self._fields[name] for name in ASKED[ask])]

    @property
    def groups(self) -> list[Group]:
        """All other fields, folded by subject; what has nothing to choose from is left out."""
        asked = {field.name for row in self.asked for field in row}
        found = [group("numbers", self._numbers[1])]
        for key, names in GROUPS.items():
            left = [self._fields[name] for name in names if name not in asked]
            found.append(group(key, (each for each in left if each.type != "CheckboxesField" or each.choices)))
        seats = range(len(self.around.seats))
        found.append(group("sizes", (self._fields[f"size_{number}"] for number in seats), told=False))
        shares = [self._fields[f"share_{number}"] for number in seats]
        found.append(group("shares", [self.shares_basis, *shares], told=False))
        return [each for each in found if each.fields]

    @property
    def identifying(self) -> list[Field]:
        """The fields of the registers that usually know it, and of those that do."""
        return self._numbers[0]

    @property
    def _numbers(self) -> tuple[list[Field], list[Field]]:
        """The fields of registers: what stands open, and what is folded."""
        first = self.schemes[: 2 if SHAPES[self.kind].needs else 1]
        fields = {scheme: self._fields[f"identifier_{scheme}"] for scheme in self.schemes}
        open_ = [field for scheme, field in fields.items() if scheme in first or field.data]
        return open_, [field for field in fields.values() if field not in open_]

    @property
    def detailing(self) -> list[Field]:
        """What only its type has."""
        return [self._fields[f"details_{detail.name}"] for detail in SHAPES[self.kind].details]

    @property
    def roles(self) -> list[Field]:
        """What each party of the collaboration did."""
        return [self._fields[f"role_{number}"] for number, _seat in enumerate(self.around.seats)]

    def told(self, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """What was typed as plain fields; of `before` stays what the form has no field for."""
        told: dict[str, Any] = dict(before or {})
        told |= {
            "type": self.kind.value,
            "title": self.text_values("title"),
            **_day_of(self.said("date_event")),
            "abstract": self.said("abstract"),
            "identifiers": self._identifiers(),
            "priorities": _split(self.said("priorities")),
            "classes": _split(self.said("classes")),
            "creators": people_of(
                self.said("creators"), told.get("creators") or (), self.around.names, self.around.find
            ),
            "value": self._group("value", ("amount", "currency", "price_year", "method", "deflator"), told),
            "receipts": receipts_of(self.said("receipts"), self.around.names, self.around.find),
            "readiness": self._group("readiness", ("scheme", "before", "after", "assessor"), told),
            "beneficiary": self.said("beneficiary"),
            "additionality": self._group("additionality", ("without_us", "respondent", "reference_value"), told),
            "details": {detail.name: _detail(detail, self.said(f"details_{detail.name}"))
                        for detail in SHAPES[self.kind].details},
            "confidentiality": self.said("confidentiality"),
            "embargo_until": self.said("embargo_until"),
            "flow": {name: self.said(f"flow_{name}") for name in ("kind", "direction", "from", "to")},
            "facilities": list(self.facilities.data or ()),
        }  # fmt: skip
        told["parties"] = self._parties(told.get("parties") or ())
        told["shares"] = self._shares(told.get("shares") or ())
        return told

    def uses(self) -> tuple[set[UUID], set[UUID]]:
        """The sessions of use that were ticked, and those that no longer are; others stay as they stand."""
        ticked = {UUID(each) for each in self.sessions.data or ()}
        shown = {UUID(each): each in self.said("sessions_before").split() for each, _name in self.around.sessions}
        return {each for each in ticked if not shown[each]}, {id for id, was in shown.items() if was} - ticked

    def said(self, name: str) -> str:
        """What was typed into a field."""
        return text(self._fields[name]).strip()

    def placed(self, invalid: Invalid) -> Invalid:
        """The same errors, each at the field of the form that it is about."""
        filled = [scheme for scheme in self.schemes for _each in _split(self.said(f"identifier_{scheme}"))]
        return Invalid([_placed(error, filled) for error in invalid.errors])

    def _identifiers(self) -> list[dict[str, str]]:
        return [
            {"scheme": scheme, "value": value}
            for scheme in self.schemes
            for value in _split(self.said(f"identifier_{scheme}"))
        ]

    def _group(self, group: str, names: Iterable[str], before: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: self.said(f"{group}_{name}") for name in names}
        return {**(before.get(group) or {}), **given} if any(given.values()) else {}

    def _parties(self, before: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The parties chosen, in each of their roles; parties without a seat here stay."""
        seated = {str(seat.organisation_id) for seat in self.around.seats}
        chosen = [
            {"organisation": str(seat.organisation_id), "role": role, "size_class": self.said(f"size_{number}") or None}
            for number, seat in enumerate(self.around.seats)
            for role in self._fields[f"role_{number}"].data or ()
        ]
        return chosen + [dict(party) for party in before if party["organisation"] not in seated]

    def _shares(self, before: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The shares typed, under one basis; those under other bases stay."""
        basis = self.said("shares_basis")
        first = next(iter(before), {}).get("basis")
        kept = [dict(each) for each in before if each["basis"] not in (basis, first)]
        shown = [
            {"basis": basis, "organisation": str(seat.organisation_id), "share": share}
            for number, seat in enumerate(self.around.seats)
            if (share := self.said(f"share_{number}"))
        ]
        return kept + shown


def form_for(kind: OutcomeType, around: Around, schemes: Sequence[str] = ()) -> type[StatementForm]:
    """The form of a type, with a field for each of its identifiers and details, and for each party."""
    shape = SHAPES[kind]
    fields: dict[str, Any] = {
        "kind": kind,
        "around": around,
        "schemes": tuple(dict.fromkeys((*shape.schemes, *schemes))),
    }
    for scheme in fields["schemes"]:
        fields[f"identifier_{scheme}"] = StringField(named(words.SCHEMES, scheme))
    for detail in shape.details:
        plain = StringField if detail.kind in ("text", "whole", "day") else ChoiceField
        fields[f"details_{detail.name}"] = plain(named(words.DETAILS, detail.name))
    for number, seat in enumerate(around.seats):
        fields[f"role_{number}"] = CheckboxesField(_("Roles of %(name)s", name=seat.name))
        fields[f"size_{number}"] = ChoiceField(_("Size of %(name)s on that day", name=seat.name))
        fields[f"share_{number}"] = StringField(_("Share of %(name)s", name=seat.name))
    return type("OutcomeForm", (StatementForm,), fields)


def values_of(told: Mapping[str, Any], around: Around) -> dict[str, Any]:
    """What a form begins with for fields that are known."""
    precision = told.get("precision") or "day"
    cut = {"year": 4, "month": 7}.get(precision, 10)
    values: dict[str, Any] = {
        "date_event": (told.get("date_event") or "")[:cut],
        "priorities": "\n".join(told.get("priorities") or ()),
        "classes": ", ".join(told.get("classes") or ()),
        "creators": "\n".join(person_line(each, around.names) for each in told.get("creators") or ()),
        "receipts": receipt_lines(told.get("receipts") or (), around.names),
        "facilities": [str(each) for each in told.get("facilities") or ()],
        "sessions": list(around.linked),
        "sessions_before": " ".join(around.linked),
        **{name: told.get(name) or "" for name in ("abstract", "beneficiary", "embargo_until")},
        "confidentiality": told.get("confidentiality") or "parties",
    }
    for tag, suffix in (("en", "en"), ("zh-Hant", "zh_hant"), ("zh-Hans", "zh_hans")):
        values[f"title_{suffix}"] = (told.get("title") or {}).get(tag, "")
    for part in ("value", "readiness", "additionality", "flow"):
        values |= {f"{part}_{name}": value for name, value in (told.get(part) or {}).items()}
    for name, value in (told.get("details") or {}).items():
        values[f"details_{name}"] = {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value
    for each in told.get("identifiers") or ():
        name = f"identifier_{each['scheme']}"
        values[name] = ", ".join(part for part in (values.get(name), each["value"]) if part)
    return values | _seat_values(told, around.seats)


def _seat_values(told: Mapping[str, Any], seats: Sequence[Seat]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    shares = list(told.get("shares") or ())
    basis = shares[0]["basis"] if shares else ""
    for number, seat in enumerate(seats):
        here = str(seat.organisation_id)
        parties = [each for each in told.get("parties") or () if each["organisation"] == here]
        values[f"role_{number}"] = [each["role"] for each in parties]
        values[f"size_{number}"] = next((each["size_class"] for each in parties if each.get("size_class")), "")
        share = next((each for each in shares if each["basis"] == basis and each.get("organisation") == here), None)
        if share:
            values[f"share_{number}"] = share["share"]
    return values | {"shares_basis": basis}


def _placed(error: FieldError, schemes: Sequence[str]) -> FieldError:
    parts = error.field.split(".")
    name = "_".join(parts)
    if parts[0] == "identifiers":
        number = int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else 0
        name = f"identifier_{schemes[number]}" if number < len(schemes) else "identifiers"
    elif parts[0] in ("creators", "priorities", "classes", "receipts", "facilities"):
        name = parts[0]
    elif parts[0] == "title":
        name = f"title_{(parts[1] if len(parts) > 1 else 'en').lower().replace('-', '_')}"
    elif parts[0] in ("shares", "parties"):
        name = "shares_basis" if parts[0] == "shares" else "role_0"
    return FieldError(name, error.rule, error.message_code, error.details)


def _day_of(typed: str) -> dict[str, str]:
    """A date with its precision, by how much of it was typed."""
    precision = "year" if re.fullmatch(r"\d{4}", typed, re.ASCII) else "day"
    if re.fullmatch(r"\d{4}-\d{2}", typed, re.ASCII):
        precision = "month"
    return {"date_event": typed, "precision": precision}


def _split(typed: str) -> list[str]:
    return [part.strip() for part in re.split(r"[\n,，、;；]", typed) if part.strip()][:MOST_LINES]


def _detail(detail: Detail, typed: str) -> Any:
    if detail.kind == "flag":
        return {"yes": True, "no": False}.get(typed)
    return typed or None
