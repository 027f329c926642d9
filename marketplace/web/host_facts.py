"""What a host has stated for permit plans of its place and its equipment, in the reader's words."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask_babel import gettext as _

from marketplace.catalogue import vocabulary
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.rules.permit_facts import NONE
from marketplace.values.localized import Language, pick
from marketplace.web.formats import write_date
from marketplace.web.request import language
from marketplace.wording.permit_words import CODES, TERRITORIES


def place_said(facility: Facility) -> list[tuple[str, str]]:
    """What is stated of the place: label and value each; what is not stated is left out."""
    told, spoken = facility.permit_facts, cast(Language, language())
    found: list[tuple[str, str]] = []
    if (level := told.get("lab_bsl")) is not None:
        shown = _("No biosafety lab") if level == NONE else _("Level %(n)s", n=level)
        found.append((_("Biosafety level"), shown))
    if (accredited := told.get("lab_accreditations")) is not None:
        names = [pick(vocabulary.ACCREDITATIONS[code], spoken).text for code in accredited]
        found.append((_("Accreditations"), " · ".join(names) or _("None of these")))
    if (invites := told.get("host_authorised_for_stv")) is not None:
        found.append((_("Authorised to invite short-term visitors to Hong Kong"), _("Yes") if invites else _("No")))
    return found


def equipment_said(unit: Unit) -> list[tuple[str, str]]:
    """The same of the equipment."""
    found: list[tuple[str, str]] = []
    if (codes := unit.permit_facts.get("control_codes")) is not None:
        named = [listed_in(regime, code) for regime, listed in codes.items() for code in listed]
        found.append((_("Export control of the equipment"), " · ".join(named) or _("On no such list")))
    if (until := unit.permit_facts.get("customs_supervised_until")) is not None:
        shown = _("Not under supervision") if until == NONE else write_date(date.fromisoformat(until))
        label = _("Customs supervision of the equipment") if until == NONE else _("Customs supervision until")
        found.append((label, shown))
    return found


def listed_in(regime: str, code: str) -> str:
    """A list of a regime: "Hong Kong: dual-use"."""
    spoken = cast(Language, language())
    place = TERRITORIES[regime][spoken]
    return str(_("%(place)s: %(list)s", place=place[:1].upper() + place[1:], list=CODES[code][spoken]))
