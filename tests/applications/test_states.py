"""The table of moves: every verb in every state, whose verbs they are, and that every state can be reached."""

from __future__ import annotations

import pytest

from marketplace.applications.models import ApplicationState, Verb
from marketplace.applications.rules.states import (
    FILED,
    MOVES,
    OF_AGENCY,
    OF_APPLICANT,
    PENDING,
    after,
    fits,
    open_verbs,
)
from marketplace.values.refusal import StateForbids

S, V = ApplicationState, Verb


@pytest.mark.parametrize("verb", V)
@pytest.mark.parametrize("state", S)
def test_the_table_answers_for_every_state_and_verb(state: ApplicationState, verb: Verb) -> None:
    if (state, verb) in MOVES:
        assert after(state, verb) is MOVES[state, verb]
    else:
        with pytest.raises(StateForbids) as forbidden:
            after(state, verb)
        assert (forbidden.value.state, forbidden.value.verb) == (state.value, verb.value)


def test_every_state_can_be_reached_from_a_draft() -> None:
    reached, before = {S.DRAFT}, set[ApplicationState]()
    while reached != before:
        before = set(reached)
        reached |= {end for (state, _), end in MOVES.items() if state in reached}
    assert reached == set(S)


def test_every_verb_belongs_to_somebody_and_only_notes_to_both() -> None:
    # The first draft is the plan's own.
    assert set(V) - {V.DRAFT} == OF_APPLICANT | OF_AGENCY
    assert {V.NOTE} == OF_APPLICANT & OF_AGENCY


def test_nothing_is_decided_before_it_is_filed_or_while_papers_are_missing() -> None:
    deciding = {state for (state, verb) in MOVES if verb is V.GRANT}
    assert deciding == set(PENDING)
    assert {state for (state, verb) in MOVES if verb is V.REFUSE} == set(FILED)
    assert {state for (state, verb) in MOVES if verb is V.REVOKE} == {S.GRANTED}


def test_what_was_decided_is_decided_once() -> None:
    decided = {S.GRANTED, S.REFUSED, S.REVOKED, S.WITHDRAWN}
    again = {V.GRANT, V.REFUSE, V.ACCEPT, V.ASK, V.EXTEND, V.FILE, V.WITHDRAW}
    assert not [(state, verb) for state, verb in MOVES if state in decided and verb in again]


@pytest.mark.parametrize("state", S)
def test_a_page_offers_only_what_the_table_allows(state: ApplicationState) -> None:
    for applicant in (False, True):
        for agency in (False, True):
            for self_kept in (False, True):
                offered = open_verbs(state, self_kept=self_kept, applicant=applicant, agency=agency)
                assert all((state, verb) in MOVES and fits(verb, self_kept=self_kept) for verb in offered)
                assert applicant or not set(offered) & (OF_APPLICANT - OF_AGENCY)
                assert agency or not set(offered) & (OF_AGENCY - OF_APPLICANT)
                assert V.REDRAFT not in offered or state not in (S.GRANTED, S.DONE)


def test_an_own_duty_is_done_and_a_permit_is_filed() -> None:
    assert V.FILE not in open_verbs(S.DRAFT, self_kept=True, applicant=True, agency=False)
    assert V.DONE not in open_verbs(S.DRAFT, self_kept=False, applicant=True, agency=False)
    assert open_verbs(S.DRAFT, self_kept=False, applicant=True, agency=False) == [V.FILE, V.WITHDRAW]
    assert open_verbs(S.DRAFT, self_kept=False, applicant=False, agency=True) == []
