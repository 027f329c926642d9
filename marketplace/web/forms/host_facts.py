"""The parts of a listing's form in which the host states what permit rules ask of the place and the equipment."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import DateField
from wtforms.validators import Optional

from marketplace.catalogue import vocabulary
from marketplace.catalogue.models import Facility, Unit
from marketplace.catalogue.rules.permit_facts import LEVELS, NONE, REGIMES
from marketplace.values.localized import pick
from marketplace.values.refusal import Invalid
from marketplace.web.forms.texts import CheckboxesField, ChoiceField, TextsForm
from marketplace.web.host_facts import listed_in
from marketplace.web.request import language

UNTIL: Final = "until"
TRUTH: Final = {"": None, "yes": True, "no": False}


class PlaceFactsForm(TextsForm):
    """What the host states of the place."""

    lab_bsl = ChoiceField(_l("Biosafety level"))
    lab_accreditations = CheckboxesField(_l("Accreditations"))
    host_authorised_for_stv = ChoiceField(_l("Authorised to invite short-term visitors to Hong Kong"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        levels = [(str(level), _("Level %(n)s", n=level)) for level in LEVELS]
        self.lab_bsl.choices = [("", _("not said")), (NONE, _("No biosafety lab")), *levels]
        named = [(code, pick(name, language()).text) for code, name in vocabulary.ACCREDITATIONS.items()]  # type: ignore[arg-type]
        self.lab_accreditations.choices = [*named, (NONE, _("None of these"))]
        self.host_authorised_for_stv.choices = [("", _("not said")), ("yes", _("Yes")), ("no", _("No"))]

    @staticmethod
    def stated_of(facility: Facility) -> dict[str, Any]:
        """What was stated, as the form shows it."""
        told = facility.permit_facts
        accredited, invites = told.get("lab_accreditations"), told.get("host_authorised_for_stv")
        return {
            "lab_bsl": str(told.get("lab_bsl", "")),
            "lab_accreditations": [NONE] if accredited == [] else accredited or [],
            "host_authorised_for_stv": "" if invites is None else "yes" if invites else "no",
        }

    def stated(self) -> dict[str, Any]:
        """What is stated, as the catalogue keeps it. Raises Invalid."""
        level, ticked = self.lab_bsl.data or "", self.lab_accreditations.data or []
        return {
            "lab_bsl": int(level) if level.isdigit() else level or None,
            "lab_accreditations": _some_or_none("lab_accreditations", ticked),
            "host_authorised_for_stv": TRUTH[self.host_authorised_for_stv.data or ""],
        }


class EquipmentFactsForm(TextsForm):
    """What the host states of the equipment."""

    control_codes = CheckboxesField(_l("Export control of the equipment"))
    customs_supervision = ChoiceField(_l("Customs supervision of the equipment"))
    customs_supervised_until = DateField(_l("Supervised until"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.control_codes.choices = [(NONE, _("On no such list")), *_codes()]
        supervised = (UNTIL, _("Under supervision until the day beside"))
        self.customs_supervision.choices = [("", _("not said")), (NONE, _("Not under supervision")), supervised]

    @staticmethod
    def stated_of(unit: Unit) -> dict[str, Any]:
        """What was stated, as the form shows it."""
        codes, until = unit.permit_facts.get("control_codes"), unit.permit_facts.get("customs_supervised_until")
        ticked = [f"{regime}:{code}" for regime, listed in (codes or {}).items() for code in listed]
        return {
            "control_codes": [NONE] if codes == {} else ticked,
            "customs_supervision": "" if until is None else until if until == NONE else UNTIL,
            "customs_supervised_until": None if until in (None, NONE) else date.fromisoformat(until),
        }

    def stated(self) -> dict[str, Any]:
        """What is stated, as the catalogue keeps it. Raises Invalid."""
        ticked = _some_or_none("control_codes", self.control_codes.data or [])
        codes: dict[str, list[str]] | None = None if ticked is None else {}
        for each in ticked or ():
            regime, _colon, code = each.partition(":")
            codes = codes or {}
            codes.setdefault(regime, []).append(code)
        return {"control_codes": codes, "customs_supervised_until": self._until()}

    def _until(self) -> Any:
        chosen, day = self.customs_supervision.data or "", self.customs_supervised_until.data
        if chosen == UNTIL and day is None:
            raise Invalid.one("customs_supervised_until", "required")
        if day is not None and chosen != UNTIL:
            raise Invalid.one("customs_supervised_until", "supervised_or_not")
        return day if chosen == UNTIL else chosen or None


def _some_or_none(field: str, ticked: list[str]) -> list[str] | None:
    """Nothing ticked says nothing; "none" alone says that there is none."""
    if NONE not in ticked:
        return ticked or None
    if len(ticked) > 1:
        raise Invalid.one(field, "none_or_some")
    return []


def _codes() -> Iterator[tuple[str, str]]:
    for regime, codes in REGIMES.items():
        yield from ((f"{regime}:{code}", listed_in(regime, code)) for code in codes)
