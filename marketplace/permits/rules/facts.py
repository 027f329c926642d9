"""The facts of one booking as rules see them: entries that cross a boundary, what is known and what is not (CLR-01)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Final

from marketplace.permits.rules import shapes
from marketplace.permits.rules.names import FLOWS, LISTS
from marketplace.values.refusal import Invalid


class Missing:
    """The value of a fact that nobody has told; None is a value, and says that there is nothing of the kind."""

    def __repr__(self) -> str:
        return "MISSING"


MISSING: Final = Missing()


@dataclass(frozen=True, slots=True)
class Territories:
    """Which customs territory a jurisdiction or zone lies in (CLR-13), and which of them form the European Union."""

    roots: Mapping[str, str]
    union: frozenset[str] = frozenset()

    def of(self, place: Any) -> str | Missing | None:
        """The territory of a jurisdiction or zone; a place that is in no table is a territory of its own."""
        if not isinstance(place, str):
            return MISSING if place is MISSING else None
        code = {"UK": "GB"}.get(place, place)
        return self.roots.get(code, code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happens: a flow, a chemical, a result, a payment, or the booking itself (path "")."""

    path: str
    list: str
    facts: Mapping[str, Any]
    origin: str | Missing | None = None
    target: str | Missing | None = None
    on: date

    @property
    def parent(self) -> str:
        """The path of the flow of which this is the way back, else its own."""
        return self.path.removesuffix("/return")


@dataclass(frozen=True)
class Facts:
    """All that is known of a booking on the day it is looked at. Raises Invalid where a shape is not the agreed one."""

    given: Mapping[str, Any]
    on: date
    territories: Territories
    vault: Sequence[Mapping[str, Any]] = field(default=())

    @classmethod
    def read(cls, given: Mapping[str, Any], on: date, territories: Territories, vocabulary: Mapping[str, Any]) -> Facts:
        """Facts from their JSON shape: "unknown" is left out, "none" is nothing of the kind. Raises Invalid."""
        faults = tuple(shapes.misshapen(given, vocabulary))
        if faults:
            raise Invalid(faults)
        told = _told(given)
        return cls(told, on, territories, tuple(told.get("vault") or ()))

    @cached_property
    def entries(self) -> Mapping[str, Sequence[Entry]]:
        """The entries of each list that is known; the ways back of goods that return stand among them."""
        found = {name: tuple(self._entries(name)) for name in LISTS if name in self.given}
        return found | {"booking": (Entry(path="", list="booking", facts={}, on=self.first_day),)}

    def with_entry(self, old: Entry, new: Entry) -> Facts:
        """The same booking with one entry told otherwise; the rest is not looked at again."""
        changed = replace(self)
        exchanged = {name: tuple(new if each is old else each for each in of) for name, of in self.entries.items()}
        changed.__dict__["entries"] = exchanged
        return changed

    @cached_property
    def first_day(self) -> date:
        """The first day on which anything crosses, else the day of the plan."""
        days = [day for name in FLOWS for each in self._listed(name) if (day := _day(each.get("date")))]
        return min(days, default=self.on)

    def where(self, party: Any) -> str | Missing | None:
        """The territory of the host or the user."""
        group = self.given.get(party, MISSING) if isinstance(party, str) else MISSING
        if not isinstance(group, Mapping):
            return MISSING
        return self.territories.of(group.get("jurisdiction", MISSING))

    @cached_property
    def site(self) -> str | Missing | None:
        """The territory in which the facility stands: its zone's, else the host's."""
        place = self.given.get("place")
        zone = place.get("zone") if isinstance(place, Mapping) else None
        return self.territories.of(zone) if isinstance(zone, str) else self.where("host")

    @cached_property
    def stand(self) -> tuple[Any, ...]:
        """All that a direction depends on beside the ends of the entry in hand."""
        return self.site, self.where("host"), self.territories.union

    def _listed(self, name: str) -> Iterable[Mapping[str, Any]]:
        return self.given.get(name) or ()

    def _entries(self, name: str) -> Iterable[Entry]:
        if name == "money":
            yield from self._payment()
            return
        for number, told in enumerate(self._listed(name)):
            path = f"{name}/{number}"
            facts = self._with_the_others(number, told) if name == "data_flows" else told
            yield self._entry(path, name, facts, turned=False)
            if name == "goods_flows" and facts.get("returns") is True:
                yield self._entry(f"{path}/return", name, facts, turned=True)

    def _entry(self, path: str, name: str, facts: Mapping[str, Any], *, turned: bool) -> Entry:
        told, day = dict(facts), _day(facts.get("date"))
        if turned:
            told |= {"returns": False, "date": facts.get("return_by", MISSING)}
            told |= {"from": facts.get("to", MISSING), "to": facts.get("from", MISSING)}
            told |= {"exporter": {"user": "host", "host": "user"}.get(str(facts.get("exporter")), MISSING)}
            day = _day(facts.get("return_by")) or day
        told |= {"is_return": turned, **{f"{end}_zone": _zone(told.get(end, MISSING)) for end in ("from", "to")}}
        told = {key: value for key, value in told.items() if value is not MISSING}
        ends = [self.territories.of(told.get(end, MISSING)) for end in ("from", "to")]
        usual = self.on if name in FLOWS else self.first_day
        return Entry(path=path, list=name, facts=told, origin=ends[0], target=ends[1], on=day or usual)

    def _with_the_others(self, number: int, facts: Mapping[str, Any]) -> Mapping[str, Any]:
        """A data flow whose year to date holds what the same exporter sends in this booking beside it (CLR-05)."""
        others = [
            other
            for at, other in enumerate(self._listed("data_flows"))
            if at != number
            and other.get("exporter") == facts.get("exporter")
            and self._origin(other) == self._origin(facts)
            and str(other.get("date"))[:4] == str(facts.get("date"))[:4]
        ]
        told = dict(facts)
        for year, mine in (
            ("pi_ytd_nonsensitive", "pi_nonsensitive_persons"),
            ("pi_ytd_sensitive", "pi_sensitive_persons"),
        ):
            counts = [other.get(mine, MISSING) or 0 for other in others]
            known = told.get(year, MISSING)
            if known is not MISSING and others:
                told[year] = MISSING if MISSING in counts else (known or 0) + sum(counts)
        return told

    def _origin(self, facts: Mapping[str, Any]) -> Any:
        return self.territories.of(facts.get("from", MISSING))

    def _payment(self) -> Iterable[Entry]:
        money = self.given.get("money")
        if not money:
            return
        ends = self.where(money.get("payer")), self.where(money.get("payee"))
        yield Entry(path="money", list="money", facts=money, origin=ends[0], target=ends[1], on=self.first_day)


def _zone(place: Any) -> Any:
    if place is MISSING:
        return MISSING
    return place if isinstance(place, str) and place.startswith("ZON-") else None


def _day(value: Any) -> date | None:
    return date.fromisoformat(value) if isinstance(value, str) else None


def _told(value: Any) -> Any:
    if isinstance(value, str):
        return None if value == "none" else value
    if isinstance(value, Mapping):
        return {key: _codes(key, each) for key, each in value.items() if each != "unknown"}
    if isinstance(value, list):
        return [_told(each) for each in value if each != "unknown"]
    return value


def _codes(key: str, value: Any) -> Any:
    # A regime that is not named lists nothing; one that nobody knows of is not nothing.
    if key == "control_codes" and isinstance(value, Mapping):
        return {regime: MISSING if each == "unknown" else _told(each) for regime, each in value.items()}
    return _told(value)
