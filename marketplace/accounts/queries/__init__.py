"""Reads about people, organisations and the ways in; what other concepts ask for is named here."""

from __future__ import annotations

from marketplace.accounts.queries.actors import (
    SignIn,
    TokenUse,
    actor_for_email,
    actor_for_person,
    actor_for_session,
    actor_for_token,
    seen_as,
    sign_in_by_token,
    token_use,
)
from marketplace.accounts.queries.organisations import (
    Member,
    Mine,
    deputies_of,
    facts,
    identifiers_of,
    invitations_to,
    members_among,
    members_of,
    open_invitations,
    organisation,
    organisation_at,
    organisation_by_slug,
    organisations_of,
    people_with_role,
    visible_to,
)
from marketplace.accounts.queries.people import names_of, person, person_by_email

__all__ = [
    "Member",
    "Mine",
    "SignIn",
    "TokenUse",
    "actor_for_email",
    "actor_for_person",
    "actor_for_session",
    "actor_for_token",
    "deputies_of",
    "facts",
    "identifiers_of",
    "invitations_to",
    "members_among",
    "members_of",
    "names_of",
    "open_invitations",
    "organisation",
    "organisation_at",
    "organisation_by_slug",
    "organisations_of",
    "people_with_role",
    "person",
    "person_by_email",
    "seen_as",
    "sign_in_by_token",
    "token_use",
    "visible_to",
]
