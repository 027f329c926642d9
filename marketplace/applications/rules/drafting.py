"""Which applications a booking's plan asks for: by whom, to which authority, under which rules, about which flows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from marketplace.applications.rules.clocks import Limit
from marketplace.permits.rules.book import WAITED_FOR, Kind
from marketplace.permits.rules.facts import Territories
from marketplace.permits.rules.names import FLOWS
from marketplace.permits.rules.travellers import PERSON, person_of

# What authorities decide or take note of. Prohibitions, taxes and what only eases are no applications.
DECIDED: Final = frozenset({Kind.APPROVAL, Kind.LICENCE, Kind.FILING, Kind.REGISTRATION, Kind.NOTIFICATION, Kind.GATE})
# Duties of the parties' own: done and noted.
SELF_KEPT: Final = DECIDED | {Kind.RECORD}
ASKED: Final = frozenset({"required", "alternative"})
SIDES: Final = ("user", "host")
# The applicant's own dates, of which the first counts.
OWN_DATES: Final = frozenset({"apply_by", "file_by", "notify_by", "declare_by"})
MAINLAND: Final = "CN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """What a rule's row says beyond the plan: with whose application it is decided, and the authorities' pair."""

    decided_with: tuple[str, ...] = ()
    pair: str | None = None
    limit: Limit = field(default_factory=Limit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a plan stands on: its rows, the facts of the booking, the laws of its rules, and where authorities are."""

    rows: Sequence[Mapping[str, Any]]
    facts: Mapping[str, Any]
    laws: Mapping[str, Law]
    territories: Territories
    agencies: Mapping[str, str]

    def row(self, rule_id: str) -> Mapping[str, Any] | None:
        """What the plan says of a rule."""
        return next((row for row in self.rows if row["rule"] == rule_id), None)

    def territory(self, side: str) -> Any:
        """The customs territory of a side of the booking."""
        party = self.facts.get(side)
        return self.territories.of(party.get("jurisdiction")) if isinstance(party, Mapping) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """One application that should be there. `agency` None: a duty of the applicant's own."""

    rule: str
    version: int
    side: str
    agency: str | None
    agencies: tuple[str, ...]
    covers: tuple[str, ...]
    flows: tuple[str, ...]
    personal: bool
    person: UUID | None
    pair: str | None
    limit: Limit
    file_by: date | None


def wanted(ground: Ground) -> list[Wanted]:
    """The applications of a plan, each rule once for each side that applies, and for each person where people apply;
    together-decided rules share one."""
    asked = {row["rule"]: row for row in ground.rows if _asks(row)}
    led = {rule_id: leader for rule_id in asked if (leader := _leader(rule_id, asked, ground.laws))}
    found: list[Wanted] = []
    for rule_id in sorted(set(asked) - set(led)):
        covers = (rule_id, *sorted(other for other, leader in led.items() if leader == rule_id))
        for (side, person), flows in _by_side(asked, covers, ground).items():
            found.append(_wanted(ground, covers, (side, person), flows))
    return found


def _asks(row: Mapping[str, Any]) -> bool:
    decided = row["kind"] in (DECIDED if row["authority"] else SELF_KEPT)
    # The applicant's own duties are noted as done as far as they are due before the use.
    own = bool(row["authority"]) or row["stage"] in WAITED_FOR
    return decided and own and row["blocks"] and row["outcome"] in ASKED and not row["conditional_on"]


def _leader(rule_id: str, asked: Mapping[str, Any], laws: Mapping[str, Law]) -> str | None:
    """The rule with whose application this one is decided, if that is asked for as well."""
    law = laws.get(rule_id)
    return next((other for other in law.decided_with if other in asked), None) if law else None


def _by_side(
    asked: Mapping[str, Mapping[str, Any]], covers: Sequence[str], ground: Ground
) -> dict[tuple[str, UUID | None], tuple[str, ...]]:
    """Which side applies, or who of it, and about which flows; what is about the booking as a whole has none."""
    first = asked[covers[0]]
    flows = list(dict.fromkeys(flow for rule_id in covers for flow in _open(asked[rule_id])))
    found: dict[tuple[str, UUID | None], list[str]] = {}
    for flow in flows or [""]:
        person = person_of(_entry(ground.facts, flow).get(PERSON)) if first["applicant"] == "individual" else None
        for side in sides(first, ground, flow):
            found.setdefault((side, person), []).extend([flow] if flow else [])
    return {applicant: tuple(named) for applicant, named in found.items()}


def _open(row: Mapping[str, Any]) -> list[str]:
    """The flows of a rule for which it is not satisfied already."""
    return [flow for flow in row["flows"] if flow not in row.get("done", ())]


def sides(row: Mapping[str, Any], ground: Ground, flow: str = "") -> list[str]:
    """Which sides of the booking apply under a rule, as its row names the applicant (NHC and MOFCOM take the mainland
    party). Where either side may, the one that the authority sits with; both where each has an office of its own."""
    role = row["applicant"]
    if role in SIDES:
        return [role]
    if role in ("exporter", "importer"):
        exporter = _entry(ground.facts, flow).get("exporter")
        known = exporter if exporter in SIDES else "user"
        turned = (role == "importer") != flow.endswith("/return")
        return [_other(known) if turned else known]
    if role == "mainland_party":
        return [next((side for side in SIDES if ground.territory(side) == MAINLAND), "user")]
    if role == "either":
        return _where_authorities_sit(row, ground)
    return ["user"]


def _where_authorities_sit(row: Mapping[str, Any], ground: Ground) -> list[str]:
    seats = {ground.agencies.get(code) for code in row["authority"]}
    there = [side for side in SIDES if ground.territory(side) in seats]
    apart = len({ground.territory(side) for side in there}) > 1
    return there if apart else there[:1] or ["user"]


def _other(side: str) -> str:
    return "host" if side == "user" else "user"


def _entry(facts: Mapping[str, Any], flow: str) -> Mapping[str, Any]:
    name, _, number = flow.removesuffix("/return").partition("/")
    listed = facts.get(name)
    if name in FLOWS and isinstance(listed, list) and number.isdigit() and int(number) < len(listed):
        return listed[int(number)] if isinstance(listed[int(number)], Mapping) else {}
    return {}


def office(authorities: Sequence[str], territory: Any, agencies: Mapping[str, str]) -> str | None:
    """The authority that takes the application: the first in the applicant's own territory, else the first named."""
    near = (code for code in authorities if agencies.get(code) == territory)
    return next(near, authorities[0] if authorities else None)


def _wanted(ground: Ground, covers: Sequence[str], applicant: tuple[str, UUID | None], flows: Sequence[str]) -> Wanted:
    row, (side, person) = ground.row(covers[0]), applicant
    assert row is not None, "it is asked for"
    law = ground.laws.get(row["rule"], Law())
    authorities = tuple(row["authority"])
    return Wanted(
        rule=row["rule"],
        version=row["version"],
        side=side,
        agency=office(authorities, ground.territory(side), ground.agencies),
        agencies=authorities,
        covers=tuple(covers),
        flows=tuple(flows),
        personal=row["applicant"] == "individual",
        person=person,
        pair=law.pair,
        limit=law.limit,
        file_by=_own_date([each for rule_id in covers if (each := ground.row(rule_id))]),
    )


def _own_date(rows: Iterable[Mapping[str, Any]]) -> date | None:
    days = [date.fromisoformat(each["date"]) for row in rows for each in row["milestones"] if each["kind"] in OWN_DATES]
    return min(days, default=None)


def facts_of(facts: Mapping[str, Any], flows: Iterable[str]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """What was stated of some flows, each by its name; the way back of a thing is told with the thing."""
    for flow in dict.fromkeys(flow.removesuffix("/return") for flow in flows):
        if entry := _entry(facts, flow):
            yield flow, {name: told for name, told in entry.items() if name != PERSON}
