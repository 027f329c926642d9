"""Forms of the vault: what an entry is, what it says, and the words on it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, FileField, SelectField, StringField, TextAreaField
from wtforms.validators import Optional

from marketplace.permits.models import VaultEntry, VaultKind
from marketplace.permits.rules.scoping import MOST
from marketplace.permits.rules.vault import LONGEST, NewEntry, plain
from marketplace.values.localized import Language
from marketplace.values.refusal import Invalid
from marketplace.web.forms.fields import Required, text
from marketplace.web.request import language
from marketplace.wording.vault import KIND_NAMES

UNDER_RULE = tuple(kind for kind in VaultKind if kind not in (VaultKind.WHITELIST, VaultKind.TRAINING))
ME = "me"


@dataclass(frozen=True, slots=True)
class Under:
    """What an entry stands under: a rule, a white list, or nothing but its title."""

    rule_id: str | None = None
    list_code: str | None = None

    @classmethod
    def parse(cls, code: str, rules: Iterable[str], lists: Iterable[str]) -> Under | None:
        """As the first step chose it (`rule:BIO-08`, `list:HTZ-CUS`, `training`); None for anything else."""
        kind, _colon, named = code.partition(":")
        if kind == "rule" and named in set(rules):
            return cls(rule_id=named)
        if kind == "list" and named in set(lists):
            return cls(list_code=named)
        return cls() if code == "training" else None

    @classmethod
    def of(cls, entry: VaultEntry) -> Under:
        """Of an entry that exists."""
        return cls(entry.rule_id, entry.list_code)

    @property
    def code(self) -> str:
        """As the first step writes it."""
        if self.rule_id:
            return f"rule:{self.rule_id}"
        return f"list:{self.list_code}" if self.list_code else "training"

    @property
    def training(self) -> bool:
        """Whether no rule and no list names it."""
        return not (self.rule_id or self.list_code)


@dataclass(frozen=True, slots=True)
class ScopeField:
    """A fact by which an entry may be narrowed: its choices (none where it is typed), and what is allowed so far."""

    name: str
    label: str
    options: Sequence[tuple[str, str]]
    allowed: Sequence[str]
    kind: str = "text"

    @property
    def counted(self) -> bool:
        """Whether it is a number up to which the entry goes."""
        return self.kind == "number"


class EntryForm(FlaskForm):
    """An approval as its papers tell of it."""

    kind = SelectField(_l("Kind of paper"))
    title = StringField(_l("What it is called"))
    number = StringField(_l("Number"))
    issuer_code = SelectField(_l("Issued by"))
    issuer = StringField(_l("Issued by somebody else"))
    valid_from = DateField(_l("First day"), [Required()])
    valid_to = DateField(_l("Last day"), [Optional()])
    volume_allowed = StringField(_l("Quantity allowed"))
    volume_unit = StringField(_l("Unit"))
    parties = TextAreaField(_l("Only together with these organisations"))
    file = FileField(_l("Copy of the paper"))

    def offer(self, under: Under, issuers: Iterable[tuple[str, str]]) -> EntryForm:
        """Fill in what can be chosen, in the reader's language; the kind only where a rule leaves it open."""
        tag = _tag()
        self.kind.choices = [(kind.value, KIND_NAMES[kind.value][tag]) for kind in UNDER_RULE]
        self.issuer_code.choices = [("", _("none of these")), *issuers]
        if under.rule_id is None:
            del self.kind
        return self

    def entry(self, under: Under, scope: Mapping[str, Any], owner: Mapping[str, UUID | None]) -> NewEntry:
        """What was typed as one value. Raises Invalid where a quantity is no number."""
        kind = VaultKind.TRAINING if under.training else VaultKind.WHITELIST
        day = self.valid_from.data
        assert day is not None, "the form demands it"
        told: dict[str, Any] = {name: text(self._fields[name]) for name in LONGEST}
        return NewEntry(
            kind=VaultKind(self.kind.data) if under.rule_id else kind,
            rule_id=under.rule_id,
            list_code=under.list_code,
            issuer_code=self.issuer_code.data or None,
            volume_allowed=number_in(text(self.volume_allowed), "volume_allowed"),
            valid_from=day,
            valid_to=self.valid_to.data,
            scope=scope,
            **told | dict(owner),
        )


class AmountForm(FlaskForm):
    """How much of a volume is used up."""

    amount = StringField(_l("Quantity used"), [Required()])


class WordForm(FlaskForm):
    """Why an entry is not accepted, or ends."""

    reason = TextAreaField(_l("Reason"), [Required()])


def number_in(typed: str, field: str) -> Decimal | None:
    """A number that was typed, None where nothing was. Raises Invalid."""
    typed = typed.strip().replace(",", "")
    if not typed:
        return None
    try:
        return Decimal(typed)
    except InvalidOperation:
        raise Invalid.one(field, "vault_number") from None


def values_of(entry: VaultEntry, parties: Iterable[str]) -> dict[str, Any]:
    """What the form begins with for an entry that exists."""
    same = ("title", "number", "issuer", "valid_from", "valid_to", "volume_unit")
    values: dict[str, Any] = {name: getattr(entry, name) for name in same}
    volume = "" if entry.volume_allowed is None else plain(entry.volume_allowed)
    values |= {"kind": entry.kind.value, "issuer_code": entry.issuer_code or "", "volume_allowed": volume}
    return values | {"parties": "\n".join(parties)}


def scope_of(form: MultiDict[str, str], fields: Iterable[ScopeField]) -> dict[str, Any]:
    """What was ticked and typed as a scope: each fact with the values that are allowed."""
    found: dict[str, Any] = {}
    for field in fields:
        given = [value for value in form.getlist(f"scope-{field.name}") if value.strip()]
        if not field.options:
            given = [part.strip() for value in given for part in value.replace("，", ",").replace("、", ",").split(",")]
        values = [{"true": True, "false": False}.get(value, value) for value in given if value]
        if values:
            found[field.name] = _as_kept(field, values)
    return found


def _as_kept(field: ScopeField, values: list[Any]) -> Any:
    """Values as a scope keeps them: up to a number, the codes of each regime ("CN: dual_use"), or as they are."""
    if field.counted:
        return {MOST: _whole(",".join(values))}
    if field.kind != "codes":
        return values
    codes: dict[str, list[str]] = {}
    for value in values:
        regime, _colon, code = str(value).replace("：", ":").partition(":")
        codes.setdefault(regime.strip(), []).extend([code.strip()] if code.strip() else [])
    return codes


def _whole(typed: str) -> int | float | str:
    """A number as it is counted; what is none stays as it was typed, and is refused."""
    plain = typed.replace(",", "").replace(" ", "")
    try:
        return int(plain) if plain.isdecimal() else float(Decimal(plain))
    except InvalidOperation:
        return typed


def _tag() -> Language:
    return language()  # type: ignore[return-value]
