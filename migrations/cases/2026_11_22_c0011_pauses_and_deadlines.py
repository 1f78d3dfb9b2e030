"""Pauses and deadlines of referrals, as heard."""

from alembic import op

revision = "c0011"
down_revision = "c0010"
branch_labels = None
depends_on = None

_COLUMNS = ("on_hold_since timestamptz", "deadline date", "deadline_told_at timestamptz")


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table known_referrals add column {column}")


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("known_referrals", column.partition(" ")[0])
