"""What a person says about themselves, and in which form it is kept."""

from __future__ import annotations

import zoneinfo
from dataclasses import dataclass, replace
from functools import cache

from marketplace.values.identifiers import Scheme, check
from marketplace.values.localized import LANGUAGES, clean_text
from marketplace.values.refusal import FieldError, Invalid

# The zones that readers here are likely in, before all others.
USUAL_ZONES = ("Asia/Hong_Kong", "Asia/Shanghai", "Asia/Macau", "Asia/Singapore", "Europe/London", "America/New_York")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """Name, language of pages and mails, IANA time zone, and how else to know or reach the person."""

    name: str
    language: str = "en"
    time_zone: str = "Asia/Hong_Kong"
    orcid: str | None = None
    phone: str | None = None


def normal_profile(profile: Profile) -> Profile:
    """The profile as it is kept. Raises `Invalid` with every field that breaks a rule."""
    errors: list[FieldError] = []
    name, phone = _text("name", profile.name, 120, errors), _text("phone", profile.phone, 40, errors)
    orcid = _orcid(profile.orcid, errors)
    if not name and not errors:
        errors.append(FieldError("name", "required", "required"))
    if profile.language not in LANGUAGES:
        errors.append(FieldError("language", "language", "language"))
    if profile.time_zone not in time_zones():
        errors.append(FieldError("time_zone", "time_zone", "time_zone"))
    if errors:
        raise Invalid(errors)
    return replace(profile, name=name, orcid=orcid or None, phone=phone or None)


def _text(field: str, value: str | None, longest: int, errors: list[FieldError]) -> str:
    try:
        return clean_text(value or "", longest, field=field)
    except Invalid as broken:
        errors.extend(broken.errors)
        return ""


def _orcid(value: str | None, errors: list[FieldError]) -> str:
    try:
        return check(Scheme.ORCID, value, field="orcid") if value and value.strip() else ""
    except Invalid as broken:
        errors.extend(broken.errors)
        return ""


@cache
def time_zones() -> tuple[str, ...]:
    """Every IANA zone with a place in its name, the usual ones first."""
    others = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return USUAL_ZONES + tuple(zone for zone in others if zone not in USUAL_ZONES)
