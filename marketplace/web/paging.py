"""One page of a long list: how many rows, from which one, and the addresses before and after."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

LIMIT = 50
FARTHEST = 10_000


@dataclass(frozen=True, slots=True)
class Window:
    """The rows from `offset`, at most `limit`."""

    limit: int
    offset: int

    def around(self, found: int) -> tuple[str | None, str | None]:
        """The addresses of the pages before and after; `found` is the number of rows when asked for one too many."""
        before = _at(max(0, self.offset - self.limit)) if self.offset else None
        return before, _at(self.offset + self.limit) if found > self.limit else None


def window(limit: int = LIMIT, *, farthest: int = FARTHEST) -> Window:
    """The window that the address asks for, from row `farthest` at most; an unreadable one is the first."""
    wanted = request.args.get("from", "")
    offset = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 else 0
    return Window(limit, min(offset, farthest))


def _at(offset: int) -> str:
    values = {**(request.view_args or {}), **request.args.to_dict(), "from": offset or None}
    return url_for(request.endpoint or "", **values)
