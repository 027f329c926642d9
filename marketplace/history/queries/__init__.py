"""What is read from history: entries, and whether they still are what was written."""

from marketplace.history.queries.reading import Entry, Seen, entries, latest
from marketplace.history.queries.verifying import Finding, Report, verify

__all__ = ["Entry", "Finding", "Report", "Seen", "entries", "latest", "verify"]
