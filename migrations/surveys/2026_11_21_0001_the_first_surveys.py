"""The first surveys: known cases, programmes turned on, invitations with one-time links, sealed responses."""

import sqlalchemy as sa
from alembic import op

from migrations.helpers import create_chassis_tables, drop_chassis_tables, protect

revision = "surveys_0001"
down_revision = None
branch_labels = None
depends_on = None

_OWN = (
    "responses",
    "survey_sessions",
    "invitations",
    "programme_activations",
    "known_case_sectors",
    "known_cases",
)
_STATES = "state in ('issued', 'delivered', 'undeliverable', 'submitted', 'revoked', 'expired')"
_LIVE = "state in ('issued', 'delivered', 'undeliverable', 'submitted')"
_PURPOSES = "purpose in ('casework', 'evaluation')"


def upgrade() -> None:
    """Create everything surveys has."""
    create_chassis_tables("surveys")
    _create_what_is_known_of_cases()
    _create_programme_activations()
    _create_invitations()
    _create_survey_sessions()
    _create_responses()
    protect("surveys", "known_cases", app="select, insert, update")
    protect("surveys", "known_case_sectors", app="select, insert, delete")
    protect("surveys", "programme_activations", app="select, insert, update")
    protect("surveys", "invitations", app="select, insert, update")
    protect("surveys", "survey_sessions", app="select, insert, delete")
    # Answers are given once and never changed, not even by a defect of ours: the right to do so is not given.
    protect("surveys", "responses", app="select, insert")


def downgrade() -> None:
    """Remove it all."""
    for table in _OWN:
        op.drop_table(table)
    drop_chassis_tables()


def _create_what_is_known_of_cases() -> None:
    op.create_table(
        "known_cases",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("holding_sector", sa.Text, nullable=False),
        sa.Column("is_open", sa.Boolean, server_default=sa.true(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "case_id", name="pk_known_cases"),
    )
    op.create_table(
        "known_case_sectors",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("sector", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("authority", "case_id", "sector", name="pk_known_case_sectors"),
        sa.ForeignKeyConstraint(
            ["authority", "case_id"],
            ["known_cases.authority", "known_cases.case_id"],
            name="fk_known_case_sectors_authority_known_cases",
        ),
    )


def _create_programme_activations() -> None:
    op.create_table(
        "programme_activations",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("authority", "programme", name="pk_programme_activations"),
    )


def _create_invitations() -> None:
    op.create_table(
        "invitations",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("wave", sa.Text, nullable=False),
        sa.Column("instrument", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("link_digest", sa.LargeBinary),
        sa.Column("delivered_at", sa.DateTime(timezone=True)),
        sa.Column("undeliverable_reason", sa.Text),
        sa.Column("submitted_at", sa.DateTime(timezone=True)),
        sa.Column("version", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_invitations"),
        sa.ForeignKeyConstraint(
            ["authority", "case_id"],
            ["known_cases.authority", "known_cases.case_id"],
            name="fk_invitations_authority_known_cases",
        ),
        sa.CheckConstraint(_STATES, name="ck_invitations_state"),
        sa.CheckConstraint(_PURPOSES, name="ck_invitations_purpose"),
    )
    op.create_index("uq_invitations_link", "invitations", ["authority", "link_digest"], unique=True)
    op.create_index(
        "uq_invitations_wave",
        "invitations",
        ["authority", "case_id", "programme", "wave"],
        unique=True,
        postgresql_where=sa.text(_LIVE),
    )
    op.create_index("ix_invitations_case", "invitations", ["authority", "case_id", "issued_at", "id"])
    op.create_index("ix_invitations_latest", "invitations", ["authority", "issued_at", "id"])


def _create_survey_sessions() -> None:
    op.create_table(
        "survey_sessions",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("instrument_version", sa.Text, nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_survey_sessions"),
        sa.ForeignKeyConstraint(
            ["authority", "invitation_id"],
            ["invitations.authority", "invitations.id"],
            name="fk_survey_sessions_authority_invitations",
        ),
    )
    op.create_index("uq_survey_sessions_digest", "survey_sessions", ["authority", "digest"], unique=True)
    op.create_index("ix_survey_sessions_invitation", "survey_sessions", ["authority", "invitation_id"])


def _create_responses() -> None:
    op.create_table(
        "responses",
        sa.Column("authority", sa.Text, nullable=False),
        sa.Column("id", sa.Uuid, nullable=False),
        sa.Column("case_id", sa.Uuid, nullable=False),
        sa.Column("invitation_id", sa.Uuid, nullable=False),
        sa.Column("programme", sa.Text, nullable=False),
        sa.Column("wave", sa.Text, nullable=False),
        sa.Column("purpose", sa.Text, nullable=False),
        sa.Column("instrument", sa.Text, nullable=False),
        sa.Column("instrument_version", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("answers", sa.LargeBinary, nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_responses"),
        sa.ForeignKeyConstraint(
            ["authority", "invitation_id"],
            ["invitations.authority", "invitations.id"],
            name="fk_responses_authority_invitations",
        ),
        sa.CheckConstraint(_PURPOSES, name="ck_responses_purpose"),
    )
    op.create_index("uq_responses_invitation", "responses", ["authority", "invitation_id"], unique=True)
    op.create_index("ix_responses_case", "responses", ["authority", "case_id", "submitted_at", "id"])
