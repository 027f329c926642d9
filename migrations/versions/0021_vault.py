"""The vault of approvals and where it was used; the screening list and its reviewed matches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0021"
down_revision = "0020"

_KINDS = (
    "permit", "licence", "approval", "certificate", "accreditation", "registration", "filing", "letter_of_intent",
    "whitelist", "training",
)  # fmt: skip


def _choice(*values: str, name: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def _instant(name: str, *, nullable: bool = True) -> sa.Column:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def upgrade() -> None:
    _vault_entries()
    _vault_uses()
    _screened_parties()
    _screening_matches()


def _vault_entries() -> None:
    op.create_table(
        "vault_entries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("kind", _choice(*_KINDS, name="vault_kind"), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=True),
        sa.Column("list_code", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("issuer_code", sa.Text(), nullable=True),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("scope", JSONB(), nullable=False),
        sa.Column("parties", ARRAY(sa.Uuid()), nullable=False),
        sa.Column("volume_allowed", sa.Numeric(18, 3), nullable=True),
        sa.Column("volume_used", sa.Numeric(18, 3), nullable=False),
        sa.Column("volume_unit", sa.Text(), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("file_id", sa.Uuid(), nullable=True),
        sa.Column("source", _choice("owner", "grant", name="vault_source"), nullable=False),
        sa.Column("application_id", sa.Uuid(), nullable=True),
        sa.Column(
            "state", _choice("unverified", "verified", "rejected", "revoked", name="vault_state"), nullable=False
        ),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        _instant("entered_at", nullable=False),
        sa.Column("verified_by", sa.Uuid(), nullable=True),
        _instant("verified_at"),
        sa.Column("revoked_by", sa.Uuid(), nullable=True),
        _instant("revoked_at"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("warned_days", sa.Integer(), nullable=True),
        _instant("ended_at"),
        sa.CheckConstraint("num_nonnulls(organisation_id, person_id) = 1", name=op.f("ck_vault_entries_one_owner")),
        sa.CheckConstraint(
            "CASE kind WHEN 'whitelist' THEN list_code IS NOT NULL AND rule_id IS NULL"
            " WHEN 'training' THEN num_nonnulls(rule_id, list_code) = 0 AND title <> ''"
            " ELSE rule_id IS NOT NULL END",
            name=op.f("ck_vault_entries_stands_under"),
        ),
        sa.CheckConstraint("valid_to IS NULL OR valid_from <= valid_to", name=op.f("ck_vault_entries_days_ascend")),
        sa.CheckConstraint(
            "volume_used >= 0 AND (CASE WHEN volume_allowed IS NULL THEN volume_used = 0"
            " ELSE volume_allowed > 0 AND volume_used <= volume_allowed END)",
            name=op.f("ck_vault_entries_volume"),
        ),
        sa.CheckConstraint("(state = 'revoked') = (revoked_at IS NOT NULL)", name=op.f("ck_vault_entries_revoked")),
        sa.CheckConstraint("(source = 'grant') = (application_id IS NOT NULL)", name=op.f("ck_vault_entries_granted")),
        sa.ForeignKeyConstraint(["file_id"], ["stored_files.id"], name=op.f("fk_vault_entries_file_id")),
        sa.ForeignKeyConstraint(["issuer_code"], ["agencies.code"], name=op.f("fk_vault_entries_issuer_code")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_vault_entries_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_vault_entries_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_entries")),
    )
    for column in ("organisation_id", "person_id", "file_id"):
        op.create_index(f"ix_vault_entries_{column}", "vault_entries", [column])
    unverified, ending = sa.text("state = 'unverified'"), sa.text("state = 'verified' AND ended_at IS NULL")
    op.create_index("ix_vault_entries_unverified", "vault_entries", ["entered_at"], postgresql_where=unverified)
    op.create_index("ix_vault_entries_ending", "vault_entries", ["valid_to"], postgresql_where=ending)


def _vault_uses() -> None:
    effects = _choice("replaces", "shortens", "prioritises", "evidence", name="use_effect")
    op.create_table(
        "vault_uses",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("entry_id", sa.Uuid(), nullable=False),
        sa.Column("booking_id", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Text(), nullable=False),
        sa.Column("effect", effects, nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        _instant("noted_at", nullable=False),
        _instant("ended_at"),
        sa.ForeignKeyConstraint(["entry_id"], ["vault_entries.id"], name=op.f("fk_vault_uses_entry_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vault_uses")),
        sa.UniqueConstraint(
            "entry_id", "booking_id", "rule_id", name=op.f("uq_vault_uses_entry_id_booking_id_rule_id")
        ),
    )
    op.create_index("ix_vault_uses_booking_id", "vault_uses", ["booking_id"])
    op.create_index("ix_vault_uses_noted_at", "vault_uses", ["noted_at"])


def _screened_parties() -> None:
    listed_for = _choice("watchlist", "export_penalty", "other", name="screened_for")
    op.create_table(
        "screened_parties",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("names", ARRAY(sa.Text()), nullable=False),
        sa.Column("identifiers", ARRAY(sa.Text()), nullable=False),
        sa.Column("listed_for", listed_for, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("listed_from", sa.Date(), nullable=False),
        sa.Column("listed_to", sa.Date(), nullable=True),
        sa.Column("entered_by", sa.Uuid(), nullable=True),
        _instant("entered_at", nullable=False),
        sa.CheckConstraint("cardinality(names) > 0", name=op.f("ck_screened_parties_named")),
        sa.CheckConstraint(
            "listed_to IS NULL OR listed_from <= listed_to", name=op.f("ck_screened_parties_days_ascend")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screened_parties")),
    )


def _screening_matches() -> None:
    op.create_table(
        "screening_matches",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("party_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("person_id", sa.Uuid(), nullable=True),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("listed", sa.Text(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("state", _choice("open", "cleared", "confirmed", name="match_state"), nullable=False),
        _instant("found_at", nullable=False),
        sa.Column("reviewed_by", sa.Uuid(), nullable=True),
        _instant("reviewed_at"),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "num_nonnulls(organisation_id, person_id) = 1", name=op.f("ck_screening_matches_one_subject")
        ),
        sa.CheckConstraint("(state = 'open') = (reviewed_at IS NULL)", name=op.f("ck_screening_matches_reviewed")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_screening_matches_score")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisations.id"], name=op.f("fk_screening_matches_organisation_id")
        ),
        sa.ForeignKeyConstraint(["party_id"], ["screened_parties.id"], name=op.f("fk_screening_matches_party_id")),
        sa.ForeignKeyConstraint(["person_id"], ["people.id"], name=op.f("fk_screening_matches_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_screening_matches")),
        sa.UniqueConstraint(
            "party_id", "organisation_id", "person_id",
            name=op.f("uq_screening_matches_party_id_organisation_id_person_id"), postgresql_nulls_not_distinct=True,
        ),
    )  # fmt: skip
    for column in ("organisation_id", "person_id"):
        op.create_index(f"ix_screening_matches_{column}", "screening_matches", [column])
    waiting = sa.text("state = 'open'")
    op.create_index("ix_screening_matches_open", "screening_matches", ["found_at"], postgresql_where=waiting)


def downgrade() -> None:
    for table in ("screening_matches", "screened_parties", "vault_uses", "vault_entries"):
        op.drop_table(table)
