"""Terms beside each other: two versions of one facility, or those of two facilities."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace.catalogue.models import Facility
from marketplace.catalogue.queries import find
from marketplace.terms.models import TermsVersion
from marketplace.terms.queries import current_terms, terms_version
from marketplace.terms.rules.comparing import Difference, compare, difference
from marketplace.values.localized import Language, clean_text
from marketplace.values.refusal import Invalid, NotFound
from marketplace.web.access import allow
from marketplace.web.forms.fields import in_words
from marketplace.web.request import actor, language, reading
from marketplace.wording.terms import part_name, part_said, told
from marketplace.wording.terms_words import CLAUSE_NAMES, DIFFERENCE_NAMES

blueprint = Blueprint("terms", __name__)
LONGEST = 300
MOST_VERSIONS = 10**6
# How a difference looks beside its word: the tone of its chip and its shape.
LOOKS = {
    "same": ("", "dot"),
    "added": ("jade", "check"),
    "removed": ("vermilion", "cross"),
    "changed": ("amber", "half"),
}


@dataclass(frozen=True, slots=True)
class Column:
    """One side: a facility and one version of its terms, None where it has none."""

    facility: Facility
    version: TermsVersion | None

    @property
    def clauses(self) -> dict[str, Any]:
        """Its clauses by name."""
        return self.version.clauses if self.version else {}

    @property
    def text(self) -> dict[str, str] | None:
        """Its free text."""
        return (self.version.text or None) if self.version else None


@blueprint.get("/terms/compare")
@allow("facility.see")
def comparison() -> tuple[str, int]:
    """Two terms side by side. `left` and `right` name a facility by its address, `@` and a number one version."""
    errors: dict[str, str] = {}
    sides = {name: _side(name, errors) for name in ("left", "right")}
    left, right = sides["left"], sides["right"]
    shown: dict[str, Any] = {}
    if left and right:
        spoken = cast(Language, language())
        rows = compare(left.clauses, right.clauses)
        shown = {
            "rows": [(row, part_name(row.clause, row.part, spoken)) for row in rows],
            "texts": difference(left.text, right.text) if left.text or right.text else None,
            "differing": sum(row.difference is not Difference.SAME for row in rows) + (left.text != right.text),
        }
    html = render_template(
        "terms/compare.html", left=left, right=right, errors=errors, given=request.args, looks=LOOKS, **shown
    )
    return html, 422 if errors else 200


@blueprint.app_template_filter("clause_name")
def clause_name(clause: str) -> str:
    """A clause's name in the reader's language."""
    return CLAUSE_NAMES[clause][cast(Language, language())]


@blueprint.app_template_filter("difference_name")
def difference_name(one: Difference) -> str:
    """How two terms differ, as a word."""
    return DIFFERENCE_NAMES[one.value][cast(Language, language())]


@blueprint.app_template_global("clause_part_said")
def clause_part_said(clause: str, part: str, value: Any) -> str:
    """One side of a row as a sentence."""
    return part_said(clause, part, value, cast(Language, language()))


@blueprint.app_template_filter("clauses_told")
def clauses_told(clauses: dict[str, Any]) -> Any:
    """Clauses as sentences in the reader's language."""
    return told(clauses, cast(Language, language()))


def _side(name: str, errors: dict[str, str]) -> Column | None:
    given = request.args.get(name, "").strip()
    if not given:
        return None
    slug, at, number = given.rstrip("/").rpartition("@") if "@" in given else (given.rstrip("/"), "", "")
    try:
        facility = _facility(clean_text(slug.removesuffix("/terms").rpartition("/")[2], LONGEST))
        return Column(facility, _version(facility, number if at else None))
    except NotFound:
        errors[name] = _("There is no such facility, or no such version of its terms.")
    except Invalid as broken:
        errors[name] = in_words(broken.errors[0].message_code, **broken.errors[0].details)
    return None


def _facility(slug: str) -> Facility:
    found = find(reading(), slug, actor())
    return found.facility


def _version(facility: Facility, number: str | None) -> TermsVersion | None:
    if number is None:
        return current_terms(reading(), facility.id)
    if not (number.isascii() and number.isdigit() and 0 < int(number[:10]) <= MOST_VERSIONS):
        raise NotFound("terms")
    version = terms_version(reading(), facility.id, int(number))
    if version is None:
        raise NotFound("terms")
    return version
