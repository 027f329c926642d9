"""The first step of a permit plan: where, who, when, how, and what crosses, as the facts that rules ask about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from wtforms import DateField, HiddenField, SelectField

from marketplace.permits.rules.shapes import YEARS
from marketplace.web.forms.crossings import CrossingForm
from marketplace.web.forms.fields import Required, in_words, text

HIDDEN: Final = "answers"
CONTROLS: Final = {"CN": "mainland", "HK": "hk_mo", "MO": "hk_mo"}


@dataclass(frozen=True, slots=True)
class Offered:
    """What may be chosen, in the reader's language: pairs of value and name, and where cities and zones lie."""

    jurisdictions: Sequence[tuple[str, str]]
    cities: Sequence[tuple[str, str]]
    zones: Sequence[tuple[str, str]]
    choices: Mapping[str, Sequence[tuple[str, str]]]
    roots: Mapping[str, str]
    lies_in: Mapping[str, str]


class PlanForm(CrossingForm):
    """Where, who, when, how, and what crosses."""

    facility = HiddenField()
    unit = HiddenField()
    organisation = SelectField(_l("For"), validate_choice=False)
    place_in = SelectField(_l("Where the facility stands"), [Required()])
    place_city = SelectField(_l("City"))
    place_zone = SelectField(_l("Zone or park"))
    host_kind = SelectField(_l("The host is a"), [Required()])
    host_control = SelectField(_l("The host is controlled from"))
    user_in = SelectField(_l("Where my organisation is"), [Required()])
    user_city = SelectField(_l("City"))
    user_zone = SelectField(_l("Zone or park"))
    user_kind = SelectField(_l("My organisation is a"), [Required()])
    user_control = SelectField(_l("My organisation is controlled from"))
    day = DateField(_l("First day of use"), [Required()])
    mode = SelectField(_l("How I use it"), [Required()])
    purpose = SelectField(_l("What for"), [Required()])
    activity = SelectField(_l("Regulated activity"), [Required()])

    def offer(self, offered: Offered, today: date) -> PlanForm:
        """Name what may be chosen."""
        self.offered, self.today = offered, today
        first = [("", str(_l("Choose")))]
        for side in ("place", "user"):
            self[f"{side}_in"].choices = [*first, *offered.jurisdictions]
            self[f"{side}_city"].choices = [("", str(_l("None of these"))), *offered.cities]
            self[f"{side}_zone"].choices = [("", str(_l("In none of these"))), *offered.zones]
        for side in ("host", "user"):
            self[f"{side}_kind"].choices = offered.choices["host.org_type"]
            self[f"{side}_control"].choices = [("", str(_l("the place where it is"))), *offered.choices["host.control"]]
        self.purpose.choices = offered.choices["activity_purpose"]
        self.offer_crossing(offered.choices)
        return self

    def validate(self, extra_validators: Any = None) -> bool:
        """Whether the places fit together and the day is one that people plan for."""
        fine = bool(super().validate(extra_validators))
        for side in ("place", "user"):
            fine = self._lies(side, f"{side}_zone") and self._lies(side, f"{side}_city") and fine
        if self.day.data and not (self.today <= self.day.data and self.day.data.year in YEARS):
            self.day.errors = [*self.day.errors, in_words("plan_day")]
            fine = False
        return fine

    def _lies(self, side: str, name: str) -> bool:
        field = self[name]
        inside = self.offered.lies_in.get(text(field))
        root = self.offered.roots.get(text(self[f"{side}_in"]))
        if not inside or not root or self.offered.roots.get(inside) == root:
            return True
        field.errors = [*field.errors, in_words("lies_elsewhere")]
        return False

    def offer_organisations(self, own: Sequence[tuple[str, str]]) -> None:
        """Name the organisations of who asks, whose approvals may count."""
        self.organisation.choices = [*own, ("", str(_l("another organisation, without approvals")))] if own else []

    def put_user(self, known: Mapping[str, str]) -> None:
        """Say of the user what the records say."""
        for name, value in known.items():
            self[name].data = value

    def facts(self) -> dict[str, Any]:
        """The facts that the first step tells: nothing is unknown of what was not ticked."""
        day = self.day.data.isoformat() if self.day.data else None
        crossing = self.crossing({"host": self._end("place"), "user": self._end("user")}, day)
        for each in crossing["data_flows"]:
            each |= {"pi_ytd_nonsensitive": 0, "pi_ytd_sensitive": 0}
        return {
            "host": self._party("host", "place"),
            "user": self._party("user", "user"),
            "place": {"zone": text(self.place_zone) or None},
            "activity_purpose": text(self.purpose),
            **crossing,
            "money": {"payer": "user", "payee": "host"},
            "vault": [],
        }

    def _party(self, party: str, side: str) -> dict[str, Any]:
        zone, city = text(self[f"{side}_zone"]) or None, text(self[f"{side}_city"]) or None
        place = self._place(side)
        return {
            "jurisdiction": place,
            "city": city,
            "zone": zone,
            "org_type": text(self[f"{party}_kind"]),
            "control": text(self[f"{party}_control"]) or CONTROLS.get(self.offered.roots.get(place, place), "foreign"),
            # Nobody is taken to be listed or penalised of whom nothing is known.
            "on_watchlist": False,
            "export_penalty": False,
        }

    def _place(self, side: str) -> str:
        """The jurisdiction, as exactly as the zone or the city tells it."""
        chosen = text(self[f"{side}_in"])
        exact = self.offered.lies_in.get(text(self[f"{side}_zone"]) or text(self[f"{side}_city"]), chosen)
        return exact if chosen == self.offered.roots.get(exact) else chosen

    def _end(self, side: str) -> str:
        return text(self[f"{side}_zone"]) or self._place(side)
