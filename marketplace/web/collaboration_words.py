"""What the codes of collaborations are called on pages, and how their states look."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import LazyString
from flask_babel import lazy_gettext as _

from marketplace.collaborations.models import CollaborationKind, CollaborationState, PartyRole, ReadinessScheme
from marketplace.collaborations.rules.parts import MilestoneStanding
from marketplace.collaborations.rules.standing import PartyStanding
from marketplace.web.naming import naming

kind_name = naming(
    {
        CollaborationKind.FACILITY_SERVICE: _("Use of facilities"),
        CollaborationKind.COLLABORATIVE_RESEARCH: _("Collaborative research"),
        CollaborationKind.CONTRACT_RESEARCH: _("Contract research"),
        CollaborationKind.CONSULTANCY: _("Consultancy"),
        CollaborationKind.PILOT_PROJECT: _("Pilot project"),
        CollaborationKind.TRAINING: _("Training"),
        CollaborationKind.OTHER: _("Something else"),
    }
)
party_role_name = naming(
    {
        PartyRole.PROVIDER: _("Provides facilities"),
        PartyRole.USER: _("Uses facilities"),
        PartyRole.FUNDER: _("Funds"),
        PartyRole.PARTNER: _("Partner"),
    }
)
scheme_name = naming(
    {
        ReadinessScheme.TRL: _("Technology readiness (TRL)"),
        ReadinessScheme.MRL: _("Manufacturing readiness (MRL)"),
    }
)
person_role_name = naming({"lead": _("Lead"), "contact": _("Contact person"), "member": _("Member")})
file_kind_name = naming({"agreement": _("Agreement"), "report": _("Report"), "other": _("Other paper")})
clause_name = naming(
    {
        "ip": _("Intellectual property"),
        "confidentiality": _("Confidentiality"),
        "publication": _("Publication"),
        "liability": _("Liability"),
        "other": _("Other clauses"),
    }
)
# Word, tone of the chip, and shape.
STATES: dict[CollaborationState, tuple[LazyString, str, str]] = {
    CollaborationState.PROPOSED: (_("Is proposed"), "amber", "ring"),
    CollaborationState.ACTIVE: (_("Under way"), "jade", "play"),
    CollaborationState.COMPLETED: (_("Completed"), "", "square"),
    CollaborationState.ENDED: (_("Ended early"), "", "cross"),
    CollaborationState.DECLINED: (_("Not taken up"), "vermilion", "cross"),
}
STANDINGS: dict[PartyStanding, tuple[LazyString, str, str]] = {
    "asked": (_("Asked"), "amber", "ring"),
    "member": (_("Takes part"), "jade", "check"),
    "declined": (_("Has declined"), "", "cross"),
    "left": (_("Has left"), "", "square"),
}
MILESTONES: dict[MilestoneStanding, tuple[LazyString, str, str]] = {
    "planned": (_("Is planned"), "", "ring"),
    "soon": (_("Due soon"), "amber", "clock"),
    "late": (_("Overdue"), "vermilion", "triangle"),
    "reached": (_("Reached"), "jade", "check"),
    "cancelled": (_("Given up"), "", "cross"),
}


def state_look(state: CollaborationState) -> tuple[LazyString, str, str]:
    """How a collaboration stands."""
    return STATES[state]


def standing_look(standing: PartyStanding) -> tuple[LazyString, str, str]:
    """How a party stands."""
    return STANDINGS[standing]


def milestone_look(standing: MilestoneStanding) -> tuple[LazyString, str, str]:
    """How a milestone stands."""
    return MILESTONES[standing]


# What templates know these by.
FILTERS: dict[str, Callable[..., object]] = {
    "collaboration_kind": kind_name,
    "collaboration_state": state_look,
    "party_role": party_role_name,
    "party_standing": standing_look,
    "milestone_look": milestone_look,
    "readiness_scheme": scheme_name,
    "person_role": person_role_name,
    "paper_kind": file_kind_name,
    "agreed_clause": clause_name,
}
