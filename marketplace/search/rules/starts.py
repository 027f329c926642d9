"""From when a use may lawfully begin: what somebody says would cross, as the facts that permit rules ask about."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, NamedTuple
from uuid import UUID

from marketplace.permits.rules.names import FLOWS, GROUPS, LISTS
from marketplace.permits.rules.plan import Plan
from marketplace.permits.rules.travellers import misnamed
from marketplace.values.refusal import FieldError

LONGEST_FLOWS: Final = 8000
NOTHING: Final = "nothing"
# What may be said to cross, in the order in which the page offers it.
CROSSINGS: Final = ("goods_back", "goods_stay", "personal_data", "other_data", "people", "technology", NOTHING)
# Each choice as an entry: its list, whether the host's side hands over too, and what is known of it.
_ENTRIES: Final[Mapping[str, tuple[str, bool, Mapping[str, Any]]]] = {
    "goods_back": ("goods_flows", False, {"exporter": "user", "returns": True}),
    "goods_stay": ("goods_flows", False, {"exporter": "user", "returns": False}),
    "personal_data": ("data_flows", False, {"exporter": "user"}),
    "other_data": (
        "data_flows",
        False,
        {"exporter": "user", "pi_nonsensitive_persons": 0, "pi_sensitive_persons": 0},
    ),
    "people": ("people_flows", False, {}),
    "technology": ("technology_flows", True, {}),
}
_VAULT: Final = "vault"


@dataclass(frozen=True, slots=True, kw_only=True)
class StartWish:
    """The day by which a use shall begin, what would cross for it, and for whom: `origin` where nobody is signed in."""

    day: date
    crossings: tuple[str, ...] = ()
    flows: str = ""
    origin: str = ""
    organisation: UUID | None = None

    @property
    def stated(self) -> Mapping[str, Any] | None:
        """The facts that were given in full; None where choices were made, or where they are no JSON object."""
        try:
            found = json.loads(self.flows) if self.flows else None
        except (ValueError, RecursionError):
            return None
        return found if isinstance(found, dict) else None


@dataclass(frozen=True, slots=True, order=True)
class Start:
    """The first lawful day at a listing; `not_before`: later, for all that is known. Known days come first."""

    not_before: bool
    day: date
    questions: bool


class Setting(NamedTuple):
    """All that a plan hangs on of a listing: listings alike in it share one plan."""

    jurisdiction: str | None
    city: str | None
    zone: str | None
    kind: str
    control: str
    listed: frozenset[str] = frozenset()
    stated: str = "{}"


def start_of(plan: Plan) -> Start | None:
    """When a plan lets the use begin; None where it never may."""
    if plan.earliest_start is None:
        return None
    return Start(plan.not_before, plan.earliest_start, bool(plan.questions))


def misplaced(wish: StartWish) -> Iterator[FieldError]:
    """What can't be stated: what is no JSON object, and approvals, which the vault alone shows."""
    if wish.flows and wish.stated is None:
        yield FieldError("flows", "mapping", "mapping")
    elif (wish.stated or {}).get(_VAULT):
        yield FieldError("flows/vault", "vault_is_kept", "vault_is_kept")
    for error in misnamed(wish.stated or {}):
        yield FieldError(f"flows/{error.field}", error.rule, error.message_code, error.details)
    if NOTHING in wish.crossings and len(wish.crossings) > 1:
        yield FieldError("crossing", "nothing_or_something", "nothing_or_something")


def facts_for(wish: StartWish, recorded: Mapping[str, Mapping[str, Any]], vault: Sequence[Any]) -> dict[str, Any]:
    """The facts of a use at one listing: what was stated, with what the records tell of both sides and the place. What
    crosses does so on the day by which the use shall begin."""
    stated = wish.stated
    facts = _chosen(wish, recorded) if stated is None else {k: v for k, v in stated.items() if k != _VAULT}
    for name in GROUPS:
        given = facts.get(name)
        facts[name] = {**(given if isinstance(given, Mapping) else {}), **recorded[name]}
    for name in FLOWS:
        if isinstance(facts.get(name), list):
            facts[name] = [_dated(each, wish.day) for each in facts[name]]
    facts.setdefault("money", {"payer": "user", "payee": "host"})
    return {**facts, _VAULT: list(vault)}


def _chosen(wish: StartWish, recorded: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    # Where nothing was said all is unknown; where something was, nothing else crosses.
    if not wish.crossings:
        return {}
    here, there = _end(recorded["user"]), _end(recorded["host"])
    facts: dict[str, Any] = {name: [] for name in LISTS if name != "money"}
    for choice in wish.crossings:
        if choice in _ENTRIES:
            name, both, known = _ENTRIES[choice]
            facts[name].append({"from": here, "to": there, **known})
            facts[name] += [{"from": there, "to": here, **known}] if both else []
    mode = {"mode": "on_site"} if "people" in wish.crossings else {}
    return {**facts, **mode, "activity_class": "none"}


def _end(party: Mapping[str, Any]) -> Any:
    return party.get("zone") or party.get("jurisdiction")


def _dated(entry: Any, day: date) -> Any:
    return {"date": day.isoformat(), **entry} if isinstance(entry, Mapping) else entry
