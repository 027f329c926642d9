"""Where a reader may be led to: places of this site only."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def local_path(text: str | None) -> str | None:
    """A path of this site with its query, None for anything that a browser might read as another site's address."""
    if not text or not text.startswith("/") or text.startswith("//") or len(text) > 2000:
        return None
    # Browsers read a backslash as a slash and drop tabs and line ends before they look.
    if "\\" in text or re.search(r"[\x00-\x20\x7f]", text):
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    return text if not parts.scheme and not parts.netloc else None
