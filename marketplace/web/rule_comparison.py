"""Two versions of a permit rule side by side, field by field, for those who change rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask_babel import gettext as _

from marketplace.permits.library import written_row
from marketplace.permits.rules.editing import Weight, differing
from marketplace.values.localized import Language
from marketplace.web.permits import labels_of_parts, words_of_rules
from marketplace.web.request import language
from marketplace.wording.rule_lines import PARTS, Lines, changed, lines


@dataclass(frozen=True, slots=True)
class Compared:
    """One field as two versions tell it."""

    label: str
    old: Lines
    new: Lines
    differs: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions: every field in words, and those that differ as a file would tell them, in all languages."""

    fields: Sequence[Compared]
    raw: Sequence[tuple[str, str, str]]


def compared(old: Mapping[str, Any], new: Mapping[str, Any]) -> Comparison:
    """Two rows of one rule side by side."""
    words, labels = words_of_rules(), labels_of_parts()
    tongue = cast(Language, language())
    unlike = set(changed(new, old))
    fields = [
        Compared(labels[name], lines(old, name, words, tongue), lines(new, name, words, tongue), name in unlike)
        for name in PARTS
    ]
    raw = [(name, _written(old, name), _written(new, name)) for name in differing(old, new)]
    return Comparison([each for each in fields if each.old or each.new], raw)


def meaning(weight: Weight) -> list[str]:
    """What a change means for bookings, and who has to agree."""
    said = {
        (False, False): _("The rule holds up no booking, neither as it is nor as it would be."),
        (False, True): _("The rule holds up no booking today; as it would be, it may."),
        (True, False): _("The rule may hold up a booking today; as it would be, it never does."),
        (True, True): _("The rule may hold up a booking, as it is and as it would be."),
    }[weight.before, weight.after]
    found = [said]
    if weight.leaning:
        found.append(_("Rules that may hold up a booking lean on it: %(rules)s.", rules=", ".join(weight.leaning)))
    if weight.needs_two:
        return [*found, _("Another administrator has to agree before it takes effect.")]
    return [*found, _("It takes effect at once.")]


def _written(told: Mapping[str, Any], name: str) -> str:
    return written_row({name: told[name]}) if told.get(name) is not None else ""
