"""What is read from history: entries, and whether they still are what was written."""

from marketplace.history.queries.reading import Entry, Seen, entries, latest
from marketplace.history.queries.standing import ChainState, chain_state, subject_kinds
from marketplace.history.queries.verifying import Finding, Report, verify, verify_subject

__all__ = [
    "ChainState",
    "Entry",
    "Finding",
    "Report",
    "Seen",
    "chain_state",
    "entries",
    "latest",
    "subject_kinds",
    "verify",
    "verify_subject",
]
