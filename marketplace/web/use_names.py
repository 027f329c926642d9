"""Words about sessions of use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from flask_babel import lazy_gettext as _l

from marketplace.operations.models import Source

# What a unit may ask for when somebody leaves.
ASKED: Final[Mapping[str, Any]] = {
    "purpose": _l("What it was for"),
    "samples": _l("Samples"),
    "operator_minutes": _l("Work of the host’s operators"),
    "consumables": _l("Consumables"),
}
SOURCES: Final[Mapping[Source, Any]] = {
    Source.PERSON: _l("said by a person"),
    Source.KIOSK: _l("at the unit"),
    Source.FEED: _l("measured by the machine"),
    Source.FILE: _l("from a logger’s file"),
    Source.RULE: _l("estimated"),
}
RULES: Final[Mapping[str, Any]] = {
    "next_began": _l("the next session began"),
    "booked_end": _l("the booked end"),
    "last_sign": _l("the machine’s last sign of life"),
    "booked_start": _l("the booked start"),
    "stop_alone": _l("only its end was told"),
}


def source_name(source: Source) -> str:
    """Who said when a session began or ended."""
    return str(SOURCES[source])


def rule_name(code: str) -> str:
    """The rule by which a beginning or an end was estimated."""
    return str(RULES.get(code, code))
