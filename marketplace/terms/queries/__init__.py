"""Reading terms: versions, who accepted which for what, and framework agreements."""

from __future__ import annotations

from marketplace.terms.queries.frameworks import framework_for, framework_row, frameworks
from marketplace.terms.queries.versions import (
    acceptance_for,
    current_terms,
    terms_version,
    terms_versions,
    version_by_id,
)

__all__ = [
    "acceptance_for",
    "current_terms",
    "framework_for",
    "framework_row",
    "frameworks",
    "terms_version",
    "terms_versions",
    "version_by_id",
]
