"""People, organisations, memberships, and the ways in: sign-in sessions, mailed links, API tokens."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from enum import Enum
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Index,
    LargeBinary,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized, text_enum


class PlatformRole(Enum):
    """Who may see the whole platform: administrators act, auditors only read."""

    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"


class Person(Base):
    """Somebody with an account. An erased person keeps the row and a pseudonym, nothing else."""

    __tablename__ = "people"
    __table_args__ = (
        Index("uq_people_email", text("lower(email)"), unique=True),
        CheckConstraint("language IN ('en', 'zh-Hant', 'zh-Hans')", name="language_known"),
        CheckConstraint("(erased_at IS NULL) OR (email IS NULL AND name IS NULL)", name="erased_is_empty"),
    )

    id: Mapped[Id]
    email: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    pseudonym: Mapped[str] = mapped_column(Text, unique=True, doc="stable, stands for the person once erased")
    password_hash: Mapped[str | None] = mapped_column(Text, doc="argon2id")
    language: Mapped[str] = mapped_column(Text, default="en")
    time_zone: Mapped[str] = mapped_column(Text, default="Asia/Hong_Kong")
    orcid: Mapped[str | None] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text)
    platform_role: Mapped[PlatformRole | None] = mapped_column(text_enum(PlatformRole))
    totp_secret: Mapped[str | None] = mapped_column(Text, doc="encrypted with a key derived from the secret key")
    totp_step: Mapped[int | None] = mapped_column(BigInteger, doc="last step used: a code works once")
    recovery_codes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="digests of unused codes")
    consent_version: Mapped[str | None] = mapped_column(Text)
    consent_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    calendar_secret: Mapped[str | None] = mapped_column(Text, unique=True, doc="digest of the private feed's secret")
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    suspended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    erased_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SignInSession(Base):
    """One browser in which a person is signed in; known by the digest of its token."""

    __tablename__ = "sign_in_sessions"
    __table_args__ = (Index("ix_sign_in_sessions_person_id", "person_id"),)

    id: Mapped[Id]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    created_at: Mapped[Instant]
    last_seen_at: Mapped[Instant]
    methods: Mapped[list[str]] = mapped_column(ARRAY(Text), doc="password, totp, recovery_code")
    browser: Mapped[str] = mapped_column(Text, doc="family and system only, for the list of sessions")
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class SeeingAs(Base):
    """A while in which an administrator sees the site as somebody else, in one browser, and changes nothing."""

    __tablename__ = "seeing_as"
    __table_args__ = (
        CheckConstraint("administrator_id <> person_id", name="somebody_else"),
        CheckConstraint("begun_at < ends_at", name="ends_later"),
        Index("uq_seeing_as_live", "session_id", unique=True, postgresql_where="ended_at IS NULL"),
        Index("ix_seeing_as_person_id", "person_id", "begun_at"),
    )

    id: Mapped[Id]
    session_id: Mapped[UUID] = mapped_column(ForeignKey("sign_in_sessions.id"))
    administrator_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    begun_at: Mapped[Instant]
    ends_at: Mapped[Instant]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class LinkPurpose(Enum):
    """What a mailed link lets its holder do, once."""

    SIGN_UP = "sign_up"
    RESET = "reset"
    CHANGE_EMAIL = "change_email"
    INVITATION = "invitation"


class MailedLink(Base):
    """A one-time link; only the digest of its token is kept."""

    __tablename__ = "mailed_links"
    __table_args__ = (
        Index("ix_mailed_links_person_id", "person_id"),
        Index("ix_mailed_links_expires_at", "expires_at"),
    )

    id: Mapped[Id]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    purpose: Mapped[LinkPurpose] = mapped_column(text_enum(LinkPurpose))
    email: Mapped[str] = mapped_column(Text)
    person_id: Mapped[UUID | None] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    details: Mapped[Document] = mapped_column(JSONB, default=dict)
    created_by: Mapped[UUID | None]
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class OrganisationKind(Enum):
    """What an organisation is."""

    UNIVERSITY = "university"
    FIRM = "firm"
    INSTITUTE = "institute"
    AGENCY = "agency"
    OPERATOR = "operator"


class Control(Enum):
    """Who controls an organisation, as the rules on genetic resources and exports ask."""

    MAINLAND = "mainland"
    HK_MACAO = "hk_macao"
    FOREIGN = "foreign"


class Verification(Enum):
    """Whether an administrator has verified an organisation; until then it drafts and browses only."""

    PENDING = "pending"
    VERIFIED = "verified"
    REFUSED = "refused"


class Organisation(Base):
    """A university, firm, institute, agency or operator."""

    __tablename__ = "organisations"
    __table_args__ = (
        Index("ix_organisations_verification", "verification"),
        Index("ix_organisations_jurisdiction_code", "jurisdiction_code"),
    )

    id: Mapped[Id]
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[Localized]
    kind: Mapped[OrganisationKind] = mapped_column(text_enum(OrganisationKind))
    jurisdiction_code: Mapped[str] = mapped_column(ForeignKey("jurisdictions.code"))
    city: Mapped[str | None] = mapped_column(Text)
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("zones.code"))
    control: Mapped[Control] = mapped_column(text_enum(Control))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))
    agency_code: Mapped[str | None] = mapped_column(ForeignKey("agencies.code"))
    website: Mapped[str | None] = mapped_column(Text)
    about: Mapped[Localized] = mapped_column(JSONB, default=dict)
    verification: Mapped[Verification] = mapped_column(text_enum(Verification), default=Verification.PENDING)
    verification_reason: Mapped[str | None] = mapped_column(Text, doc="why it was refused")
    submitted_at: Mapped[Instant] = mapped_column(doc="since when it waits for an administrator's word")
    verified_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    calendar_secret: Mapped[str | None] = mapped_column(Text, unique=True, doc="digest")
    suspended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    created_by: Mapped[UUID | None]


class FormerOrganisationSlug(Base):
    """An address that an organisation had under an earlier name; it redirects to the present one."""

    __tablename__ = "former_organisation_slugs"

    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))


class FormerSeat(Base):
    """What an organisation was, where it was seated and whose it was, until an instant: figures of earlier days are
    told by it."""

    __tablename__ = "former_organisation_seats"

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    until: Mapped[Instant] = mapped_column(primary_key=True)
    kind: Mapped[OrganisationKind] = mapped_column(text_enum(OrganisationKind))
    jurisdiction_code: Mapped[str] = mapped_column(ForeignKey("jurisdictions.code"))
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("zones.code"))
    parent_id: Mapped[UUID | None] = mapped_column(ForeignKey("organisations.id"))


class IdentifierScheme(Enum):
    """Registers in which an organisation may be found; check rules in `values.identifiers`."""

    ROR = "ror"
    USCC = "uscc"
    HK_UBI = "hk_ubi"
    LEI = "lei"
    ISNI = "isni"
    MO_REGISTRATION = "mo_registration"
    SG_UEN = "sg_uen"
    GB_COMPANY = "gb_company"
    EU_VAT = "eu_vat"
    US_EIN = "us_ein"


class OrganisationIdentifier(Base):
    """One identifier of an organisation, in normal form; no two organisations share one."""

    __tablename__ = "organisation_identifiers"
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), primary_key=True)
    scheme: Mapped[IdentifierScheme] = mapped_column(text_enum(IdentifierScheme), primary_key=True)
    value: Mapped[str] = mapped_column(Text)


class Role(Enum):
    """What a person does in an organisation; one person may hold several."""

    RESEARCHER = "researcher"
    MANAGER = "manager"
    HOST_STAFF = "host_staff"
    HOST_MANAGER = "host_manager"
    AGENCY_OFFICER = "agency_officer"


class Membership(Base):
    """One role of one person in one organisation."""

    __tablename__ = "memberships"
    __table_args__ = (
        UniqueConstraint("person_id", "organisation_id", "role"),
        Index("ix_memberships_organisation_id", "organisation_id", "role"),
    )

    id: Mapped[Id]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[Role] = mapped_column(text_enum(Role))
    since: Mapped[Instant]
    granted_by: Mapped[UUID | None]


class Deputy(Base):
    """A host manager who stands in for another from one day to another, both included; both are told."""

    __tablename__ = "deputies"
    __table_args__ = (
        CheckConstraint("starts_on <= ends_on", name="days_ascend"),
        CheckConstraint("principal_id <> deputy_id", name="somebody_else"),
        Index("ix_deputies_organisation_id", "organisation_id"),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    principal_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    deputy_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    starts_on: Mapped[dt.date]
    ends_on: Mapped[dt.date]
    created_at: Mapped[Instant]


class TokenScope(Enum):
    """What an API token may do: read; also write; also what its owner may as administrator."""

    READ = "read"
    WRITE = "write"
    ADMIN = "admin"


class ApiToken(Base):
    """A bearer token of one person; only its digest is kept."""

    __tablename__ = "api_tokens"
    __table_args__ = (Index("ix_api_tokens_person_id", "person_id"),)

    id: Mapped[Id]
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    hint: Mapped[str] = mapped_column(Text, doc="last four characters, to tell tokens apart in the list")
    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(Text)
    scope: Mapped[TokenScope] = mapped_column(text_enum(TokenScope))
    created_at: Mapped[Instant]
    expires_at: Mapped[Instant]
    last_used_on: Mapped[dt.date | None]
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class AnsweredRequest(Base):
    """A request by which a program made something, by its Idempotency-Key: a retry is answered with the same thing."""

    __tablename__ = "answered_requests"
    __table_args__ = (Index("ix_answered_requests_at", "at"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("people.id"), primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary, doc="of what was asked for")
    subject_id: Mapped[UUID | None] = mapped_column(doc="what was made; null only while it is being made")
    at: Mapped[Instant]
