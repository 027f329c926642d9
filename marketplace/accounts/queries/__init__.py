"""Reads about people, organisations and the ways in; what other concepts ask for is named here."""

from __future__ import annotations

from marketplace.accounts.queries.actors import (
    SignIn,
    TokenUse,
    actor_for_email,
    actor_for_person,
    actor_for_session,
    actor_for_token,
    sign_in_by_token,
    token_use,
)

__all__ = [
    "SignIn",
    "TokenUse",
    "actor_for_email",
    "actor_for_person",
    "actor_for_session",
    "actor_for_token",
    "sign_in_by_token",
    "token_use",
]
