"""The first step of a permit plan: where, who, when, how, and what crosses, as the facts that rules ask about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import BooleanField, DateField, HiddenField, SelectField

from marketplace.permits.rules.shapes import YEARS
from marketplace.web.forms.fields import Required, in_words, text

HIDDEN: Final = "answers"
# Each box, the list whose entry it makes, and the field that says who sends; None: nothing is sent.
TICKS: Final[Mapping[str, tuple[str, str | None]]] = {
    "data": ("data_flows", "data_by"),
    "goods": ("goods_flows", "goods_by"),
    "people": ("people_flows", "people_by"),
    "technology": ("technology_flows", "technology_by"),
    "chemicals": ("chemicals", None),
    "results": ("results", None),
}
SENDERS: Final = {"user": ("user",), "host": ("host",), "both": ("user", "host")}
WITH_EXPORTER: Final = frozenset({"data_flows", "goods_flows"})
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


class PlanForm(FlaskForm):
    """Where, who, when, how, and what crosses."""

    facility = HiddenField()
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
    data = BooleanField(_l("Data leave or come"))
    data_by = SelectField(_l("Who sends the data"))
    goods = BooleanField(_l("Goods or samples are sent or carried"))
    goods_by = SelectField(_l("Who sends the goods"))
    people = BooleanField(_l("People travel"))
    people_by = SelectField(_l("Who travels"))
    technology = BooleanField(_l("Technology is handed over"))
    technology_by = SelectField(_l("Who hands the technology over"))
    chemicals = BooleanField(_l("Chemicals of the host are used"))
    results = BooleanField(_l("Results are used elsewhere"))

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
        self.mode.choices = offered.choices["mode"]
        self.purpose.choices = offered.choices["activity_purpose"]
        self.activity.choices = offered.choices["activity_class"]
        for _list, by in TICKS.values():
            if by:
                self[by].choices = self._senders(by)
        return self

    @staticmethod
    def _senders(by: str) -> list[tuple[str, str]]:
        named = [("user", str(_l("my side"))), ("host", str(_l("the host's side")))]
        return [*named, ("both", str(_l("both sides")))] if by in ("data_by", "technology_by") else named

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

    def facts(self) -> dict[str, Any]:
        """The facts that the first step tells: nothing is unknown of what was not ticked."""
        day = self.day.data.isoformat() if self.day.data else None
        entries = {name: list(self._entries(box, name, day)) for box, (name, _by) in TICKS.items()}
        return {
            "host": self._party("host", "place"),
            "user": self._party("user", "user"),
            "place": {"zone": text(self.place_zone) or None},
            "mode": text(self.mode),
            "activity_class": text(self.activity),
            "activity_purpose": text(self.purpose),
            **entries,
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

    def _entries(self, box: str, name: str, day: str | None) -> Iterable[dict[str, Any]]:
        if not self[box].data:
            return
        by = TICKS[box][1]
        if by is None:
            yield {"date": day} if name == "chemicals" else {}
            return
        ends = {"host": self._end("place"), "user": self._end("user")}
        for sender in SENDERS.get(text(self[by]), ("user",)):
            other = "host" if sender == "user" else "user"
            entry: dict[str, Any] = {"from": ends[sender], "to": ends[other], "date": day}
            if name in WITH_EXPORTER:
                entry["exporter"] = sender
            if name == "data_flows":
                entry |= {"pi_ytd_nonsensitive": 0, "pi_ytd_sensitive": 0}
            yield entry

    def _end(self, side: str) -> str:
        return text(self[f"{side}_zone"]) or self._place(side)
