"""Numbers by which organisations and people are known elsewhere, with their check digits."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any

from stdnum import lei as stdnum_lei
from stdnum.eu import vat as stdnum_eu_vat
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2
from stdnum.sg import uen as stdnum_uen
from stdnum.us import ein as stdnum_ein

from marketplace.values.localized import clean_text
from marketplace.values.refusal import Invalid


class Scheme(StrEnum):
    """The registers we know."""

    ROR = "ror"
    USCC = "uscc"
    HK_UBI = "hk_ubi"
    LEI = "lei"
    ORCID = "orcid"
    ISNI = "isni"
    MO_REGISTRATION = "mo_registration"
    SG_UEN = "sg_uen"
    GB_COMPANY = "gb_company"
    EU_VAT = "eu_vat"
    US_EIN = "us_ein"


class _Broken(ValueError):
    """The number breaks a rule; the message is the rule's name: format or check_digit."""


USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
GB11714_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
# GB 32100-2015: department and type may be letters (A, N, Y) beside digits; the region is a GB/T 2260 number.
_USCC = re.compile(rf"[0-9ANY]{{2}}\d{{6}}[{USCC_ALPHABET}]{{10}}", re.ASCII)
_CROCKFORD = "0123456789abcdefghjkmnpqrstvwxyz"
_ROR = re.compile(rf"0[{_CROCKFORD}]{{6}}\d{{2}}", re.ASCII)


def check(scheme: Scheme | str, value: str, *, field: str = "identifier") -> str:
    """The number as it is kept, bare; raises `Invalid` (rules: scheme, format, check_digit, range)."""
    if scheme not in _CHECKS:
        raise Invalid.one(field, "scheme", scheme=str(scheme))
    text = clean_text(value, 200, field=field)
    try:
        return _CHECKS[Scheme(scheme)](text)
    except _Broken as broken:
        raise Invalid.one(field, str(broken), scheme=str(scheme)) from None


def _compact(text: str) -> str:
    return re.sub(r"[\s\-.]", "", text).upper()


def _ror(text: str) -> str:
    number = re.sub(r"^(https?://)?(www\.)?ror\.org/", "", text.lower())
    if not _ROR.fullmatch(number):
        raise _Broken("format")
    total = 0
    for character in number[:7]:
        total = total * 32 + _CROCKFORD.index(character)
    if 98 - total * 100 % 97 != int(number[7:]):
        raise _Broken("check_digit")
    return number


def _uscc(text: str) -> str:
    number = _compact(text)
    if not _USCC.fullmatch(number):
        raise _Broken("format")
    total = sum(USCC_ALPHABET.index(c) * weight for c, weight in zip(number, USCC_WEIGHTS, strict=False))
    if USCC_ALPHABET[-total % 31] != number[17]:
        raise _Broken("check_digit")
    return number


def organisation_code_holds(uscc: str) -> bool:
    """Whether the organisation code inside a checked USCC has its own check character too; codes without it are in
    use, so this advises the person who verifies and refuses nothing."""
    return gb11714_check(uscc[8:16]) == uscc[16]


def gb11714_check(body: str) -> str:
    """The check character of an eight-character organisation code (GB 11714): 10 is X, 11 is 0."""
    total = sum(int(character, 36) * weight for character, weight in zip(body, GB11714_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def _hk_ubi(text: str) -> str:
    # Business Registration certificates show the number as 12345678-000-01-26-0: the first part is the identifier.
    number = re.sub(r"\s", "", text).partition("-")[0]
    return _matching(r"\d{8}", number)


def _lei(text: str) -> str:
    number = _compact(text)
    _matching(r"[0-9A-Z]{18}\d{2}", number)
    if not stdnum_lei.is_valid(number):
        raise _Broken("check_digit")
    return number


def _isni(text: str) -> str:
    number = _compact(re.sub(r"^(https?://)?(www\.)?isni\.org/(isni/)?", "", text.lower()))
    _matching(r"\d{15}[\dX]", number)
    if not mod_11_2.is_valid(number):
        raise _Broken("check_digit")
    return number


def _orcid(text: str) -> str:
    number = _isni(re.sub(r"^(https?://)?(www\.)?orcid\.org/", "", text.lower()))
    if not _idutils().is_orcid(number):
        raise _Broken("range")
    return "-".join(number[at : at + 4] for at in range(0, 16, 4))


@cache
def _idutils() -> Any:
    # It takes half a second to load, and few processes ever meet such a number.
    return import_module("idutils")


def _mo_registration(text: str) -> str:
    # Macao publishes neither a format nor a check digit: what was typed is kept.
    return _matching(r"\S.{0,39}", re.sub(r"\s+", " ", text))


def _gb_company(text: str) -> str:
    number = _compact(text)
    return _matching(r"(\d{8}|[A-Z]{2}\d{6})", number.rjust(8, "0") if number.isdigit() else number)


def _by_library(validate: Callable[[str], str]) -> Callable[[str], str]:
    def checked(text: str) -> str:
        try:
            return validate(text)
        except ValidationError:
            raise _Broken("format") from None

    return checked


def _matching(pattern: str, number: str) -> str:
    if not re.fullmatch(pattern, number, re.ASCII):
        raise _Broken("format")
    return number


_CHECKS: dict[Scheme, Callable[[str], str]] = {
    Scheme.ROR: _ror,
    Scheme.USCC: _uscc,
    Scheme.HK_UBI: _hk_ubi,
    Scheme.LEI: _lei,
    Scheme.ORCID: _orcid,
    Scheme.ISNI: _isni,
    Scheme.MO_REGISTRATION: _mo_registration,
    Scheme.SG_UEN: _by_library(stdnum_uen.validate),
    Scheme.GB_COMPANY: _gb_company,
    Scheme.EU_VAT: _by_library(stdnum_eu_vat.validate),
    Scheme.US_EIN: _by_library(stdnum_ein.validate),
}
