"""How the fields of an outcome's form stand: what its type asks for is open, the rest folded in groups by subject."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from flask_babel import gettext as _
from wtforms import Field, TextAreaField

from marketplace.outcomes.rules.shapes import Ask
from marketplace.web.forms.texts import CheckboxesField

# The general fields that each question of a type's form is made of; what is not asked stands in a group.
ASKED: Final[Mapping[Ask, tuple[str, ...]]] = {
    "creators": ("creators",),
    "priorities": ("priorities",),
    "classes": ("classes",),
    "value": ("value_amount", "value_currency", "value_price_year", "value_method"),
    "receipts": ("receipts",),
    "readiness": ("readiness_scheme", "readiness_before", "readiness_after", "readiness_assessor"),
    "beneficiary": ("beneficiary",),
}
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "content": ("abstract", "creators", "priorities", "classes"),
    "money": (*ASKED["value"], "value_deflator", "receipts"),
    "use": ("sessions", "facilities"),
    "flow": ("flow_kind", "flow_direction", "flow_from", "flow_to", "beneficiary"),
    "readiness": ASKED["readiness"],
    "without": ("additionality_without_us", "additionality_respondent", "additionality_reference_value"),
}


@dataclass(frozen=True, slots=True)
class Group:
    """Fields on one subject, folded: its name, what it holds in words, and its rows."""

    key: str
    name: str
    holds: str
    rows: Sequence[Sequence[Field]]

    @property
    def fields(self) -> list[Field]:
        """All of them."""
        return [field for row in self.rows for field in row]

    @property
    def filled(self) -> int:
        """How many of them say something already."""
        return sum(bool(field.data) for field in self.fields)

    @property
    def wrong(self) -> bool:
        """Whether an error stands in it: then it is not folded."""
        return any(field.errors for field in self.fields)


def group(key: str, fields: Iterable[Field], *, told: bool = True) -> Group:
    """A group; `told` says that its summary names its fields."""
    chosen = list(fields)
    labels = [str(field.label.text) for field in chosen] if told else []
    return Group(key, _names()[key], _(", ").join(labels), rows_of(chosen))


def rows_of(fields: Iterable[Field]) -> list[list[Field]]:
    """Short fields side by side, long ones alone."""
    rows: list[list[Field]] = []
    for field in fields:
        long = isinstance(field, TextAreaField | CheckboxesField)
        if rows and not long and not isinstance(rows[-1][0], TextAreaField | CheckboxesField):
            rows[-1].append(field)
        else:
            rows.append([field])
    return rows


def _names() -> dict[str, str]:
    return {
        "numbers": _("Further numbers"),
        "content": _("Summary and people"),
        "money": _("Money"),
        "use": _("Which use it came of"),
        "flow": _("What went where"),
        "readiness": _("Readiness"),
        "without": _("Without the collaboration"),
        "sizes": _("Size of each party on that day"),
        "shares": _("Shares of the parties"),
    }
