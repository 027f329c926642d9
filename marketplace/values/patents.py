"""Numbers of patents: applications and publications in one form, Chinese check digits recomputed."""

from __future__ import annotations

import re
from dataclasses import dataclass

# WIPO ST.3: states and the offices of several states.
OFFICES = frozenset(
    re.findall(
        "[A-Z]{2}",
        """
    AD AE AF AG AI AL AM AO AP AR AT AU AW AZ BA BB BD BE BF BG BH BI BJ BM BN BO BR BS BT BW BX BY BZ CA CD CF CG
    CH CI CK CL CM CN CO CR CS CU CV CW CY CZ DD DE DJ DK DM DO DZ EA EC EE EG EM EP ER ES ET FI FJ FR GA GB GC GD GE GH
    GM GN GQ GR GT GW GY HK HN HR HT HU ID IE IL IN IQ IR IS IT JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI
    LK LR LS LT LU LV LY MA MC MD ME MG MK ML MM MN MO MR MT MU MV MW MX MY MZ NA NE NG NI NL NO NP NZ OA OM PA PE PG
    PH PK PL PT PY QA RO RS RU RW SA SC SD SE SG SI SK SL SM SN SO ST SU SV SY SZ TD TG TH TJ TM TN TO TR TT TW TZ UA
    UG US UY UZ VC VE VN WO WS XN YE YU ZA ZM ZW
    """,
    )
)
# ZC 0006-2003 of China's patent office: the digits before the point, in this order, modulo 11; 10 is X.
CN_WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
_CN_YEARS = re.compile(r"(?:(?:8[5-9]|9\d|0[0-3])[12389]\d{5}|20\d{2}[12389]\d{7})", re.ASCII)
_PUBLICATION = re.compile(r"([A-Z]{2})([A-Z]{0,2}\d{3,13})([A-Z]\d?)?", re.ASCII)
_PCT = re.compile(r"PCT/?([A-Z]{2})(\d{4}|\d{2})/?(\d{5,6})", re.ASCII)
_PCT_DOCDB = re.compile(r"([A-Z]{2})((?:19|20)\d{2})(\d{6})W", re.ASCII)


class BrokenNumber(ValueError):
    """The number breaks a rule; the message is the rule's name: format, check_digit or country."""


@dataclass(frozen=True, slots=True)
class PatentNumber:
    """A published patent document: office (ST.3), number in DOCDB form, kind (ST.16) or nothing."""

    country: str
    number: str
    kind: str = ""

    @property
    def document(self) -> str:
        """Office and number without the kind: what the steps of one publication share."""
        return self.country + self.number

    def __str__(self) -> str:
        return self.document + self.kind


def cn_check_digit(body: str) -> str:
    """The check digit of the 8 or 12 digits of a Chinese application number (ZC 0006-2003)."""
    total = sum(int(digit) * weight for digit, weight in zip(body, CN_WEIGHTS, strict=False))
    return "0123456789X"[total % 11]


def cn_application(text: str) -> str:
    """A Chinese application or patent number as digits, point and check digit; ZL and CN are taken off, a check digit
    that is not given is computed. Raises `BrokenNumber`."""
    number = re.sub(r"^(?:CN|ZL|专利号|專利號|申请号|申請號|[:：.])+", "", _bare(text))
    found = re.fullmatch(r"(\d{12}|\d{8})\.?([\dX])?A?", number.replace("-", ""), re.ASCII)
    if not found or not _CN_YEARS.fullmatch(found[1]):
        raise BrokenNumber("format")
    check = cn_check_digit(found[1])
    if found[2] and found[2] != check:
        raise BrokenNumber("check_digit")
    return f"{found[1]}.{check}"


def application(text: str) -> str:
    """The number of any application with its office: CN with check digit, PCT/CN2020/012345, else as DOCDB has it,
    without check digit and kind. A number without an office must be Chinese and have its check digit, or it could be
    anything. Raises `BrokenNumber`."""
    number = _bare(text)
    if found := _PCT.fullmatch(number) or _PCT_DOCDB.fullmatch(number):
        return f"PCT/{_office(found[1])}{_year(found[2])}/{found[3]:0>6}"
    if re.fullmatch(r"\d{8}|\d{12}", number, re.ASCII):
        raise BrokenNumber("format")
    if number.startswith(("CN", "ZL")) or not number[:2].isalpha() or not number.isascii():
        return "CN" + cn_application(number)
    bare = re.sub(r"\.\d$", "", number)
    found = re.fullmatch(r"([A-Z]{2})([A-Z]{0,2}\d{4,14})[A-Z]?", re.sub(r"[^A-Z0-9]", "", bare))
    if not found:
        raise BrokenNumber("format")
    country, digits = _office(found[1]), found[2]
    if country == "US" and re.fullmatch(r"(?:19|20)\d{10}", digits):
        digits = digits[4:]  # DOCDB writes the year of filing before series and serial
    return country + digits


def publication(text: str) -> PatentNumber:
    """A publication number as office, number and kind: EP 129 539 A1 is EP0129539A1, WO 99/12345 is WO1999012345.
    Raises `BrokenNumber`."""
    number = _bare(text)
    if number.startswith("ZL") or re.search(r"\.[\dX]$", number):
        raise BrokenNumber("format")  # an application number
    found = _PUBLICATION.fullmatch(re.sub(r"[^A-Z0-9]", "", number))
    if not found or re.search(r"[^A-Z0-9./,'-]", number):
        raise BrokenNumber("format")
    country = _office(found[1])
    return PatentNumber(country, _NUMBERS.get(country, _any_number)(found[2]), found[3] or "")


def _any_number(number: str) -> str:
    return number


def _ep_number(number: str) -> str:
    return _matching(r"\d{7}", number.zfill(7))


def _wo_number(number: str) -> str:
    # Before July 2004 two digits of the year and five of the number; since then four and six.
    found = re.fullmatch(r"((?:19|20)\d{2})(\d{5,6})", number) or re.fullmatch(r"(\d{2})(\d{5,6})", number)
    if not found:
        raise BrokenNumber("format")
    return _year(found[1]) + found[2].zfill(6)


def _us_number(number: str) -> str:
    found = re.fullmatch(r"(RE|PP|AI|D|H|T|X)?(\d+)", number)
    if not found:
        raise BrokenNumber("format")
    if published := re.fullmatch(r"(20\d{2})0(\d{6})", found[2]):
        return published[1] + published[2]  # DOCDB leaves out the zero after the year
    return (found[1] or "") + _matching(r"\d{1,10}", found[2].lstrip("0"))


def _cn_number(number: str) -> str:
    return _matching(r"\d{7,9}", number)


_NUMBERS = {"EP": _ep_number, "WO": _wo_number, "US": _us_number, "CN": _cn_number, "HK": _cn_number}


def _year(digits: str) -> str:
    if len(digits) == 4:
        return digits
    return ("19" if int(digits) >= 78 else "20") + digits  # the treaty began in 1978


def _office(code: str) -> str:
    if code not in OFFICES:
        raise BrokenNumber("country")
    return code


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text).upper()


def _matching(pattern: str, number: str) -> str:
    if not re.fullmatch(pattern, number, re.ASCII):
        raise BrokenNumber("format")
    return number
