"""Permit rules explained: the list by family, and each rule in plain words with its source and confidence."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, cast

from flask import Blueprint, render_template, request
from flask_babel import gettext as _

from marketplace.jurisdictions import queries as places
from marketplace.permits import queries
from marketplace.permits.models import PermitRule
from marketplace.values.localized import Language, clean_text
from marketplace.values.refusal import FieldError, Invalid
from marketplace.web.access import allow
from marketplace.web.request import language, reading, url
from marketplace.wording.refusals import sentence_of_error
from marketplace.wording.rule_lines import PARTS, Lines, changed, directions, limit, lines, ways
from marketplace.wording.rule_words import CONFIDENCE_NAMES, FAMILY_NAMES, KIND_NAMES, STATUS_NAMES
from marketplace.wording.trigger_words import PLACES
from marketplace.wording.triggers import Words, opened

blueprint = Blueprint("permits", __name__)

# The families of a page in its order; testing stands with money.
FAMILIES: Final = ("DAT", "HGR", "BIO", "EXP", "TEC", "CHM", "CUS", "PPL", "FIN")
APART: Final = ("TAX", "DPL")
_TOGETHER: Final = {"ACC": "FIN"}
LONGEST_TEXT: Final = 200
# How a code looks beside its word: the tone of its chip and its shape.
KIND_LOOKS: Final = {"prohibition": ("vermilion", "cross"), "facilitation": ("jade", "check")}
CONFIDENCE_LOOKS: Final = {
    "P": ("jade", "dot"),
    "2": ("", "half"),
    "BG": ("amber", "dashed"),
    "P⚠": ("amber", "triangle"),
}
STATUS_LOOKS: Final = {"in_force": ("jade", "dot"), "superseded": ("", "cross")}


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list is narrowed to; what can't be read narrows nothing and stands among the errors."""

    text: str = ""
    origin: str = ""
    target: str = ""
    kind: str = ""
    zone: str = ""
    errors: tuple[FieldError, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether anything is left out."""
        return any((self.text, self.origin, self.target, self.kind, self.zone))


@dataclass(frozen=True, slots=True)
class Chip:
    """A code as a word with a shape."""

    label: Mapping[Language, str]
    tone: str
    form: str


@dataclass(frozen=True, slots=True)
class Row:
    """One rule of the list."""

    id: str
    title: Mapping[str, str]
    kind: Chip
    status: Chip | None
    ways: Sequence[str]
    authorities: Sequence[Mapping[str, str]]
    limit: str
    confidence: Chip


@blueprint.get("/permits")
@allow("permit_rule.see")
def rules() -> tuple[str, int]:
    """Every rule in its newest version, by family; the address says what is left out."""
    zones = {row.code: row.name for row in places.zones(reading())}
    asked = _asked(zones)
    agencies = {row.code: row.name for row in places.agencies(reading())}
    naming = queries.naming(reading(), places.zones_below(reading(), [asked.zone])) if asked.zone else None
    every = queries.rules(reading())
    found = [row for row in every if _fits(row.told, asked, agencies) and (naming is None or row.rule_id in naming)]
    html = render_template(
        "permits/rules.html",
        asked=asked,
        errors=[sentence_of_error(error, language()) for error in asked.errors],
        total=len(found),
        every=len(every),
        families=_families(found, FAMILIES, agencies),
        apart=_families(found, APART, agencies),
        places={code: opened(_place(code)) for code in PLACES},
        kinds=KIND_NAMES,
        zone_name=zones.get(asked.zone),
        without_zone=url("permits.rules", **_values(asked, zone="")),
    )
    return html, 422 if asked.errors else 200


@blueprint.get("/permits/<rule>")
@allow("permit_rule.see")
def rule(rule: str) -> str:
    """One rule: what, when, who, how long, what helps, and where it is written."""
    versions = queries.versions(reading(), rule)
    words, newest = words_of_rules(), versions[0]
    told = newest.told
    return render_template(
        "permits/rule.html",
        rule=newest,
        told=told,
        kind=_chip(KIND_NAMES, KIND_LOOKS, told["kind"]),
        status=_chip(STATUS_NAMES, STATUS_LOOKS, told["status"]),
        confidence=_chip(CONFIDENCE_NAMES, CONFIDENCE_LOOKS, told["confidence"]),
        family=_family(rule),
        families=FAMILY_NAMES,
        parts={name: lines(told, name, words, _language()) for name in PARTS},
        labels=labels_of_parts(),
        changes=_changes(versions, words),
    )


def words_of_rules() -> Words:
    """What everything is called that a rule may name, in a fixed number of statements."""
    territories = {row.code: row.name for row in places.jurisdictions(reading())}
    agencies = places.agencies(reading())
    return Words(
        facts=queries.vocabulary(reading()),
        places=territories | {row.code: row.name for row in places.zones(reading())},
        rules=queries.titles(reading()),
        agencies={row.code: row.name for row in agencies},
        pairs={row.code: row.subject for row in places.pairs(reading())},
        sites={row.code: row.website for row in agencies if row.website},
    )


def _asked(zones: Mapping[str, Any]) -> Asked:
    known: dict[str, Iterable[str]] = {"from": PLACES, "to": PLACES, "kind": KIND_NAMES, "zone": zones}
    given = {name: request.args.get(name, "") for name in known}
    errors = [
        FieldError(name, "choice", "choice") for name, value in given.items() if value and value not in known[name]
    ]
    read = {name: value if value in known[name] else "" for name, value in given.items()}
    text = ""
    try:
        text = clean_text(request.args.get("q", ""), LONGEST_TEXT, field="q")
    except Invalid as broken:
        errors += broken.errors
    return Asked(text, read["from"], read["to"], read["kind"], zone=read["zone"], errors=tuple(errors))


def _values(asked: Asked, **changes: str) -> dict[str, str]:
    values = {"q": asked.text, "from": asked.origin, "to": asked.target, "kind": asked.kind, "zone": asked.zone}
    return {name: value for name, value in (values | changes).items() if value}


def _fits(told: Mapping[str, Any], asked: Asked, agencies: Mapping[str, Mapping[str, str]]) -> bool:
    if asked.kind and told["kind"] != asked.kind:
        return False
    if not _goes(directions(told), asked.origin, asked.target):
        return False
    if not asked.text:
        return True
    texts = [told["id"], *_texts(told["title"]), *_texts(told["summary"]), *_texts(told["instrument"])]
    texts += [name for code in told["authority"] for name in _texts(agencies.get(code, {}))]
    whole = _plain(" ".join(texts))
    return all(word in whole for word in _plain(asked.text).split())


def _goes(ways: Sequence[str], origin: str, target: str) -> bool:
    """Whether a rule may arise where something goes from one territory to another; an end left out is any."""
    if not (origin or target) or not ways:
        return True
    return any(_leads(way, origin, target) for way in ways)


def _leads(way: str, origin: str, target: str) -> bool:
    first, arrow, second = way.partition(">")
    if not arrow:
        return way == "ANY" or way.removeprefix("IN-") in (origin, target)
    if origin and origin == target:
        return False
    leaves = not origin or first == origin or (first == "*" and second != origin)
    enters = not target or second == target or (second == "*" and first != target)
    return leaves and enters


def _families(found: Iterable[PermitRule], wanted: Sequence[str], agencies: Mapping[str, Any]) -> list[Any]:
    rows: dict[str, list[Row]] = {name: [] for name in wanted}
    for each in found:
        if (name := _family(each.rule_id)) in rows:
            rows[name].append(_row(each, agencies))
    return [(name, FAMILY_NAMES[name], members) for name, members in rows.items() if members]


def _family(rule_id: str) -> str:
    name = rule_id.partition("-")[0]
    return _TOGETHER.get(name, name)


def _row(rule: PermitRule, agencies: Mapping[str, Any]) -> Row:
    told = rule.told
    in_force = told["status"] == "in_force"
    return Row(
        id=rule.rule_id,
        title=told["title"],
        kind=_chip(KIND_NAMES, KIND_LOOKS, told["kind"]),
        status=None if in_force else _chip(STATUS_NAMES, STATUS_LOOKS, told["status"]),
        ways=ways(told, _language()),
        authorities=[agencies[code] for code in told["authority"] if code in agencies] or _asked_instead(told),
        limit=limit(told, _language()),
        confidence=_chip(CONFIDENCE_NAMES, CONFIDENCE_LOOKS, told["confidence"]),
    )


def _asked_instead(told: Mapping[str, Any]) -> list[Mapping[str, str]]:
    """Whom to ask where no agency of ours decides."""
    return [told["contact"]] if told.get("contact") else []


def _chip(names: Mapping[str, Mapping[Language, str]], looks: Mapping[str, tuple[str, str]], code: str) -> Chip:
    tone, form = looks.get(code, ("", "ring"))
    return Chip(names.get(code, {"en": code}), tone, form)


def _changes(versions: Sequence[PermitRule], words: Words) -> list[tuple[PermitRule, PermitRule, list[Any]]]:
    """Each version beside the one before it: the fields that differ, as both tell them."""
    found = []
    for new, old in pairwise(versions):
        rows: list[tuple[str, Lines, Lines]] = [
            (name, lines(new.told, name, words, _language()), lines(old.told, name, words, _language()))
            for name in changed(new.told, old.told)
        ]
        found.append((new, old, rows))
    return found


def labels_of_parts() -> dict[str, str]:
    """What the parts of a rule's page are called."""
    return {
        "title": _("Title"),
        "summary": _("What has to be done"),
        "variant": _("What is allowed instead"),
        "kind": _("Kind"),
        "over": _("Asked of"),
        "when": _("When it applies"),
        "authority": _("Who decides"),
        "counterpart": _("Counterpart pair"),
        "applicant": _("Who applies"),
        "stage": _("When it is due"),
        "clock": _("Published time limit"),
        "calendar": _("Counted in"),
        "duties": _("Dates to keep"),
        "validity": _("Validity"),
        "helped": _("What an earlier approval does"),
        "alternatives": _("Other ways"),
        "branch_of": _("Part of a way"),
        "after": _("What it waits for"),
        "same_application": _("Decided together"),
        "excludes": _("What it makes unnecessary"),
        "conditions": _("Conditions"),
        "documents": _("Documents"),
        "form": _("Form"),
        "fee": _("Fee"),
        "contact": _("Whom to ask"),
        "status": _("Status"),
        "effective": _("In effect"),
        "instrument": _("Legal basis"),
        "sources": _("Sources"),
        "confidence": _("Confidence"),
        "reviewed_on": _("Reviewed on"),
    }


def _place(code: str) -> str:
    return PLACES[code][_language()].removeprefix("the ")


def _texts(text: Mapping[str, str]) -> Iterable[str]:
    return text.values()


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _language() -> Language:
    return cast(Language, language())
