"""What may lawfully begin by a day: one plan for listings that are alike, known days first, what is denied left out."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.accounts.policy import SYSTEM, Actor
from marketplace.accounts.queries import actor_for_person
from marketplace.catalogue.models import Facility, Unit
from marketplace.database import Database
from marketplace.permits.actions import load_rules
from marketplace.permits.actions.vault import enter
from marketplace.permits.models import VaultKind
from marketplace.permits.queries import territories
from marketplace.permits.rules.names import LISTS
from marketplace.permits.rules.vault import NewEntry
from marketplace.search.actions import refresh_all
from marketplace.search.queries import SearchPage, search
from marketplace.search.queries import starts as looked_up
from marketplace.search.rules.starts import CROSSINGS, Setting, StartWish, facts_for, misplaced
from marketplace.search.rules.wishes import FreeWish, SearchQuery, Sort
from marketplace.values.period import Period
from marketplace.values.refusal import Invalid
from tests.cast import Cast
from tests.database import counting_statements
from tests.factories.found import Listed, list_facility
from tests.factories.listings import make_unit

Find = Callable[..., SearchPage]
SHENZHEN = {"zone_code": "ZON-HTZ-SZ", "city": "Shenzhen"}


@pytest.fixture
def listed(session: Session, cast: Cast, now: datetime) -> Iterator[dict[str, Facility]]:
    """Two benches in Shenzhen that are alike, and one in Hong Kong, all of the firm."""
    load_rules(session, now=now)
    described = {
        "one": Listed(name={"en": "First bench"}, jurisdiction="CN-GD", more=SHENZHEN),
        "two": Listed(name={"en": "Second bench"}, jurisdiction="CN-GD", more=SHENZHEN),
        "here": Listed(name={"en": "Third bench"}, more={"city": "Hong Kong"}),
    }
    rows = {key: list_facility(session, cast.firm, each, now=now) for key, each in described.items()}
    refresh_all(session, now=now)
    looked_up.forget()
    yield rows
    looked_up.forget()


@pytest.fixture
def by(session: Session, cast: Cast, now: datetime) -> Actor:
    actor = actor_for_person(session, cast.ada.id, now=now)
    assert actor is not None
    return actor


@pytest.fixture
def find(session: Session, now: datetime, by: Actor) -> Find:
    def look(crossings: tuple[str, ...] = (), *, days: int = 365, **told: Any) -> SearchPage:
        asking = told.pop("by", by)
        text, free = told.pop("text", ""), told.pop("free", None)
        sort = told.pop("sort", Sort.START)
        wish = StartWish(day=(now + timedelta(days=days)).date(), crossings=crossings, **told)
        query = SearchQuery(text=text, free=free, start=wish, sort=sort)
        return search(session, query, language="en", now=now, by=asking)

    return look


def names(page: SearchPage) -> list[str]:
    return [item.name["en"] for item in page.items]


def test_what_crosses_nothing_begins_today_and_comes_first(find: Find, listed: dict[str, Facility], now: datetime):
    page = find(("goods_back",))
    assert page.total == 3
    assert names(page)[0] == "Third bench"
    first, *others = [item.start for item in page.items]
    assert first is not None and first.day == now.date()
    assert others[0] == others[1]
    assert others[0] is not None and others[0].not_before and others[0].questions
    assert first < others[0]


def test_what_begins_later_is_left_out(find: Find, listed: dict[str, Facility], now: datetime):
    flow = {"from": "CN", "to": "HK", "export_catalogue_part": "restricted", "import_catalogue_part": "none"}
    flows = json.dumps({"technology_flows": [{**flow, "contract_type": "technical_service"}]})
    page = find(flows=flows)
    latest = max(item.start.day for item in page.items if item.start)
    assert latest > now.date()
    assert find(flows=flows, days=(latest - now.date()).days).total == page.total
    none = find(flows=flows, days=min((item.start.day - now.date()).days for item in page.items if item.start) - 1)
    assert (none.total, none.relaxed) == (0, {"startable_by": 3})


def test_what_is_forbidden_is_left_out(find: Find, listed: dict[str, Facility]):
    flows = '{"goods_flows": [{"from": "HK", "to": "CN", "exporter": "user", "bio_kind": "human_remains"}]}'
    open_ones = names(find(flows=flows))
    sent = '{"technology_flows": [{"from": "CN", "to": "HK", "export_catalogue_part": "prohibited"}]}'
    assert names(find(flows=sent)) != open_ones
    assert find(flows=sent).total < 3


def test_listings_that_are_alike_share_a_plan(find: Find, listed: dict[str, Facility], monkeypatch: pytest.MonkeyPatch):
    made = []
    plan_for = looked_up.plan_for

    def counted(*given: Any) -> Any:
        made.append(given)
        return plan_for(*given)

    monkeypatch.setattr(looked_up, "plan_for", counted)
    find(("goods_back",))
    assert len(made) == 2
    find(("goods_back",))
    find(("goods_back",), text="bench")
    assert len(made) == 2
    find(("people",))
    assert len(made) == 4


def test_it_goes_with_words_free_time_and_other_orders(find: Find, listed: dict[str, Facility], now: datetime):
    assert names(find(("goods_back",), text="second")) == ["Second bench"]
    start = now.replace(hour=10, minute=0) + timedelta(days=(7 - now.weekday()))
    free = FreeWish(Period(start, start + timedelta(hours=2)))
    assert names(find(("goods_back",), free=free))[0] == "Third bench"
    assert find(("goods_back",), free=free).total == 3
    assert names(find(("goods_back",), sort=Sort.NAME)) == ["First bench", "Second bench", "Third bench"]
    soon = find(("goods_back",), free=FreeWish(Period(now, now + timedelta(days=7)), 60))
    assert soon.total == 3


def test_it_costs_the_same_number_of_statements_whatever_is_found(
    session: Session, database: Database, find: Find, listed: dict[str, Facility], cast: Cast, now: datetime
):
    find(("goods_back",))
    with counting_statements(database) as few:
        find(("goods_back",))
    for number in range(6):
        list_facility(session, cast.elsewhere, Listed(name={"en": f"More {number}"}), now=now)
    refresh_all(session, now=now)
    find(("goods_back",))
    with counting_statements(database) as many:
        assert find(("goods_back",)).total == 9
    assert len(many) == len(few)


def test_nobody_is_asked_where_they_work_and_may_say_it(find: Find, listed: dict[str, Facility]):
    anonymous = Actor()
    with pytest.raises(Invalid) as unsaid:
        find(("goods_back",), by=anonymous)
    assert [(each.field, each.rule) for each in unsaid.value.errors] == [("from", "origin_or_sign_in")]
    with pytest.raises(Invalid) as unknown:
        find(("goods_back",), by=anonymous, origin="XX")
    assert [each.field for each in unknown.value.errors] == ["from"]
    from_here, from_there = (find(("goods_back",), by=anonymous, origin=origin) for origin in ("HK", "CN"))
    assert names(from_here)[0] == "Third bench"
    assert names(from_there)[0] != "Third bench"


def test_only_an_own_organisation_may_ask(find: Find, listed: dict[str, Facility], cast: Cast):
    for stranger in (uuid4(), cast.firm.id):
        with pytest.raises(Invalid) as refused:
            find(("goods_back",), organisation=stranger)
        assert [each.field for each in refused.value.errors] == ["organisation"]
    assert find(("goods_back",), organisation=cast.university.id).total == 3


@pytest.mark.parametrize(
    ("flows", "field"),
    [
        ('{"goods_flows": [{"colour": "red"}]}', "flows/goods_flows/0/colour"),
        ('{"goods_flows": 3}', "flows/goods_flows"),
        ('{"vault": [{"id": "v"}]}', "flows/vault"),
        ("[]", "flows"),
        ("{", "flows"),
    ],
)
def test_a_wrong_shape_is_named(find: Find, session: Session, listed: dict[str, Facility], flows: str, field: str):
    with pytest.raises(Invalid) as broken:
        find(flows=flows)
    assert [each.field for each in broken.value.errors] == [field]


def test_a_choice_says_which_way_and_that_nothing_else_crosses() -> None:
    recorded = {"user": {"jurisdiction": "HK"}, "host": {"jurisdiction": "CN-GD", "zone": "ZON-HTZ-SZ"}, "place": {}}
    day = date(2026, 5, 1)
    for choice in CROSSINGS:
        facts = facts_for(StartWish(day=day, crossings=(choice,)), recorded, ())
        flows = [each for name in LISTS if name != "money" for each in facts[name]]
        assert [(each["from"], each["to"]) for each in flows][:1] == [("HK", "ZON-HTZ-SZ")] * (choice != "nothing")
        assert {each["date"] for each in flows} <= {"2026-05-01"}
    both = facts_for(StartWish(day=day, crossings=("technology",)), recorded, ())["technology_flows"]
    assert [each["from"] for each in both] == ["HK", "ZON-HTZ-SZ"]
    assert "goods_flows" not in facts_for(StartWish(day=day), recorded, ())


def test_records_have_the_last_word_over_what_is_stated() -> None:
    recorded = {"user": {"jurisdiction": "HK"}, "host": {"jurisdiction": "CN"}, "place": {"zone": None}}
    wish = StartWish(day=date(2026, 5, 1), flows='{"user": {"jurisdiction": "MO", "control": "foreign"}}')
    facts = facts_for(wish, recorded, [{"id": "v"}])
    assert facts["user"] == {"jurisdiction": "HK", "control": "foreign"}
    assert facts["vault"] == [{"id": "v"}]


def test_nothing_and_something_can_t_both_cross() -> None:
    both = StartWish(day=date(2026, 5, 1), crossings=("nothing", "people"))
    assert [each.rule for each in misplaced(both)] == ["nothing_or_something"]


def test_what_hosts_state_is_not_open_and_what_it_forbids_is_left_out(
    session: Session, find: Find, listed: dict[str, Facility], now: datetime
):
    work = json.dumps({name: [] for name in LISTS if name != "money"} | {
        "mode": "on_site", "activity_class": "highly_pathogenic", "activity_purpose": "research",
        "joint_hk_sz_research": False, "trial_for_prc_approval": False, "hgr_collected_by": "none",
    })  # fmt: skip
    before = {item.name["en"]: item.start for item in find(flows=work).items}
    assert before["First bench"] == before["Second bench"]
    assert before["First bench"] is not None and before["First bench"].questions
    state(session, listed["one"], {"lab_bsl": 1}, {}, now=now)
    state(session, listed["two"], {"lab_bsl": 4}, {"control_codes": {}}, now=now)
    after = {item.name["en"]: item.start for item in find(flows=work).items}
    assert "First bench" not in after, "no such work below level three"
    second = after["Second bench"]
    assert second is not None and not second.questions


def state(session: Session, facility: Facility, place: dict[str, Any], equipment: dict[str, Any], *, now: datetime):
    """What a host states of a facility and of each of its units, and the search as it then is."""
    facility.permit_facts = place
    for unit in session.scalars(select(Unit).where(Unit.facility_id == facility.id)):
        unit.permit_facts = equipment
    session.flush()
    refresh_all(session, now=now)


def test_of_several_units_the_one_that_may_begin_first_counts(
    session: Session, find: Find, listed: dict[str, Facility], now: datetime
):
    work = json.dumps({name: [] for name in LISTS if name != "money"} | {"mode": "on_site", "activity_class": "none"})
    state(session, listed["one"], {"lab_bsl": "none"}, {"control_codes": {"CN": ["dual_use"]}}, now=now)
    alone = {item.name["en"]: item.start for item in find(flows=work).items}["First bench"]
    other = make_unit(session, listed["one"].id, by=SYSTEM, now=now)
    other.permit_facts = {"control_codes": {}}
    session.flush()
    refresh_all(session, now=now)
    both = {item.name["en"]: item.start for item in find(flows=work).items}["First bench"]
    assert alone is not None and both is not None and both < alone


def test_the_years_counts_of_ones_organisation_are_known(
    session: Session, listed: dict[str, Facility], by: Actor, now: datetime
):
    stated = {"from": "HK", "to": "CN", "exporter": "user", "pi_nonsensitive_persons": 10, "pi_sensitive_persons": 0}
    flows, day = json.dumps({"data_flows": [stated, {**stated, "exporter": "host"}]}), now.date()
    asker = looked_up.asker_of(session, StartWish(day=day, flows=flows), by=by, now=now)
    assert asker.counts == {}
    there = Setting("CN-GD", "Shenzhen", None, "firm", "mainland")
    mine, theirs = looked_up._facts(asker, there, territories(session))["data_flows"]
    assert (mine["pi_ytd_nonsensitive"], mine["pi_ytd_sensitive"]) == (0, 0)
    assert "pi_ytd_sensitive" not in theirs
    anybody = looked_up.asker_of(session, StartWish(day=day, flows=flows, origin="HK"), by=Actor(), now=now)
    assert "pi_ytd_sensitive" not in looked_up._facts(anybody, there, territories(session))["data_flows"][0]


def test_ones_own_approvals_count_where_one_travels(
    session: Session, find: Find, listed: dict[str, Facility], cast: Cast, now: datetime
):
    resident = {"from": "HK", "to": "CN", "nationality": "GB", "residence": "HK", "pr_hk_mo": True,
                "days_each_stay": 3, "hands_on_work": False, "talent_class": None}  # fmt: skip
    told = {name: [] for name in LISTS if name != "money"} | {"mode": "on_site", "activity_class": "none"}
    flows = json.dumps(told | {"people_flows": [resident], "place": {"control_codes": {}, "lab_bsl": None}})
    before = {item.name["en"]: item.start for item in find(flows=flows).items}["First bench"]
    card = NewEntry(
        kind=VaultKind.APPROVAL,
        person_id=cast.ada.id,
        rule_id="PPL-06",
        number="C-1",
        issuer="NIA",
        valid_from=date(2026, 1, 1),
        valid_to=date(2030, 12, 31),
    )
    enter(session, card, now=now, by=SYSTEM, granted=uuid4())
    after = {item.name["en"]: item.start for item in find(flows=flows).items}["First bench"]
    assert before is not None and after is not None and after.day < before.day


def test_known_days_stand_before_lower_bounds(find: Find, listed: dict[str, Facility]):
    found = [item.start for item in find(("goods_back",)).items]
    assert [start.not_before for start in found if start] == [False, True, True]


def test_too_many_who_travel_are_refused(find: Find, listed: dict[str, Facility]):
    with pytest.raises(Invalid) as invalid:
        find(flows=json.dumps({"people_flows": [{"from": "HK"}] * 13}))
    assert [error.field for error in invalid.value.errors] == ["flows/people_flows"]
