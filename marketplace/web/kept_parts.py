"""Parts of pages that follow from stored snapshots and names alone: snapshots never change, so each is drawn once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from markupsafe import Markup

from marketplace.values.kept import Kept

_PARTS: Final = Kept[Markup](128)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a page by all that it depends on; `names` is the digest of those that are drawn in."""

    template: str
    language: str
    snapshots: tuple[UUID, ...]
    address: tuple[str, ...]
    names: str = ""


def kept(part: Part, draw: Callable[[], str]) -> Markup:
    """The part, as it was drawn for whoever looked at it first."""
    return _PARTS.get(part, lambda: Markup(draw()))  # noqa: S704 - from a template of ours


def digest_of(*names: Mapping[str, Mapping[str, Any]]) -> str:
    """A digest of names in all languages by what they are names of."""
    return hashlib.sha256(
        json.dumps([{key: dict(each[key]) for key in each} for each in names], sort_keys=True).encode()
    ).hexdigest()
