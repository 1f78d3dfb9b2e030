"""Somebody may catch who takes no part in the case: of another authority, or without seeing whom."""

from alembic import op

revision = "c0016"
down_revision = "c0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table known_referrals add column takes_part boolean not null default true")


def downgrade() -> None:
    op.drop_column("known_referrals", "takes_part")
