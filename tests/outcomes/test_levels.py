"""Levels of verification, reminders, and who may do what: the whole grid."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from itertools import product
from uuid import UUID

import pytest

from marketplace.outcomes.models import OutcomeStatus as S
from marketplace.outcomes.models import OutcomeVerb as V
from marketplace.outcomes.rules.levels import Standing, reminder_due, unanswered
from marketplace.outcomes.rules.states import OPEN, Side, after_revision, offered, stands_open
from marketplace.outcomes.rules.yearly import asked_year, next_step

U, F, G, H = (UUID(int=number) for number in range(1, 5))
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def standing(
    *, sides: Collection[UUID] = (U, F), confirmed: Collection[UUID] = (), resolved: bool = False, checked: int = 0,
    tops: dict[UUID, UUID] | None = None,
) -> Standing:  # fmt: skip
    return Standing(reporter=U, sides=sides, tops=tops or {}, confirmed=confirmed, resolved=resolved, checked=checked)


@pytest.mark.parametrize(("resolved", "confirmed", "checked"), list(product([False, True], [(), (F,)], [0, 3, 4])))
def test_the_level_is_the_highest_that_holds(resolved: bool, confirmed: tuple[UUID, ...], checked: int) -> None:
    found = standing(resolved=resolved, confirmed=confirmed, checked=checked).level
    assert found == (checked or (2 if confirmed else 1 if resolved else 0))


def test_the_word_of_ones_own_group_does_not_count() -> None:
    same = {U: H, F: H, G: G}
    assert standing(sides=(U, F, G), confirmed=(F,), tops=same).level == 0
    assert standing(sides=(U, F, G), confirmed=(F,), tops=same).others == {G}
    assert standing(sides=(U, F, G), confirmed=(G,), tops=same).level == 2
    assert standing(sides=(U, F), tops=same).fully_confirmed is False


def test_one_side_is_enough_for_the_level_and_all_for_fully_confirmed() -> None:
    three = (U, F, G)
    assert standing(sides=three, confirmed=(F,)).level == 2
    assert not standing(sides=three, confirmed=(F,)).fully_confirmed
    assert standing(sides=three, confirmed=(F, G)).fully_confirmed


def test_silence_is_ninety_days() -> None:
    late, early = NOW - timedelta(days=90), NOW - timedelta(days=89)
    assert unanswered(S.SUBMITTED, late, NOW)
    assert not unanswered(S.SUBMITTED, early, NOW)
    assert not unanswered(S.CONFIRMED, late, NOW)


@pytest.mark.parametrize(
    ("waited", "reminded", "due"),
    [(29, None, False), (30, None, True), (45, 30, False), (60, 30, True), (61, 60, False), (400, 60, False)],
)
def test_reminders_come_once_after_thirty_and_sixty_days(waited: int, reminded: int | None, due: bool) -> None:
    submitted = NOW - timedelta(days=waited)
    at = None if reminded is None else submitted + timedelta(days=reminded)
    assert reminder_due(submitted, at, NOW) is due


ALLOWED = {
    (V.REVISE, Side.REPORTER): {S.DRAFT, S.SUBMITTED, S.CONFIRMED, S.DISPUTED},
    (V.SUBMIT, Side.REPORTER): {S.DRAFT},
    (V.WITHDRAW, Side.REPORTER): {S.SUBMITTED, S.CONFIRMED, S.DISPUTED},
    (V.CONFIRM, Side.OTHER): {S.SUBMITTED, S.CONFIRMED},
    (V.DISPUTE, Side.OTHER): {S.SUBMITTED, S.CONFIRMED},
    (V.DISPUTE, Side.CONFIRMED): {S.SUBMITTED, S.CONFIRMED},
    (V.DISPUTE, Side.BOUND): {S.SUBMITTED, S.CONFIRMED},
    (V.DISPUTE, Side.PARTY): {S.SUBMITTED, S.CONFIRMED},
    (V.SETTLE, Side.ADMINISTRATOR): {S.DISPUTED},
    (V.CHECK, Side.ADMINISTRATOR): {S.SUBMITTED, S.CONFIRMED},
}


@pytest.mark.parametrize("status", list(S), ids=lambda each: each.value)
@pytest.mark.parametrize("side", list(Side), ids=lambda each: each.value)
def test_who_may_do_what_in_which_status(status: S, side: Side) -> None:
    expected = {verb for (verb, whose), statuses in ALLOWED.items() if whose is side and status in statuses}
    assert offered(status, frozenset({side})) == expected
    assert {verb for verb in OPEN if stands_open(verb, status)} == {
        verb for (verb, _), statuses in ALLOWED.items() if status in statuses
    }


def test_a_revision_asks_again() -> None:
    assert after_revision(S.DRAFT) is S.DRAFT
    assert {after_revision(each) for each in (S.SUBMITTED, S.CONFIRMED, S.DISPUTED)} == {S.SUBMITTED}


def test_the_yearly_question_is_about_the_year_before() -> None:
    assert asked_year(datetime(2026, 1, 1, tzinfo=UTC).date()) == 2025


@pytest.mark.parametrize(
    ("waited", "reminded", "escalated", "step"),
    [(29, False, False, None), (30, False, False, "remind"), (45, True, False, None), (60, True, False, "escalate"),
     (60, False, False, "escalate"), (90, True, True, None)],
)  # fmt: skip
def test_what_an_unanswered_question_is_due(waited: int, reminded: bool, escalated: bool, step: str | None) -> None:
    asked = NOW - timedelta(days=waited)
    assert next_step(asked, asked if reminded else None, asked if escalated else None, NOW) == step
