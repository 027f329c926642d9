"""What crosses boundaries: published E-I indexes, sums that are nought, unknown sides, and both counting rules."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.spillovers.computing import computed
from marketplace.spillovers.rules.boundaries import Session, net_hours
from marketplace.spillovers.rules.geography import folded, territory

# Ties between groups as the documentation of R's `homophily` prints them (README, mixing matrices), with its indexes:
# the network of Jemaah Islamiyah by role, each undirected tie told twice, and Sampson's monks by group, directed.
ROLES = {
    "command": {"command": 6, "assistant": 16, "maker": 30, "carrier": 2, "lima": 8},
    "assistant": {"assistant": 2, "maker": 10, "carrier": 2},
    "maker": {"maker": 20, "carrier": 10},
    "carrier": {"lima": 8},
    "lima": {"lima": 12},
}
MONKS = {
    "turks": {"turks": 30, "outcasts": 1, "loyal": 5},
    "outcasts": {"turks": 7, "outcasts": 10, "loyal": 1},
    "loyal": {"turks": 9, "outcasts": 2, "loyal": 23},
}


@pytest.mark.parametrize(
    ("ties", "ends", "published"), [(ROLES, 2, 0.3650794), (MONKS, 1, -0.4318182)], ids=["roles", "monks"]
)
def test_the_published_indexes_come_out(ties: Mapping[str, Mapping[str, int]], ends: int, published: float) -> None:
    sessions, sector = [], {}
    for group, others in ties.items():
        for other, count in others.items():
            for number in range(count // ends):
                host, user = f"{group}-{other}-{number}-1", f"{group}-{other}-{number}-2"
                sessions.append({"host": host, "user": user, "hours": 1})
                sector |= {host: group, user: other}
    value = computed("net.ei", {"sessions": sessions, "sector": sector, "by": "sector"})["value"]
    assert value["by_sessions"] == pytest.approx(published, abs=5e-8)
    assert value["by_distinct_ties"] == pytest.approx(published, abs=5e-8)


@pytest.mark.parametrize(
    ("code", "own", "joint"),
    [
        ("HK", "HK", "CN"),
        ("MO", "MO", "CN"),
        ("CN", "CN", "CN"),
        ("CN-GD", "CN", "CN"),
        ("CN-HK", "HK", "CN"),
        ("CN-TW", "TW", "TW"),
        ("SG", "SG", "SG"),
        ("gb-eng", "GB", "GB"),
    ],
)
def test_territories_are_customs_territories(code: str, own: str, joint: str) -> None:
    assert (territory(code), folded(code)) == (own, joint)


def session(number: int, host: str, user: str, hours: float) -> dict[str, Any]:
    return {"id": number, "host": host, "user": user, "hours": hours}


def test_sides_that_are_unknown_leave_both_parts_of_a_share_and_are_counted() -> None:
    inputs = {
        "sessions": [session(1, "H", "C", 10), session(2, "H", "H2", 30), session(3, "H", "?", 60)],
        "jurisdiction": {"H": "HK", "H2": "HK", "C": "CN-GD", "?": None},
    }
    share = computed("flow.cross_border_share", inputs)
    assert share["value"]["by_hours"] == 0.25 and share["value"]["shared_hours"] == 100
    assert (share["numerator"], share["denominator"], share["n"], share["n_unknown"]) == (10, 40, 3, 1)
    assert share["value"]["cross_sector_by_hours"] is None
    assert share["value"]["folded_cn_by_hours"] == 0
    assert computed("flow.net_hours", inputs)["n_unknown"] == computed("net.ei", inputs)["n_unknown"] == 1


def test_use_of_ones_own_is_no_sharing() -> None:
    inputs = {"sessions": [session(1, "H", "H", 10)], "jurisdiction": {"H": "HK"}}
    share = computed("flow.cross_border_share", inputs)
    assert share["value"]["by_hours"] is None and share["value"]["own_use_hours_excluded"] == 10
    assert computed("net.ei", inputs)["value"] == {"by_sessions": None, "by_distinct_ties": None}
    assert computed("flow.net_hours", inputs)["value"] == {}


PLACES = {"A": "HK", "B": "CN", "C": "MO", "D": None, "E": "SG"}
SESSIONS = st.lists(
    st.builds(
        Session,
        st.sampled_from(sorted(PLACES)),
        st.sampled_from(sorted(PLACES)),
        st.integers(0, 10_000).map(lambda hours: Fraction(hours, 60)),
    ),
    max_size=20,
)


@settings(deadline=None)
@given(sessions=SESSIONS, cut=st.integers(0, 20))
def test_net_hours_sum_to_nought_and_parts_make_the_whole(sessions: list[Session], cut: int) -> None:
    whole = net_hours(sessions, PLACES.get)
    assert sum(whole.values()) == 0
    first, second = net_hours(sessions[:cut], PLACES.get), net_hours(sessions[cut:], PLACES.get)
    for name in whole.keys() | first.keys() | second.keys():
        assert whole[name] == first.get(name, 0) + second.get(name, 0)
