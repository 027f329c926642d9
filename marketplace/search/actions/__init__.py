"""Keeping the search rows equal to what is listed."""

from marketplace.search.actions.refresh import (
    refresh_all,
    refresh_facility,
    refresh_organisation,
    refresh_prices,
)

__all__ = ["refresh_all", "refresh_facility", "refresh_organisation", "refresh_prices"]
