"""Facilities, units, their files, and where they were imported from."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "former_slugs",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "slug", name=op.f("pk_former_slugs")),
    )
    op.create_table(
        "facilities",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "lab",
                "pilot_line",
                "instrument",
                name="facility_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "paused",
                "archived",
                name="listing_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("summary", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("what_to_bring", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("address", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("directions", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("arrival_contact", sa.Text(), nullable=True),
        sa.Column("contact_name", sa.Text(), nullable=True),
        sa.Column("contact_email", sa.Text(), nullable=True),
        sa.Column("contact_phone", sa.Text(), nullable=True),
        sa.Column("contact_url", sa.Text(), nullable=True),
        sa.Column("website", sa.Text(), nullable=True),
        sa.Column("jurisdiction_code", sa.Text(), nullable=True),
        sa.Column("zone_code", sa.Text(), nullable=True),
        sa.Column("city", sa.Text(), nullable=True),
        sa.Column("place_text", sa.Text(), nullable=True),
        sa.Column("latitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("longitude", sa.Numeric(precision=8, scale=5), nullable=True),
        sa.Column("time_zone", sa.Text(), nullable=True),
        sa.Column("service_modes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("techniques", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("instrument_classes", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("research_fields", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("trl_min", sa.Integer(), nullable=True),
        sa.Column("trl_max", sa.Integer(), nullable=True),
        sa.Column("mrl_min", sa.Integer(), nullable=True),
        sa.Column("mrl_max", sa.Integer(), nullable=True),
        sa.Column(
            "scale",
            sa.Enum(
                "bench", "pilot", "demonstration", name="scale", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("throughput_amount", sa.Numeric(precision=18, scale=6), nullable=True),
        sa.Column("throughput_unit", sa.Text(), nullable=True),
        sa.Column("feedstock", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("cleanroom_class", sa.Text(), nullable=True),
        sa.Column("gmp", sa.Boolean(), nullable=True),
        sa.Column("utilities", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("operator_supplied", sa.Boolean(), nullable=True),
        sa.Column("planned_opening", sa.Date(), nullable=True),
        sa.Column("actual_opening", sa.Date(), nullable=True),
        sa.Column("import_key", sa.Text(), nullable=True),
        sa.Column("imported", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("open_licence", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90 AND longitude BETWEEN -180 AND 180", name=op.f("ck_facilities_point_on_earth")
        ),
        sa.CheckConstraint(
            "mrl_min BETWEEN 1 AND 10 AND mrl_max BETWEEN mrl_min AND 10", name=op.f("ck_facilities_mrl_range")
        ),
        sa.CheckConstraint(
            "trl_min BETWEEN 1 AND 9 AND trl_max BETWEEN trl_min AND 9", name=op.f("ck_facilities_trl_range")
        ),
        sa.ForeignKeyConstraint(
            ["jurisdiction_code"], ["jurisdictions.code"], name=op.f("fk_facilities_jurisdiction_code")
        ),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisations.id"], name=op.f("fk_facilities_organisation_id")),
        sa.ForeignKeyConstraint(["zone_code"], ["zones.code"], name=op.f("fk_facilities_zone_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facilities")),
        sa.UniqueConstraint("slug", name=op.f("uq_facilities_slug")),
    )
    op.create_index("ix_facilities_organisation_id", "facilities", ["organisation_id"], unique=False)
    op.create_index("ix_facilities_state", "facilities", ["state", "published_at"], unique=False)
    op.create_index(
        "uq_facilities_import_key",
        "facilities",
        ["organisation_id", "import_key"],
        unique=True,
        postgresql_where="import_key IS NOT NULL",
    )
    op.create_table(
        "listing_imports",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("format", sa.Text(), nullable=False),
        sa.Column("encoding", sa.Text(), nullable=False),
        sa.Column("zone_code", sa.Text(), nullable=True),
        sa.Column("mapping", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "uploaded",
                "running",
                "done",
                "failed",
                name="import_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("rows_total", sa.Integer(), nullable=True),
        sa.Column("rows_done", sa.Integer(), nullable=False),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_listing_imports_file_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_listing_imports_organisation_id")
        ),
        sa.ForeignKeyConstraint(["zone_code"], ["zones.code"], name=op.f("fk_listing_imports_zone_code")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_listing_imports")),
    )
    op.create_index(
        "ix_listing_imports_organisation_id", "listing_imports", ["organisation_id", "created_at"], unique=False
    )
    op.create_table(
        "facility_files",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("photo", "document", name="attachment_kind", native_enum=False, create_constraint=True, length=40),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("caption", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("credit", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_facility_files_facility_id")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_facility_files_file_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_facility_files")),
        sa.UniqueConstraint("facility_id", "file_id", name=op.f("uq_facility_files_facility_id_file_id")),
    )
    op.create_table(
        "rejected_rows",
        sa.Column("import_id", sa.Uuid(), nullable=False),
        sa.Column("row", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("cells", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.ForeignKeyConstraint(["import_id"], ["listing_imports.id"], name=op.f("fk_rejected_rows_import_id")),
        sa.PrimaryKeyConstraint("import_id", "row", name=op.f("pk_rejected_rows")),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("facility_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "bench",
                "clean_room",
                "instrument",
                "line",
                name="unit_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "active", "paused", "archived", name="unit_state", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("name", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("description", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("maker", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("serial_number", sa.Text(), nullable=True),
        sa.Column("instrument_class", sa.Text(), nullable=True),
        sa.Column("techniques", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("measured_variables", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("pid", sa.Text(), nullable=True),
        sa.Column("pid_type", sa.Text(), nullable=True),
        sa.Column("landing_page", sa.Text(), nullable=True),
        sa.Column("pidinst", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("commissioned_on", sa.Date(), nullable=True),
        sa.Column("decommissioned_on", sa.Date(), nullable=True),
        sa.Column("original_value_minor", sa.BigInteger(), nullable=True),
        sa.Column("original_value_currency", sa.Text(), nullable=True),
        sa.Column("purchased_on", sa.Date(), nullable=True),
        sa.Column("import_key", sa.Text(), nullable=True),
        sa.Column("imported", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=True),
        sa.Column("calendar_secret", sa.Text(), nullable=True),
        sa.Column("sample", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("places BETWEEN 1 AND 500", name=op.f("ck_units_places_range")),
        sa.ForeignKeyConstraint(["facility_id"], ["facilities.id"], name=op.f("fk_units_facility_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_units")),
        sa.UniqueConstraint("calendar_secret", name=op.f("uq_units_calendar_secret")),
    )
    op.create_index("ix_units_facility_id", "units", ["facility_id", "position"], unique=False)
    op.create_index(
        "uq_units_import_key",
        "units",
        ["facility_id", "import_key"],
        unique=True,
        postgresql_where="import_key IS NOT NULL",
    )


def downgrade() -> None:
    op.drop_table("units")
    op.drop_table("rejected_rows")
    op.drop_table("facility_files")
    op.drop_table("listing_imports")
    op.drop_table("facilities")
    op.drop_table("former_slugs")
