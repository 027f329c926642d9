"""Framework agreements: what may be proposed, who answers, and when one holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal
from uuid import UUID

from marketplace.terms.models import Framework, FrameworkSide, FrameworkState
from marketplace.values.refusal import FieldError

LONGEST: Final = timedelta(days=3660)
MOST_NOTICE: Final = 365
USUAL_NOTICE: Final = 30
WARNED: Final = timedelta(days=30)
Standing = Literal["proposed", "to_come", "in_force", "over", "declined", "withdrawn"]
Answer = Literal["agree", "decline", "withdraw", "end", "extend"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What one side proposes: for whom, over what (a facility, or all of the host's), from which day to which."""

    side: FrameworkSide
    host_id: UUID
    organisation_id: UUID
    facility_id: UUID | None
    from_day: date
    until_day: date
    notice_days: int = USUAL_NOTICE


def faults(proposal: Proposal, today: date) -> Iterator[FieldError]:
    """What is wrong with a proposal made `today`, the host's local day."""
    if proposal.host_id == proposal.organisation_id:
        yield FieldError("organisation", "other", "framework_one_side")
    if proposal.from_day < today:
        yield FieldError("first_day", "past", "framework_past")
    if proposal.until_day < proposal.from_day:
        yield FieldError("last_day", "after_start", "after_start")
    elif proposal.until_day - proposal.from_day > LONGEST:
        yield FieldError("last_day", "too_long", "framework_too_long")
    if not 0 <= proposal.notice_days <= MOST_NOTICE:
        yield FieldError("notice_days", "between", "between", {"min": 0, "max": MOST_NOTICE})


def standing(framework: Framework, today: date) -> Standing:
    """How a framework stands on a day."""
    if framework.state is not FrameworkState.AGREED:
        waiting = framework.state is FrameworkState.PROPOSED and framework.until_day >= today
        return "proposed" if waiting else "over" if framework.state is FrameworkState.PROPOSED else _gone(framework)
    if today > framework.last_day:
        return "over"
    return "to_come" if today < framework.from_day else "in_force"


def answers(framework: Framework, today: date, *, asks: bool) -> dict[Answer, frozenset[FrameworkSide]]:
    """What can be done with it on a day, and by which side; `asks` tells whether a version waits to be covered."""
    proposer = framework.proposed_side
    other = FrameworkSide.USER if proposer is FrameworkSide.HOST else FrameworkSide.HOST
    how = standing(framework, today)
    if how == "proposed":
        return {"agree": frozenset({other}), "decline": frozenset({other}), "withdraw": frozenset({proposer})}
    if how not in ("to_come", "in_force"):
        return {}
    # The host agreed to its own new version by publishing it: the user's side is asked.
    found: dict[Answer, frozenset[FrameworkSide]] = {"extend": frozenset({FrameworkSide.USER})} if asks else {}
    return found if framework.ends_on else found | {"end": frozenset(FrameworkSide)}


def early_end(framework: Framework, today: date) -> date:
    """The last day of a framework that one side ends `today`: its notice later, never after its own last day."""
    return min(framework.until_day, today + timedelta(days=framework.notice_days))


def due_warning(framework: Framework, today: date) -> date | None:
    """The last day that both sides are to be warned of today, None where it is far, over or told already."""
    last = framework.last_day
    near = framework.state is FrameworkState.AGREED and today <= last <= today + WARNED
    return last if near and framework.warned_of != last else None


def _gone(framework: Framework) -> Standing:
    return "declined" if framework.state is FrameworkState.DECLINED else "withdrawn"
