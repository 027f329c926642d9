"""Every kind of act that anybody spends for stands in the table, and the table's figures make sense."""

from __future__ import annotations

import ast
from datetime import timedelta

import pytest

from marketplace.limits.rules import LIMITS, bucket_key, network_of
from marketplace.worker.tidying import BUCKETS_KEPT
from tests.house.reading import ours


def test_every_kind_that_is_spent_has_its_limit() -> None:
    spent = {
        node.args[1].value
        for module in ours()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "spend"
        if len(node.args) > 1 and isinstance(node.args[1], ast.Constant)
    }
    assert spent <= set(LIMITS)
    assert {"sign_in", "booking"} <= spent


def test_credentials_fail_closed() -> None:
    closed = {kind for kind, limit in LIMITS.items() if limit.fail_closed}
    assert {"sign_in", "sign_in_address", "sign_up", "reset", "totp", "password"} <= closed
    assert not closed & {"browse", "search", "api_read", "write"}


def test_waiting_as_told_is_enough_and_never_nothing() -> None:
    for limit in LIMITS.values():
        for tokens in (0.0, 0.5, 0.999):
            seconds = limit.seconds_until_one(tokens)
            assert seconds >= 1
            assert tokens + seconds * limit.per_minute / 60 >= 1 - 1e-9


def test_a_bucket_is_full_again_before_it_is_forgotten() -> None:
    longest = max(limit.capacity / limit.per_minute for limit in LIMITS.values())
    assert timedelta(minutes=longest) < BUCKETS_KEPT


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::9", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::9", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", "unknown"),
        (None, "unknown"),
        ("unix:", "unknown"),
    ],
)
def test_a_place_on_the_net_is_what_one_customer_is_given(address: str | None, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize("kind", ["sign_up", "reset"])
def test_nobody_is_mailed_more_than_a_few_times_a_day_unasked(kind: str) -> None:
    limit = LIMITS[kind]
    assert limit.capacity + limit.per_minute * 24 * 60 < 40


def test_buckets_of_kinds_and_people_do_not_meet() -> None:
    keys = {bucket_key(kind, who, key=b"k") for kind in LIMITS for who in ("ada", "bo")}
    assert len(keys) == 2 * len(LIMITS)
    assert bucket_key("reset", "ada", key=b"k") != bucket_key("reset", "ada", key=b"other")
