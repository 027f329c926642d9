"""Framework agreements: proposed, answered, covering exactly what they name, extended and ended."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from marketplace.database import new_id
from marketplace.history.queries import entries
from marketplace.history.rules import Subject
from marketplace.notices.models import Notice
from marketplace.terms.actions import frameworks as actions
from marketplace.terms.models import Framework, FrameworkSide, FrameworkState
from marketplace.terms.queries import framework_for, framework_row, frameworks
from marketplace.terms.rules.frameworks import answers, early_end, faults, standing
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from tests.cast import Cast
from tests.factories.frameworks import FIRST, LAST, Parties, make_parties

DAY = timedelta(days=1)


@pytest.fixture
def parties(session: Session, cast: Cast, now: datetime) -> Parties:
    return make_parties(session, cast, now)


def covers(parties: Parties, version: Any = None, on: date = FIRST, organisation: UUID | None = None) -> bool:
    found = framework_for(
        parties.session,
        (version or parties.version).facility_id,
        organisation or parties.cast.university.id,
        version=(version or parties.version).id,
        on=on,
    )
    return found is not None


def told(session: Session, person: Any) -> list[str]:
    codes = select(Notice.code).where(Notice.recipient_id == person.id).order_by(Notice.created_at, Notice.id)
    return list(session.scalars(codes))


@pytest.mark.parametrize("side", ["user", "host"])
def test_either_side_proposes_and_the_other_agrees(parties: Parties, side: str) -> None:
    row = parties.propose(side)
    asked, asker = ("bo", "mara") if side == "user" else ("mara", "bo")
    assert not covers(parties)
    assert told(parties.session, parties.mara if side == "host" else parties.cast.bo) == ["framework_proposed"]
    assert framework_row(parties.session, row.id, by=parties.actor(asked), now=parties.now).verbs == {
        "agree",
        "decline",
    }
    assert framework_row(parties.session, row.id, by=parties.actor(asker), now=parties.now).verbs == {"withdraw"}
    with pytest.raises(Forbidden):
        actions.agree(parties.session, row.id, 1, now=parties.now, by=parties.actor(asker))
    actions.agree(parties.session, row.id, 1, now=parties.now, by=parties.actor(asked))
    assert covers(parties) and covers(parties, on=LAST)
    assert not covers(parties, on=FIRST - DAY) and not covers(parties, on=LAST + DAY)
    assert not covers(parties, organisation=parties.cast.elsewhere.id)
    verbs = [entry.verb for entry in entries(parties.session, Subject("framework", row.id))]
    assert verbs == ["framework.agreed", "framework.proposed"]


def test_it_is_found_in_one_statement(parties: Parties) -> None:
    parties.agreed()
    parties.session.flush()
    seen: list[str] = []
    connection = parties.session.connection()
    event.listen(connection, "before_cursor_execute", lambda *given: seen.append(given[2]))
    assert covers(parties)
    assert len(seen) == 1


def test_a_new_version_is_asked_for_and_covered_only_once_the_user_agrees(parties: Parties) -> None:
    row = parties.agreed()
    second = parties.publish("Wear boots.")
    assert covers(parties) and not covers(parties, second)
    assert row.revision == 2
    assert "framework_asks" in told(parties.session, parties.mara)
    shown = framework_row(parties.session, row.id, by=parties.actor("mara"), now=parties.now)
    assert [(one.version.number, one.agreed_at is None) for one in shown.covered] == [(1, False), (2, True)]
    assert shown.verbs == {"extend", "end"}
    assert framework_row(parties.session, row.id, by=parties.actor("bo"), now=parties.now).verbs == {"end"}
    with pytest.raises(Forbidden):
        actions.extend(parties.session, row.id, 2, now=parties.now, by=parties.actor("bo"))
    with pytest.raises(Refused) as refused:
        actions.extend(parties.session, row.id, 1, now=parties.now, by=parties.actor("mara"))
    assert refused.value.codes == ("framework_changed",)
    actions.extend(parties.session, row.id, 2, now=parties.now, by=parties.actor("mara"))
    assert covers(parties) and covers(parties, second)
    with pytest.raises(StateForbids):
        actions.extend(parties.session, row.id, 2, now=parties.now, by=parties.actor("mara"))


def test_words_agreed_to_before_are_covered_when_they_come_back(parties: Parties) -> None:
    row = parties.agreed()
    parties.publish("Wear boots.")
    third = parties.publish("Wear shoes.")
    assert third.digest == parties.version.digest and covers(parties, third)
    assert row.revision == 2


def test_what_is_published_before_the_answer_must_be_read_first(parties: Parties) -> None:
    row = parties.propose()
    second = parties.publish("Wear boots.")
    with pytest.raises(Refused) as refused:
        actions.agree(parties.session, row.id, 1, now=parties.now, by=parties.actor("bo"))
    assert refused.value.codes == ("framework_changed",)
    actions.agree(parties.session, row.id, 2, now=parties.now, by=parties.actor("bo"))
    assert covers(parties, second) and not covers(parties)


def test_one_over_all_facilities_names_each_and_asks_for_later_ones(parties: Parties) -> None:
    other, bare = parties.listing(), parties.listing()
    theirs = parties.publish("Wash hands.", other)
    row = parties.agreed(facility_id=None)
    assert covers(parties) and covers(parties, theirs)
    late = parties.publish("No food.", bare)
    assert not covers(parties, late)
    actions.extend(parties.session, row.id, row.revision, now=parties.now, by=parties.actor("mara"))
    assert covers(parties, late)
    # A version of one facility is none of another, whatever it says.
    assert framework_for(parties.session, bare.id, parties.cast.university.id, version=theirs.id, on=FIRST) is None


@pytest.mark.parametrize("who", ["mara", "bo"])
def test_either_side_ends_it_with_notice(parties: Parties, who: str) -> None:
    row = parties.agreed(notice_days=10)
    actions.end(parties.session, row.id, now=parties.now, by=parties.actor(who))
    last = FIRST + timedelta(days=10)
    assert row.ends_on == last and covers(parties, on=last) and not covers(parties, on=last + DAY)
    assert "framework_ended" in told(parties.session, parties.cast.bo if who == "mara" else parties.mara)
    with pytest.raises(StateForbids):
        actions.end(parties.session, row.id, now=parties.now, by=parties.actor(who))


def test_declined_and_withdrawn_ones_cover_nothing_and_can_be_proposed_anew(parties: Parties) -> None:
    with pytest.raises(Forbidden):
        actions.decline(parties.session, parties.propose().id, now=parties.now, by=parties.actor("mara"))
    (row,) = frameworks(parties.session, by=parties.actor("mara"), now=parties.now)
    actions.decline(parties.session, row.framework.id, now=parties.now, by=parties.actor("bo"))
    again = parties.propose()
    actions.withdraw(parties.session, again.id, now=parties.now, by=parties.actor("mara"))
    assert not covers(parties)
    for done, verb in product((row.framework, again), (actions.decline, actions.withdraw)):
        with pytest.raises(StateForbids):
            verb(parties.session, done.id, now=parties.now, by=parties.actor("bo"))
    shown = frameworks(parties.session, by=parties.actor("bo"), now=parties.now)
    assert [one.standing for one in shown] == ["withdrawn", "declined"]


def test_the_same_is_proposed_once_and_something_must_be_there_to_agree_on(parties: Parties) -> None:
    parties.propose()
    with pytest.raises(Refused) as refused:
        parties.propose("host")
    assert refused.value.codes == ("framework_proposed_already",)
    with pytest.raises(Refused) as refused:
        parties.propose(facility_id=parties.listing().id)
    assert refused.value.codes == ("framework_without_terms",)


def test_strangers_and_researchers(parties: Parties) -> None:
    row = parties.agreed()
    for name in ("eve", "cheng"):
        with pytest.raises(NotFound):
            framework_row(parties.session, row.id, by=parties.actor(name), now=parties.now)
        with pytest.raises(NotFound):
            actions.end(parties.session, row.id, now=parties.now, by=parties.actor(name))
        assert frameworks(parties.session, by=parties.actor(name), now=parties.now) == []
    assert framework_row(parties.session, row.id, by=parties.actor("ada"), now=parties.now).verbs == frozenset()
    assert framework_row(parties.session, row.id, by=parties.actor("dee"), now=parties.now).verbs == frozenset()
    with pytest.raises(Forbidden):
        actions.end(parties.session, row.id, now=parties.now, by=parties.actor("ada"))
    for name in ("ada", "eve"):
        with pytest.raises((Forbidden, NotFound)):
            actions.propose(parties.session, parties.proposal(), now=parties.now, by=parties.actor(name))
    with pytest.raises((Forbidden, NotFound)):
        actions.propose(parties.session, parties.proposal("host"), now=parties.now, by=parties.actor("mara"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from_day": FIRST - DAY}, "first_day"),
        ({"until_day": FIRST - DAY}, "last_day"),
        ({"until_day": date(2099, 1, 1)}, "last_day"),
        ({"notice_days": -1}, "notice_days"),
        ({"notice_days": 366}, "notice_days"),
        ({"facility_id": new_id()}, "facility"),
        ({"host_id": new_id()}, "host"),
    ],
)
def test_what_does_not_fit_is_named(parties: Parties, change: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as raised:
        parties.propose(**change)
    assert [error.field for error in raised.value.errors] == [field]


def test_two_sides_are_two_organisations(parties: Parties) -> None:
    own = parties.proposal("host", organisation_id=parties.cast.firm.id)
    assert [error.field for error in faults(own, FIRST)] == ["organisation"]
    with pytest.raises(Invalid):
        actions.propose(parties.session, own, now=parties.now, by=parties.actor("bo"))


def test_every_standing_offers_what_it_should() -> None:
    def framework(state: FrameworkState, side: FrameworkSide, ends_on: date | None = None) -> Framework:
        days = {"from_day": FIRST, "until_day": LAST, "notice_days": 30}
        return Framework(state=state, proposed_side=side, ends_on=ends_on, **days)

    other = {FrameworkSide.HOST: FrameworkSide.USER, FrameworkSide.USER: FrameworkSide.HOST}
    for side, asks in product(FrameworkSide, (False, True)):
        waiting = framework(FrameworkState.PROPOSED, side)
        assert answers(waiting, FIRST, asks=asks) == {
            "agree": {other[side]},
            "decline": {other[side]},
            "withdraw": {side},
        }
        assert (standing(waiting, LAST + DAY), answers(waiting, LAST + DAY, asks=asks)) == ("over", {})
        held = framework(FrameworkState.AGREED, side)
        for day, how in ((FIRST - DAY, "to_come"), (FIRST, "in_force"), (LAST, "in_force")):
            assert standing(held, day) == how
            assert set(answers(held, day, asks=asks)) == {"end"} | ({"extend"} if asks else set())
        assert (standing(held, LAST + DAY), answers(held, LAST + DAY, asks=asks)) == ("over", {})
        ending = framework(FrameworkState.AGREED, side, FIRST)
        assert set(answers(ending, FIRST, asks=asks)) == ({"extend"} if asks else set())
        assert standing(ending, FIRST + DAY) == "over"
        assert (early_end(held, FIRST), early_end(held, LAST)) == (FIRST + timedelta(days=30), LAST)
        for state in (FrameworkState.DECLINED, FrameworkState.WITHDRAWN):
            assert (standing(framework(state, side), FIRST), answers(framework(state, side), FIRST, asks=asks)) == (
                state.value,
                {},
            )
