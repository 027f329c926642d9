"""The states of an application and the verbs between them: one table, read by every verb and tested whole."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from marketplace.applications.models import ApplicationState, Verb
from marketplace.values.refusal import StateForbids

S, V = ApplicationState, Verb

_WITH_AUTHORITY: Final = (S.FILED, S.COMPLETENESS_ASKED, S.ACCEPTED, S.EXTENDED)

MOVES: Final[Mapping[tuple[ApplicationState, Verb], ApplicationState]] = MappingProxyType(
    {
        (S.DRAFT, V.FILE): S.FILED,
        (S.DRAFT, V.DONE): S.DONE,
        (S.DRAFT, V.WITHDRAW): S.WITHDRAWN,
        (S.FILED, V.ASK): S.COMPLETENESS_ASKED,
        (S.COMPLETENESS_ASKED, V.ANSWER): S.FILED,
        (S.FILED, V.ACCEPT): S.ACCEPTED,
        (S.COMPLETENESS_ASKED, V.ACCEPT): S.ACCEPTED,
        (S.FILED, V.EXTEND): S.EXTENDED,
        (S.ACCEPTED, V.EXTEND): S.EXTENDED,
        (S.FILED, V.GRANT): S.GRANTED,
        (S.ACCEPTED, V.GRANT): S.GRANTED,
        (S.EXTENDED, V.GRANT): S.GRANTED,
        # What the rule does not count: an expert's review, a look at the place.
        **{(state, verb): state for state in (S.ACCEPTED, S.EXTENDED) for verb in (V.BEGIN_STEP, V.END_STEP)},
        **{(state, V.REFUSE): S.REFUSED for state in _WITH_AUTHORITY},
        **{(state, V.WITHDRAW): S.WITHDRAWN for state in _WITH_AUTHORITY},
        **{(state, V.NOTE): state for state in _WITH_AUTHORITY},
        (S.GRANTED, V.REVOKE): S.REVOKED,
        # Needed again: after a withdrawal, a refusal of one way of several, a revocation, or the end of its validity.
        **{(state, V.REDRAFT): S.DRAFT for state in (S.WITHDRAWN, S.REFUSED, S.REVOKED, S.GRANTED, S.DONE)},
    }
)

# The authority has it, or waits for an answer: filed ones stay when a plan is made anew.
FILED: Final = frozenset(_WITH_AUTHORITY)
# It lies with the authority alone.
PENDING: Final = frozenset({S.FILED, S.ACCEPTED, S.EXTENDED})
# What the applicant does, and what the authority does; both may add a note.
OF_APPLICANT: Final = frozenset({V.FILE, V.ANSWER, V.WITHDRAW, V.NOTE, V.DONE, V.REDRAFT})
OF_AGENCY: Final = frozenset({V.ASK, V.ACCEPT, V.BEGIN_STEP, V.END_STEP, V.EXTEND, V.GRANT, V.REFUSE, V.REVOKE, V.NOTE})
# Moves that need a reason in words.
REASONED: Final = frozenset({V.ASK, V.REFUSE, V.REVOKE, V.NOTE})


def after(state: ApplicationState, verb: Verb) -> ApplicationState:
    """The state that a verb leads to; raises StateForbids with the present state."""
    try:
        return MOVES[state, verb]
    except KeyError:
        raise StateForbids(state.value, verb.value) from None


def open_verbs(state: ApplicationState, *, self_kept: bool, applicant: bool, agency: bool) -> list[Verb]:
    """What may be done next by whoever acts for the applicant, for the agency, or for both where it has no account."""
    whose = (OF_APPLICANT if applicant else frozenset()) | (OF_AGENCY if agency else frozenset())
    fitting = [verb for verb in Verb if (state, verb) in MOVES and verb in whose and fits(verb, self_kept=self_kept)]
    # What was granted or done is asked for anew by the plan, when it no longer holds.
    return [verb for verb in fitting if not (verb is V.REDRAFT and state in (S.GRANTED, S.DONE))]


def fits(verb: Verb, *, self_kept: bool) -> bool:
    """Whether a verb makes sense: the applicant's own duty is done, what an authority decides is filed."""
    return verb not in ((V.FILE,) if self_kept else (V.DONE,))
