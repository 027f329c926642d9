"""The guided form of a listing: what it is, where it stands, its details, its units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    DateField,
    DecimalField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from marketplace.catalogue import vocabulary
from marketplace.catalogue.models import Facility, Unit
from marketplace.values.localized import pick
from marketplace.values.money import EXPONENTS, InvalidMoney, Money
from marketplace.values.refusal import Invalid
from marketplace.web.forms.fields import Required
from marketplace.web.forms.host_facts import EquipmentFactsForm, PlaceFactsForm
from marketplace.web.forms.texts import CheckboxesField, ChoiceField, TextsForm, lines_of, texts_of, with_texts
from marketplace.web.request import language

Choices = list[tuple[str, str]]
TRISTATE = {"": None, "yes": True, "no": False}
CURRENCIES = ("HKD", "CNY", "MOP", *sorted(set(EXPONENTS) - {"HKD", "CNY", "MOP"}))
LICENCES = ("CC0-1.0", "CC-BY-4.0", "OGL-UK-3.0")


def named(names: Mapping[Any, Mapping[str, str]]) -> Choices:
    """A closed list as choices in the reader's language."""
    return [(str(code), pick(text, language()).text) for code, text in names.items()]  # type: ignore[arg-type]


def or_none(choices: Sequence[tuple[str, str]]) -> Choices:
    """The same with nothing chosen first."""
    return [("", _("not said")), *choices]


@with_texts(lines=("name",))
class NewListingForm(TextsForm):
    """What is needed to begin a draft."""

    organisation = ChoiceField(_l("Organisation"), [Required()])
    kind = RadioField(_l("Kind"), [Required()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(vocabulary.KINDS)


@with_texts(lines=("name",), areas=("summary", "description"))
class BasicsForm(TextsForm):
    """What it is."""

    version = HiddenField()
    kind = RadioField(_l("Kind"), [Required()])
    techniques = TextAreaField(_l("Techniques"), description=_l("One per line, in the words that users search for."))
    instrument_classes = CheckboxesField(_l("Classes of instruments"))
    research_fields = CheckboxesField(_l("Fields of research (OECD)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(vocabulary.KINDS)
        self.instrument_classes.choices = named(vocabulary.INSTRUMENT_CLASSES)
        self.research_fields.choices = named(vocabulary.RESEARCH_FIELDS)

    @classmethod
    def of(cls, facility: Facility) -> BasicsForm:
        """The form as the listing stands."""
        plain = {"kind": facility.kind.value, "techniques": "\n".join(facility.techniques), "version": facility.version}
        lists = {name: getattr(facility, name) for name in ("instrument_classes", "research_fields")}
        return cls(data=plain | lists | texts_of(facility, cls.texts))

    def entries(self) -> dict[str, Any]:
        """The fields as the verb takes them."""
        lists = {"instrument_classes": self.instrument_classes.data, "research_fields": self.research_fields.data}
        return {"kind": self.kind.data, "techniques": lines_of(self.techniques.data), **lists, **self.all_texts()}


PLACE_LINES = (
    "jurisdiction_code", "zone_code", "city", "time_zone", "arrival_contact", "contact_name", "contact_email",
    "contact_phone", "contact_url", "website", "latitude", "longitude",
)  # fmt: skip


@with_texts(areas=("address", "directions"))
class PlaceForm(TextsForm):
    """Where it stands and whom to ask."""

    version = HiddenField()
    jurisdiction_code = ChoiceField(_l("Jurisdiction"))
    zone_code = ChoiceField(_l("Zone"))
    city = StringField(_l("City"))
    time_zone = ChoiceField(_l("Time zone"))
    latitude = StringField(_l("Latitude"), description=_l("In degrees, north positive, such as 22.42656."))
    longitude = StringField(_l("Longitude"), description=_l("In degrees, east positive, such as 114.20982."))
    arrival_contact = StringField(_l("Contact on arrival"))
    contact_name = StringField(_l("Contact"))
    contact_email = EmailField(_l("E-mail"))
    contact_phone = StringField(_l("Phone"))
    contact_url = StringField(_l("Contact page"))
    website = StringField(_l("Website"))

    @classmethod
    def of(cls, facility: Facility) -> PlaceForm:
        """The form as the listing stands."""
        plain = {name: getattr(facility, name) or "" for name in PLACE_LINES}
        return cls(data=plain | {"version": facility.version} | texts_of(facility, cls.texts))

    def entries(self) -> dict[str, Any]:
        """The fields as the verb takes them."""
        return {name: self._fields[name].data or None for name in PLACE_LINES} | self.all_texts()


PILOT_TEXTS = ("feedstock", "utilities")


@with_texts(areas=("what_to_bring", *PILOT_TEXTS))
class DetailsForm(PlaceFactsForm):
    """How it is used, and for a pilot line what it can make."""

    version = HiddenField()
    service_modes = CheckboxesField(_l("How it is used"))
    planned_opening = DateField(_l("Planned opening"), [Optional()])
    actual_opening = DateField(_l("Opened"), [Optional()])
    cancelled_on = DateField(_l("Opening given up on"), [Optional()])
    open_licence = ChoiceField(_l("Open licence of this listing"))
    trl_min = ChoiceField(_l("TRL from"))
    trl_max = ChoiceField(_l("TRL to"))
    mrl_min = ChoiceField(_l("MRL from"))
    mrl_max = ChoiceField(_l("MRL to"))
    scale = ChoiceField(_l("Scale"))
    throughput_amount = DecimalField(_l("Throughput"), [Optional()])
    throughput_unit = StringField(_l("Unit of throughput"), description=_l("Such as kg/day or wafers/month."))
    cleanroom_class = ChoiceField(_l("Clean-room class"))
    gmp = ChoiceField(_l("Works to GMP"))
    operator_supplied = ChoiceField(_l("Operator supplied"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.service_modes.choices = named(vocabulary.SERVICE_MODES)
        self.scale.choices = or_none(named(vocabulary.SCALES))
        self.open_licence.choices = or_none([(name, name) for name in LICENCES])
        self.cleanroom_class.choices = or_none([(name, name) for name in vocabulary.CLEANROOM_CLASSES])
        for name, levels in (("trl", vocabulary.TRL), ("mrl", vocabulary.MRL)):
            for end in ("min", "max"):
                shown = [(code, f"{code} – {text}") for code, text in named(levels)]
                self._fields[f"{name}_{end}"].choices = or_none(shown)
        for field in (self.gmp, self.operator_supplied):
            field.choices = or_none([("yes", _("Yes")), ("no", _("No"))])

    @classmethod
    def of(cls, facility: Facility) -> DetailsForm:
        """The form as the listing stands."""
        names = ("service_modes", *OPENING, "throughput_amount", "throughput_unit")
        plain = {name: getattr(facility, name) for name in names} | {"version": facility.version}
        plain |= {name: str(getattr(facility, name) or "") for name in (*LEVELS, "cleanroom_class", "open_licence")}
        plain["scale"] = facility.scale.value if facility.scale else ""
        known = {True: "yes", False: "no", None: ""}
        plain |= {"gmp": known[facility.gmp], "operator_supplied": known[facility.operator_supplied]}
        return cls(data=plain | cls.stated_of(facility) | texts_of(facility, cls.texts))

    def entries(self, *, pilot: bool) -> dict[str, Any]:
        """The fields as the verb takes them; a lab or an instrument is not asked what a pilot line is."""
        found: dict[str, Any] = {
            "service_modes": self.service_modes.data,
            **{name: self._fields[name].data for name in OPENING},
            "open_licence": self.open_licence.data or None,
            "what_to_bring": self.text_values("what_to_bring"),
            "permit_facts": self.stated(),
        }
        return found | self._pilot_entries() if pilot else found

    def _pilot_entries(self) -> dict[str, Any]:
        levels = {name: int(self._fields[name].data) if self._fields[name].data else None for name in LEVELS}
        return {
            **levels,
            "scale": self.scale.data or None,
            "throughput_amount": self.throughput_amount.data,
            "throughput_unit": self.throughput_unit.data or None,
            "cleanroom_class": self.cleanroom_class.data or None,
            "gmp": TRISTATE[self.gmp.data or ""],
            "operator_supplied": TRISTATE[self.operator_supplied.data or ""],
            **{name: self.text_values(name) for name in PILOT_TEXTS},
        }


OPENING = ("planned_opening", "actual_opening", "cancelled_on")
LEVELS = ("trl_min", "trl_max", "mrl_min", "mrl_max")
UNIT_LINES = ("maker", "model", "serial_number", "pid", "pid_type", "landing_page")
UNIT_DATES = ("commissioned_on", "decommissioned_on", "purchased_on")


@with_texts(lines=("name",), areas=("description",))
class UnitForm(EquipmentFactsForm):
    """What is booked."""

    kind = RadioField(_l("Kind"), [Required()])
    places = IntegerField(
        _l("Places"), description=_l("How many bookings it takes at once, such as four benches of one kind.")
    )
    maker = StringField(_l("Maker"))
    model = StringField(_l("Model"))
    serial_number = StringField(_l("Serial number"))
    instrument_class = ChoiceField(_l("Class of instrument"))
    techniques = TextAreaField(_l("Techniques"), description=_l("One per line, in the words that users search for."))
    measured_variables = TextAreaField(_l("What it measures"), description=_l("One per line."))
    pid = StringField(_l("Persistent identifier"))
    pid_type = ChoiceField(_l("Type of identifier"))
    landing_page = StringField(_l("Landing page of the identifier"))
    commissioned_on = DateField(_l("Commissioned"), [Optional()])
    decommissioned_on = DateField(_l("Decommissioned"), [Optional()])
    original_value_minor = StringField(_l("Original value"), description=_l("For statistics; not shown to users."))
    original_value_currency = ChoiceField(_l("Currency"))
    purchased_on = DateField(_l("Bought"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = named(vocabulary.UNIT_KINDS)
        self.instrument_class.choices = or_none(named(vocabulary.INSTRUMENT_CLASSES))
        self.pid_type.choices = or_none([(name, name) for name in ("DOI", "Handle", "URL", "ARK", "Other")])
        self.original_value_currency.choices = or_none([(code, code) for code in CURRENCIES])

    @classmethod
    def of(cls, unit: Unit) -> UnitForm:
        """The form as the unit stands."""
        plain: dict[str, Any] = {name: getattr(unit, name) or "" for name in (*UNIT_LINES, "instrument_class")}
        plain |= {name: getattr(unit, name) for name in (*UNIT_DATES, "places")}
        plain |= {name: "\n".join(getattr(unit, name)) for name in ("techniques", "measured_variables")}
        plain |= {"kind": unit.kind.value, "original_value_currency": unit.original_value_currency or ""}
        if unit.original_value_minor is not None and unit.original_value_currency:
            plain["original_value_minor"] = str(Money(unit.original_value_minor, unit.original_value_currency).major)
        return cls(data=plain | cls.stated_of(unit) | texts_of(unit, cls.texts))

    def entries(self) -> dict[str, Any]:
        """The fields as the verb takes them; raises `Invalid` for an amount that is none."""
        found: dict[str, Any] = {name: self._fields[name].data or None for name in UNIT_LINES}
        found |= {name: self._fields[name].data for name in UNIT_DATES}
        found |= {name: lines_of(self._fields[name].data) for name in ("techniques", "measured_variables")}
        found |= {"kind": self.kind.data, "instrument_class": self.instrument_class.data or None}
        return found | {"permit_facts": self.stated()} | self._value() | self.all_texts()

    def _value(self) -> dict[str, Any]:
        amount, currency = self.original_value_minor.data or "", self.original_value_currency.data or None
        if not amount.strip():
            return {"original_value_minor": None, "original_value_currency": None}
        try:
            minor = Money.parse(amount, currency or "HKD").amount_minor
        except InvalidMoney as error:
            raise Invalid.one("original_value_minor", error.code) from None
        return {"original_value_minor": minor, "original_value_currency": currency}
