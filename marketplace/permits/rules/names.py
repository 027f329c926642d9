"""The names under which facts stand: groups, lists of what happens, and single facts (F1, CLR-15)."""

from __future__ import annotations

from typing import Final

# Lists of what crosses a boundary; chemicals and results cross none, money goes from payer to payee.
FLOWS: Final = ("data_flows", "goods_flows", "people_flows", "technology_flows")
LISTS: Final = (*FLOWS, "chemicals", "results", "money")
# The booking as a whole, an entry of its own.
BOOKING: Final = "booking"
GROUPS: Final = ("host", "user", "place")
MOST_ENTRIES: Final = 200
