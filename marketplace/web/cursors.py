"""Lists that are read by cursor: the id of the last row shown stands in the address."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from flask import request, url_for


class Row(Protocol):
    """Anything with an id by which its list is ordered."""

    @property
    def id(self) -> UUID:
        """A UUIDv7: it rises with time."""


def before() -> UUID | None:
    """The row after which the list goes on; an unreadable one is as good as none."""
    try:
        return UUID(request.args.get("before", ""))
    except ValueError:
        return None


def following(found: Sequence[Row], shown: int) -> str | None:
    """The address of what comes after, when one row too many was found."""
    if len(found) <= shown:
        return None
    values = {**(request.view_args or {}), **request.args.to_dict(), "before": found[shown - 1].id}
    return url_for(request.endpoint or "", **values)
