"""What each type of outcome says: its identifiers, what only it has, and what its form asks first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from marketplace.outcomes.models import OutcomeType as T
from marketplace.values.identifiers import Scheme
from marketplace.values.works import WorkScheme

DetailKind = Literal["text", "day", "whole", "flag", "choice"]
Ask = Literal["creators", "priorities", "classes", "value", "receipts", "readiness", "beneficiary"]

COMPANY: Final = tuple(
    scheme.value for scheme in (Scheme.USCC, Scheme.HK_UBI, Scheme.MO_REGISTRATION, Scheme.SG_UEN, Scheme.GB_COMPANY,
                                Scheme.EU_VAT, Scheme.US_EIN, Scheme.LEI)
)  # fmt: skip
_DOI, _ISBN, _RAID = WorkScheme.DOI.value, WorkScheme.ISBN.value, WorkScheme.RAID.value
_PATENT = (
    WorkScheme.PATENT_APPLICATION.value,
    WorkScheme.PATENT_PUBLICATION.value,
    WorkScheme.DOCDB_FAMILY.value,
)
_CONTRACT = (WorkScheme.CONTRACT.value, WorkScheme.REGISTRATION.value)
_AWARD = WorkScheme.AWARD.value


@dataclass(frozen=True, slots=True)
class Detail:
    """One member of `details`: what it is, from what it is chosen, and whether a submitted outcome needs it."""

    name: str
    kind: DetailKind
    choices: tuple[str, ...] = ()
    needed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What outcomes of a type say. `schemes` are the identifiers that they may bear, the usual one first; a submitted
    one needs one of `needs`, where there are any. `asks` are the general fields that its form shows unfolded."""

    schemes: tuple[str, ...]
    needs: tuple[str, ...] = ()
    details: tuple[Detail, ...] = ()
    asks: tuple[Ask, ...] = ()


def _contract(*more: Detail, needs: tuple[str, ...] = _CONTRACT) -> Shape:
    """A contract: known by its number, active from a day to a day, paid over years (HE-BCI counts each active year)."""
    days = Detail("starts_on", "day", needed=True), Detail("ends_on", "day")
    return Shape(
        schemes=(*_CONTRACT, _AWARD, _RAID),
        needs=needs,
        details=(*days, *more),
        asks=("value", "receipts", "readiness"),
    )


_EXCLUSIVE = Detail("exclusive", "flag")
_UNTIL = Detail("until", "day")
_IN_USE = Detail("in_use_since", "day", needed=True)  # Oslo 2018: brought into use, not intended

SHAPES: Final[Mapping[T, Shape]] = {
    T.PUBLICATION: Shape(
        schemes=(_DOI, _ISBN, _RAID, _AWARD),
        details=(
            Detail("venue", "text"),
            Detail("form", "choice", ("article", "conference", "book", "chapter", "preprint", "thesis", "other")),
            Detail("open_access", "flag"),
        ),
        asks=("creators",),
    ),
    T.DATASET: Shape(
        schemes=(_DOI, _RAID, WorkScheme.REGISTRATION.value), details=(Detail("venue", "text"),), asks=("creators",)
    ),
    T.SOFTWARE: Shape(
        schemes=(_DOI, WorkScheme.REGISTRATION.value),
        details=(Detail("venue", "text"), Detail("open_source", "flag")),
        asks=("creators", "readiness"),
    ),
    T.PATENT_FAMILY: Shape(
        schemes=_PATENT,
        needs=_PATENT,
        details=(
            Detail("right", "choice", ("invention", "utility_model", "design", "short_term", "other")),
            Detail("granted_on", "day"),
            Detail("assigned_on", "day"),
        ),
        asks=("priorities", "classes", "creators"),
    ),
    T.STANDARD: Shape(
        schemes=(WorkScheme.STANDARD.value, _DOI), needs=(WorkScheme.STANDARD.value,), details=(Detail("body", "text"),)
    ),
    T.LICENCE: Shape(
        schemes=(*_CONTRACT, *_PATENT),
        needs=_CONTRACT,
        details=(_EXCLUSIVE, _UNTIL),
        asks=("value", "receipts", "beneficiary"),
    ),
    T.OPTION: Shape(schemes=(*_CONTRACT, *_PATENT), needs=_CONTRACT, details=(_EXCLUSIVE, _UNTIL), asks=("value",)),
    T.ASSIGNMENT: Shape(schemes=(*_CONTRACT, *_PATENT), needs=_CONTRACT, asks=("value", "receipts", "beneficiary")),
    T.EQUITY_IN_KIND: Shape(schemes=(*_CONTRACT, *COMPANY), needs=(*_CONTRACT, *COMPANY), asks=("value",)),
    T.SPINOFF: Shape(
        schemes=COMPANY,
        needs=COMPANY,
        details=(
            Detail("name", "text", needed=True),
            Detail("ownership", "choice", ("provider", "formal", "staff", "graduate", "social"), needed=True),
            Detail("jobs", "whole"),
            Detail("ended_on", "day"),
        ),
    ),
    T.CONTRACT_RESEARCH: _contract(),
    T.COLLABORATIVE_RESEARCH: _contract(Detail("public_funder", "text", needed=True), needs=(*_CONTRACT, _AWARD)),
    T.CONSULTANCY: _contract(),
    T.FACILITY_SERVICE: _contract(),
    T.NEW_PRODUCT: Shape(
        schemes=(WorkScheme.REGISTRATION.value,), details=(_IN_USE,), asks=("readiness", "value", "beneficiary")
    ),
    T.PROCESS_IMPROVEMENT: Shape(
        schemes=(WorkScheme.REGISTRATION.value,), details=(_IN_USE,), asks=("readiness", "value", "beneficiary")
    ),
    T.PRODUCT_REGISTERED: Shape(
        schemes=(WorkScheme.REGISTRATION.value,),
        needs=(WorkScheme.REGISTRATION.value,),
        details=(Detail("body", "text", needed=True), _UNTIL),
        asks=("beneficiary",),
    ),
    T.TRAINING: Shape(
        schemes=(WorkScheme.REGISTRATION.value,),
        details=(Detail("persons", "whole", needed=True), Detail("hours", "whole")),
        asks=("beneficiary",),
    ),
    T.DEGREE: Shape(
        schemes=(Scheme.ORCID.value, _DOI),
        details=(Detail("degree", "choice", ("bachelor", "master", "doctor", "other"), needed=True),),
        asks=("creators",),
    ),
    T.JOB: Shape(
        schemes=(Scheme.ORCID.value,),
        details=(
            Detail("post", "text", needed=True),
            Detail("contract", "choice", ("permanent", "fixed_term", "internship", "secondment"), needed=True),
        ),
        asks=("creators",),
    ),
    T.FOLLOW_ON_FUNDING: Shape(
        schemes=(_AWARD, _RAID),
        needs=(_AWARD,),
        details=(Detail("funder", "text", needed=True), Detail("public", "flag")),
        asks=("value", "receipts"),
    ),
    T.POLICY_CITATION: Shape(
        schemes=(_DOI, WorkScheme.REGISTRATION.value), details=(Detail("body", "text", needed=True),)
    ),
    T.AWARD: Shape(schemes=(_AWARD,), details=(Detail("body", "text", needed=True),), asks=("creators",)),
    T.SAFETY_OR_QUALITY_CERTIFICATE: Shape(
        schemes=(WorkScheme.REGISTRATION.value,),
        needs=(WorkScheme.REGISTRATION.value,),
        details=(Detail("body", "text", needed=True), _UNTIL),
    ),
    T.OTHER: Shape(schemes=(WorkScheme.REGISTRATION.value, _DOI, _RAID), asks=("beneficiary",)),
}

FLOW_KINDS: Final = ("knowledge", "skill", "material", "data", "money")
PARTY_ROLES: Final = ("provider", "user", "funder", "co_owner", "licensee", "beneficiary")
SIZE_CLASSES: Final = ("micro", "small", "medium", "large", "not_a_business")
BASES: Final = ("agreement", "fractional_author", "hours", "equal", "negotiated")
METHODS: Final = (
    "contract_price",
    "receipts",
    "market_price",
    "cost",
    "avoided_cost",
    "willingness_to_pay",
    "estimate",
)
ANSWERS: Final = ("same", "later", "smaller", "elsewhere", "not_at_all")
EVIDENCE_KINDS: Final = ("document", "register_extract", "contract", "letter", "web_page", "other")
SCALES: Final = {"trl": 9, "mrl": 10}
