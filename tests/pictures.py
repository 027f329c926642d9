"""Pictures for tests, drawn when they are needed."""

from __future__ import annotations

import io

from PIL import Image


def picture(width: int = 900, height: int = 600) -> bytes:
    """A plain PNG."""
    file = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(file, "PNG")
    return file.getvalue()
