"""Failures that tell an operator what to do, in a sentence; all others are faults of ours."""

from __future__ import annotations

import psycopg
from sqlalchemy.exc import OperationalError

from config import SettingsError
from marketplace.embedded import EmbeddedError
from marketplace.migrating import MigrationError
from marketplace.values.refusal import Forbidden, Invalid, NotFound, Refused, StateForbids
from marketplace.wording.refusals import sentence, sentence_of_error

KNOWN_FAILURES = (
    *(SettingsError, EmbeddedError, MigrationError, OperationalError, psycopg.OperationalError),
    *(Refused, Invalid, NotFound, Forbidden, StateForbids),
)


def reason_of(error: BaseException) -> str:
    """The sentence that tells an operator why a command stopped."""
    if isinstance(error, Refused):
        return " ".join(sentence(reason, "en") for reason in error.reasons)
    if isinstance(error, Invalid):
        return " ".join(f"{one.field}: {sentence_of_error(one, 'en')}" for one in error.errors)
    if isinstance(error, NotFound):
        return f"not found: {error}"
    if isinstance(error, OperationalError | psycopg.OperationalError):
        return f"the database does not answer: {getattr(error, 'orig', error)}"
    return str(error)
