"""What a permit plan costs: processor time for a booking that crosses boundaries many times, against all rules."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from bench.results import p50
from marketplace.database import Database
from marketplace.permits import queries
from marketplace.permits.rules.answers import answers_of
from marketplace.permits.rules.book import RuleBook
from marketplace.permits.rules.facts import Facts
from marketplace.permits.rules.plan import Plan, plan_for

RUNS = 60
ON = date(2026, 3, 2)
PARTY = {"org_type": "firm", "control": "mainland", "on_watchlist": False, "export_penalty": False, "zone": None}
GOODS = {
    **{"from": "CN", "to": "HK", "date": "2026-05-15", "exporter": "user", "kind": "instrument", "purpose": "test"},
    **{"control_codes": {"CN": ["dual_use"], "HK": ["dual_use"]}, "bio_kind": None, "special_goods": False},
    **{"whitelisted": False, "suspect_infectious": False, "chem_class": [], "returns": True, "consumable": False},
    **{"return_by": "2026-08-01", "carrier": "freight", "value": {"amount_minor": 500000, "currency": "HKD"}},
}
DATA = {
    **{"from": "CN", "to": "HK", "date": "2026-06-01", "exporter": "user", "basis": "consent", "important_data": False},
    **{"pi_nonsensitive_persons": 0, "pi_sensitive_persons": 300, "pi_ytd_nonsensitive": 0, "pi_ytd_sensitive": 0},
    **{"hgr_information": True, "ciio": False, "onward_outside_gba": False, "bulk_category": None},
    "hgr_security_concern": False,
}
PEOPLE = {
    **{"from": "CN", "to": "HK", "date": "2026-06-01", "nationality": "CN", "residence": "CN", "pr_hk_mo": False},
    **{"days_each_stay": 10, "hands_on_work": True, "talent_class": "research"},
    **{"host_authorised_for_stv": True, "stv_activity_listed": True},
}
TECHNOLOGY = {
    **{"from": "CN", "to": "HK", "date": "2026-03-02", "export_catalogue_part": "restricted"},
    **{"import_catalogue_part": "none", "contract_type": "technical_service"},
}
FLOWS = (("goods_flows", GOODS), ("data_flows", DATA), ("people_flows", PEOPLE), ("technology_flows", TECHNOLOGY))
# Facts without which much stays open: what is measured of questions.
LEFT_OUT = ("special_goods", "suspect_infectious", "control_codes", "days_each_stay", "important_data", "basis")


@dataclass(frozen=True, slots=True)
class Costs:
    """Milliseconds of processor time of a plan: of 20 flows, of 40, of 20 by every second rule, and of 20 of which much
    is unknown."""

    twenty: float
    forty: float
    half: float
    unknown: float


def costs(database: Database) -> Costs:
    """What plans cost by the rules of a database."""
    with database.reading() as session:
        book, known = queries.rule_book(session), queries.vocabulary(session)
        where, counted = queries.territories(session), queries.calendars(session)

    answers = answers_of(known)

    def plan(facts: dict[str, Any], by: RuleBook) -> Plan:
        return plan_for(Facts.read(facts, ON, where, known), by, counted, answers)

    fewer = RuleBook(book.rules[::2])
    many = ((booking(20), book), (booking(40), book), (booking(20), fewer), (booking(20, without=LEFT_OUT), book))
    return Costs(*(_cpu(partial(plan, facts, by)) for facts, by in many))


def booking(flows: int, without: tuple[str, ...] = ()) -> dict[str, Any]:
    """Facts of a booking with so many flows, of the four kinds in turn."""
    facts: dict[str, Any] = {name: [] for name, _ in FLOWS}
    for number in range(flows):
        name, flow = FLOWS[number % len(FLOWS)]
        facts[name].append({key: value for key, value in flow.items() if key not in without})
    parties = {
        "host": {**PARTY, "jurisdiction": "HK", "city": "Hong Kong", "control": "hk_mo"},
        "user": {**PARTY, "jurisdiction": "CN", "city": "Shenzhen"},
        "place": {"zone": None, "lab_bsl": 2, "lab_accreditations": [], "control_codes": {}},
    }
    told = {"mode": "on_site", "activity_class": None, "activity_purpose": "research", "joint_hk_sz_research": False}
    return {**facts, **parties, **told, "chemicals": [], "results": [], "money": {}, "vault": []}


def _cpu(work: Callable[[], object]) -> float:
    """The median processor time of some runs, in milliseconds; the first ones warm up."""
    times = []
    for number in range(RUNS):
        began = time.process_time()
        work()
        if number >= RUNS // 6:
            times.append(time.process_time() - began)
    return p50(times)
