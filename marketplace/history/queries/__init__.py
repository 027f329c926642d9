"""What is read from history: entries, and whether they still are what was written."""

from marketplace.history.queries.reading import Entry, Seen, entries, latest
from marketplace.history.queries.standing import WHOLE, ChainState, Verified, chain_state, last_verified, subject_kinds
from marketplace.history.queries.verifying import Finding, Report, verify, verify_subject

__all__ = [
    "WHOLE",
    "ChainState",
    "Entry",
    "Finding",
    "Report",
    "Seen",
    "Verified",
    "chain_state",
    "entries",
    "last_verified",
    "latest",
    "subject_kinds",
    "verify",
    "verify_subject",
]
