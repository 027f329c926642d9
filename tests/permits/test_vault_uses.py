"""What the clock does to the vault, which plans lean on it, and what that saved."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from marketplace.jobs.models import Task
from marketplace.notices.models import Notice
from marketplace.permits.actions.vault_ending import end_due, warn_of_ends
from marketplace.permits.actions.vault_uses import note_uses
from marketplace.permits.models import VaultUse
from marketplace.permits.queries.approvals import Avoided, approvals_not_asked_again
from marketplace.permits.queries.vault import uses_of
from tests.cast import Cast
from tests.factories.approvals import entered, verified

TODAY = date(2026, 3, 2)


def told(session: Session, name: object) -> list[str]:
    return list(session.scalars(select(Notice.code).where(Notice.recipient_id == name).order_by(Notice.id)))


def test_owners_are_warned_once_each_and_told_of_the_end(session: Session, cast: Cast, now: datetime) -> None:
    row = verified(session, cast, now=now, valid_to=TODAY + timedelta(days=40))
    session.query(Notice).delete()
    codes = []
    for days in (0, 1, 10, 11, 33, 34, 40):
        assert end_due(session, now=now + timedelta(days=days)) == 0
        codes += [days] * warn_of_ends(session, now=now + timedelta(days=days))
    assert codes == [0, 10, 33]
    assert told(session, cast.bo.id) == ["vault_ending"] * 3
    session.query(Task).delete()
    later = now + timedelta(days=41)
    assert [end_due(session, now=later), end_due(session, now=later)] == [1, 0]
    assert row.ended_at == later
    assert told(session, cast.bo.id)[-1] == "vault_ended"
    assert session.scalars(select(Task.name)).all() == ["vault.changed"]


def test_what_nobody_verified_warns_nobody(session: Session, cast: Cast, now: datetime) -> None:
    entered(session, cast, now=now, valid_to=TODAY + timedelta(days=5))
    assert warn_of_ends(session, now=now) == 0
    assert end_due(session, now=now + timedelta(days=9)) == 0


def test_uses_follow_the_plan(session: Session, cast: Cast, now: datetime) -> None:
    row = verified(session, cast, now=now)
    booking = uuid4()
    used = [{"vault": str(row.id), "rule": "BIO-08", "effect": "replaces"}]
    assert note_uses(session, booking, [*used, {"vault": "v9", "rule": "X", "effect": "replaces"}], now=now) == 1
    later = now + timedelta(days=1)
    other = [{"vault": str(row.id), "rule": "HGR-04", "effect": "shortens"}]
    assert note_uses(session, booking, other, now=later) == 1
    ended = {use.rule_id: use.ended_at for use in uses_of(session, row.id)}
    assert ended == {"BIO-08": later, "HGR-04": None}
    assert note_uses(session, booking, [*used, *other], now=later + timedelta(days=1)) == 2
    rows = {use.rule_id: use for use in uses_of(session, row.id)}
    assert (rows["BIO-08"].noted_at, rows["BIO-08"].ended_at, rows["BIO-08"].basis) == (now, None, "same_rule")
    assert rows["HGR-04"].basis == "recognised"
    assert note_uses(session, booking, [], now=later) == 0
    assert session.scalars(select(VaultUse.ended_at)).all() == [later, later]


def test_approvals_not_asked_again_are_counted_by_month_and_rule(session: Session, cast: Cast, now: datetime) -> None:
    row = verified(session, cast, now=now)

    def use(rule: str, effect: str, on: datetime) -> None:
        note_uses(session, uuid4(), [{"vault": str(row.id), "rule": rule, "effect": effect}], now=on)

    use("BIO-08", "replaces", now)
    use("BIO-08", "replaces", now)
    use("BIO-05", "shortens", now)
    # The last hour of March in Hong Kong is March, whatever the day is in UTC.
    use("BIO-08", "replaces", datetime.fromisoformat("2026-03-31T23:30:00+08:00"))
    use("BIO-08", "replaces", datetime.fromisoformat("2026-04-01T00:30:00+08:00"))
    gone = uuid4()
    note_uses(session, gone, [{"vault": str(row.id), "rule": "BIO-08", "effect": "replaces"}], now=now)
    note_uses(session, gone, [], now=now)
    assert list(approvals_not_asked_again(session, date(2026, 1, 1), date(2026, 12, 31))) == [
        Avoided("2026-03", "BIO-08", 3, ("same_rule",)),
        Avoided("2026-04", "BIO-08", 1, ("same_rule",)),
    ]
    assert list(approvals_not_asked_again(session, date(2026, 4, 1), date(2026, 4, 30))) == [
        Avoided("2026-04", "BIO-08", 1, ("same_rule",))
    ]
