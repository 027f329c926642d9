"""What is listed: facilities, the units in them, their pictures and papers, and where they were imported from."""

from __future__ import annotations

import datetime as dt
from datetime import datetime
from decimal import Decimal
from enum import Enum
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Index, Numeric, Text, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.database import Base, Document, Id, Instant, Localized, text_enum


class FacilityKind(Enum):
    """A lab, a pilot line, or a single instrument that belongs to neither."""

    LAB = "lab"
    PILOT_LINE = "pilot_line"
    INSTRUMENT = "instrument"


class ListingState(Enum):
    """A draft is private; a paused, archived or suspended listing keeps its history; administrators suspend."""

    DRAFT = "draft"
    PUBLISHED = "published"
    PAUSED = "paused"
    ARCHIVED = "archived"
    SUSPENDED = "suspended"


class ReportReason(Enum):
    """What is wrong with a listing, as somebody sees it."""

    WRONG = "wrong"
    UNSAFE = "unsafe"
    UNLAWFUL = "unlawful"
    OTHER = "other"


class Scale(Enum):
    """How large a pilot line runs."""

    BENCH = "bench"
    PILOT = "pilot"
    DEMONSTRATION = "demonstration"


class ServiceMode(Enum):
    """Use it oneself, send samples in, or have the host's staff do it."""

    SELF_USE = "self_use"
    SEND_IN = "send_in"
    STAFFED = "staffed"


class Facility(Base):
    """One listing. Address, directions and arrival contact are shown only after a confirmed booking."""

    __tablename__ = "facilities"
    __table_args__ = (
        CheckConstraint("trl_min BETWEEN 1 AND 9 AND trl_max BETWEEN trl_min AND 9", name="trl_range"),
        CheckConstraint("mrl_min BETWEEN 1 AND 10 AND mrl_max BETWEEN mrl_min AND 10", name="mrl_range"),
        CheckConstraint("latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name="point_on_earth"),
        CheckConstraint("actual_opening IS NULL OR cancelled_on IS NULL", name="opened_or_cancelled"),
        Index("ix_facilities_organisation_id", "organisation_id"),
        Index("ix_facilities_state", "state", "published_at"),
        Index(
            "uq_facilities_import_key",
            "organisation_id",
            "import_key",
            unique=True,
            postgresql_where="import_key IS NOT NULL",
        ),
    )

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    slug: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[FacilityKind] = mapped_column(text_enum(FacilityKind))
    state: Mapped[ListingState] = mapped_column(text_enum(ListingState), default=ListingState.DRAFT)
    name: Mapped[Localized]
    summary: Mapped[Localized] = mapped_column(JSONB, default=dict)
    description: Mapped[Localized] = mapped_column(JSONB, default=dict)
    what_to_bring: Mapped[Localized] = mapped_column(JSONB, default=dict)
    address: Mapped[Localized] = mapped_column(JSONB, default=dict)
    directions: Mapped[Localized] = mapped_column(JSONB, default=dict)
    arrival_contact: Mapped[str | None] = mapped_column(Text)
    contact_name: Mapped[str | None] = mapped_column(Text)
    contact_email: Mapped[str | None] = mapped_column(Text)
    contact_phone: Mapped[str | None] = mapped_column(Text)
    contact_url: Mapped[str | None] = mapped_column(Text)
    website: Mapped[str | None] = mapped_column(Text)
    jurisdiction_code: Mapped[str | None] = mapped_column(ForeignKey("jurisdictions.code"))
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("zones.code"))
    city: Mapped[str | None] = mapped_column(Text)
    place_text: Mapped[str | None] = mapped_column(Text, doc="a place outside the loaded jurisdictions, as imported")
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(8, 5))
    time_zone: Mapped[str | None] = mapped_column(Text, doc="IANA; opening hours are read in it")
    service_modes: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    techniques: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="free words or scheme codes")
    instrument_classes: Mapped[list[str]] = mapped_column(
        ARRAY(Text), default=list, doc="China's 15 classes, by our code"
    )
    research_fields: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, doc="OECD FORD codes such as 2.10")
    trl_min: Mapped[int | None]
    trl_max: Mapped[int | None]
    mrl_min: Mapped[int | None]
    mrl_max: Mapped[int | None]
    scale: Mapped[Scale | None] = mapped_column(text_enum(Scale))
    throughput_amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 6))
    throughput_unit: Mapped[str | None] = mapped_column(Text, doc="such as kg/day or wafers/month")
    feedstock: Mapped[Localized] = mapped_column(JSONB, default=dict)
    cleanroom_class: Mapped[str | None] = mapped_column(Text, doc="ISO 14644-1 class, such as ISO 5")
    gmp: Mapped[bool | None]
    utilities: Mapped[Localized] = mapped_column(JSONB, default=dict)
    operator_supplied: Mapped[bool | None]
    planned_opening: Mapped[dt.date | None] = mapped_column(doc="the date committed to; earlier ones: FormerFacility")
    actual_opening: Mapped[dt.date | None]
    cancelled_on: Mapped[dt.date | None] = mapped_column(doc="the day on which opening it was given up")
    permit_facts: Mapped[Document] = mapped_column(
        JSONB,
        default=dict,
        doc="what permit rules ask of the place and only the host knows, by fact; unstated: left out",
    )
    import_key: Mapped[str | None] = mapped_column(Text, doc="the row's key in the file it came from")
    imported: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="values of the last import, by field"
    )
    open_licence: Mapped[str | None] = mapped_column(Text)
    sample: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1, doc="rises with each change; guards against lost edits")
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]
    published_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012


class ListingReport(Base):
    """Somebody's word that a listing is not as it should be; an administrator looks at it."""

    __tablename__ = "listing_reports"
    __table_args__ = (
        CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled_by_one"),
        Index(
            "uq_listing_reports_open", "facility_id", "reported_by", unique=True, postgresql_where="settled_at IS NULL"
        ),
        Index("ix_listing_reports_open", "reported_at", postgresql_where="settled_at IS NULL"),
    )

    id: Mapped[Id]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    reported_by: Mapped[UUID]
    reported_at: Mapped[Instant]
    reason: Mapped[ReportReason] = mapped_column(text_enum(ReportReason))
    text: Mapped[str] = mapped_column(Text, doc="in their own words; erased with them")
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_by: Mapped[UUID | None]


class FormerFacility(Base):
    """Where a facility stood and when it was to open, as its listing said until an instant: figures as of earlier
    ones are told by it, and the first date committed to stays."""

    __tablename__ = "former_facilities"

    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"), primary_key=True)
    until: Mapped[Instant] = mapped_column(primary_key=True)
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("zones.code"))
    time_zone: Mapped[str | None] = mapped_column(Text)
    planned_opening: Mapped[dt.date | None]
    actual_opening: Mapped[dt.date | None]
    cancelled_on: Mapped[dt.date | None]


class UnitKind(Enum):
    """What is booked."""

    BENCH = "bench"
    CLEAN_ROOM = "clean_room"
    INSTRUMENT = "instrument"
    LINE = "line"


class UnitState(Enum):
    """Bookable when active and its facility is published; paused while out of service."""

    ACTIVE = "active"
    PAUSED = "paused"
    ARCHIVED = "archived"


class Unit(Base):
    """What is booked. It has `places`; each place holds one booking at a time."""

    __tablename__ = "units"
    __table_args__ = (
        CheckConstraint("places BETWEEN 1 AND 500", name="places_range"),
        Index("ix_units_facility_id", "facility_id", "position"),
        Index(
            "uq_units_import_key", "facility_id", "import_key", unique=True, postgresql_where="import_key IS NOT NULL"
        ),
    )

    id: Mapped[Id]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[UnitKind] = mapped_column(text_enum(UnitKind))
    state: Mapped[UnitState] = mapped_column(text_enum(UnitState), default=UnitState.ACTIVE)
    places: Mapped[int] = mapped_column(default=1)
    name: Mapped[Localized]
    description: Mapped[Localized] = mapped_column(JSONB, default=dict)
    maker: Mapped[str | None] = mapped_column(Text)
    model: Mapped[str | None] = mapped_column(Text)
    serial_number: Mapped[str | None] = mapped_column(Text)
    instrument_class: Mapped[str | None] = mapped_column(Text)
    techniques: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    measured_variables: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)
    pid: Mapped[str | None] = mapped_column(Text, doc="persistent identifier, PIDINST")
    pid_type: Mapped[str | None] = mapped_column(Text, doc="Handle, DOI ...")
    landing_page: Mapped[str | None] = mapped_column(Text)
    pidinst: Mapped[Document | None] = mapped_column(
        JSONB(none_as_null=True), doc="further PIDINST 1.0 fields, kept whole"
    )
    commissioned_on: Mapped[dt.date | None]
    decommissioned_on: Mapped[dt.date | None]
    original_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    original_value_currency: Mapped[str | None] = mapped_column(Text)
    purchased_on: Mapped[dt.date | None]
    permit_facts: Mapped[Document] = mapped_column(JSONB, default=dict, doc="the same of the equipment")
    import_key: Mapped[str | None] = mapped_column(Text)
    imported: Mapped[Document | None] = mapped_column(JSONB(none_as_null=True))
    calendar_secret: Mapped[str | None] = mapped_column(Text, unique=True, doc="digest")
    sample: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Instant]
    updated_at: Mapped[Instant]


class FormerUnit(Base):
    """What a unit was until an instant, of what figures of instruments read."""

    __tablename__ = "former_units"

    unit_id: Mapped[UUID] = mapped_column(ForeignKey("units.id"), primary_key=True)
    until: Mapped[Instant] = mapped_column(primary_key=True)
    kind: Mapped[UnitKind] = mapped_column(text_enum(UnitKind))
    places: Mapped[int]
    instrument_class: Mapped[str | None] = mapped_column(Text)
    commissioned_on: Mapped[dt.date | None]
    decommissioned_on: Mapped[dt.date | None]
    original_value_minor: Mapped[int | None] = mapped_column(BigInteger)
    original_value_currency: Mapped[str | None] = mapped_column(Text)


class AttachmentKind(Enum):
    """A photo is re-encoded and shown; a document is offered for download."""

    PHOTO = "photo"
    DOCUMENT = "document"


class FacilityFile(Base):
    """A photo or document of a facility, in the order its host gave."""

    __tablename__ = "facility_files"
    __table_args__ = (UniqueConstraint("facility_id", "file_id"),)

    id: Mapped[Id]
    facility_id: Mapped[UUID] = mapped_column(ForeignKey("facilities.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_files.id"))
    kind: Mapped[AttachmentKind] = mapped_column(text_enum(AttachmentKind))
    position: Mapped[int] = mapped_column(default=0)
    caption: Mapped[Localized] = mapped_column(JSONB, default=dict)
    credit: Mapped[str | None] = mapped_column(Text)


class FormerSlug(Base):
    """An address that a facility or organisation once had; it redirects to the present one."""

    __tablename__ = "former_slugs"

    kind: Mapped[str] = mapped_column(Text, primary_key=True, doc="facility or organisation")
    slug: Mapped[str] = mapped_column(Text, primary_key=True)
    subject_id: Mapped[UUID]


class ImportState(Enum):
    """Where an uploaded file stands."""

    UPLOADED = "uploaded"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ListingImport(Base):
    """One file brought in: its mapping of columns, progress and report."""

    __tablename__ = "listing_imports"
    __table_args__ = (Index("ix_listing_imports_organisation_id", "organisation_id", "created_at"),)

    id: Mapped[Id]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    file_id: Mapped[UUID] = mapped_column(ForeignKey("stored_files.id"))
    prepared_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("stored_files.id"), doc="what the file was read as; null once the import is done"
    )
    format: Mapped[str] = mapped_column(Text)
    encoding: Mapped[str] = mapped_column(Text)
    zone_code: Mapped[str | None] = mapped_column(ForeignKey("zones.code"))
    mapping: Mapped[Document] = mapped_column(JSONB, default=dict, doc="file column to our field")
    state: Mapped[ImportState] = mapped_column(text_enum(ImportState), default=ImportState.UPLOADED)
    rows_total: Mapped[int | None]
    rows_done: Mapped[int] = mapped_column(default=0)
    report: Mapped[Document] = mapped_column(JSONB, default=dict)
    created_by: Mapped[UUID | None] = mapped_column(doc="null: from the command line")
    created_at: Mapped[Instant]
    finished_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class RejectedRow(Base):
    """A row of an import that was refused, with field and reason, offered back as a file."""

    __tablename__ = "rejected_rows"

    import_id: Mapped[UUID] = mapped_column(ForeignKey("listing_imports.id"), primary_key=True)
    row: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    field: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text, doc="code")
    cells: Mapped[Document] = mapped_column(JSONB)
