"""Referrals to another authority, and consents that name one. Those that are there are the case's own authority's."""

from alembic import op

revision = "c0016"
down_revision = "c0015"
branch_labels = None
depends_on = None

_TABLES = ("known_referrals", "consents")


def upgrade() -> None:
    for table in _TABLES:
        op.execute(f"alter table {table} add column to_authority text")


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_column(table, "to_authority")
