"""Reading terms: versions, and who accepted which for what."""

from __future__ import annotations

from marketplace.terms.queries.versions import (
    acceptance_for,
    current_terms,
    terms_version,
    terms_versions,
    version_by_id,
)

__all__ = ["acceptance_for", "current_terms", "terms_version", "terms_versions", "version_by_id"]
