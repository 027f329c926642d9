"""What an organisation says about itself, and in which form it is kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urlsplit
from uuid import UUID

from marketplace.accounts.models import Control, OrganisationKind
from marketplace.values.identifiers import Scheme, check
from marketplace.values.localized import clean_text, normalise
from marketplace.values.refusal import FieldError, Invalid

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationForm:
    """An organisation as it is entered; codes of jurisdiction, zone and agency name rows of the reference tables."""

    name: Mapping[str, str]
    kind: OrganisationKind
    jurisdiction_code: str
    control: Control
    city: str | None = None
    zone_code: str | None = None
    parent_id: UUID | None = None
    agency_code: str | None = None
    website: str | None = None
    about: Mapping[str, str] = field(default_factory=dict)
    identifiers: Mapping[Scheme, str] = field(default_factory=dict)


def normal_form(form: OrganisationForm) -> OrganisationForm:
    """The form as it is kept: clean text, numbers bare and checked. Raises `Invalid` with every broken field."""
    errors: list[FieldError] = []
    empty: dict[str, str] = {}
    name = _each(errors, empty, lambda: normalise(form.name, field="name", max_length=160, required=True))
    about = _each(errors, empty, lambda: normalise(form.about, field="about", max_length=4000, multiline=True))
    city = _each(errors, "", lambda: clean_text(form.city or "", 80, field="city"))
    website = _each(errors, "", lambda: normal_website(form.website or ""))
    numbers = {
        scheme: _each(errors, "", lambda s=scheme, v=value: check(s, v, field=f"identifiers.{s}"))  # type: ignore[misc]
        for scheme, value in form.identifiers.items()
        if value.strip()
    }
    if form.agency_code and form.kind is not OrganisationKind.AGENCY:
        errors.append(FieldError("agency_code", "agency_only", "agency_only"))
    if errors:
        raise Invalid(errors)
    return replace(form, name=name, about=about, city=city or None, website=website or None, identifiers=numbers)


def normal_website(text: str) -> str:
    """An http or https address with a host; a bare host gets https. Raises `Invalid` (rule website)."""
    cleaned = clean_text(text, 300, field="website")
    if not cleaned:
        return ""
    address = cleaned if "://" in cleaned else f"https://{cleaned}"
    try:
        parts = urlsplit(address)
        named = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and not parts.username
    except ValueError:
        named = False
    if not named or any(c.isspace() for c in address):
        raise Invalid.one("website", "website")
    return address


def _each(errors: list[FieldError], otherwise: T, make: Callable[[], T]) -> T:
    try:
        return make()
    except Invalid as broken:
        errors.extend(broken.errors)
        return otherwise
