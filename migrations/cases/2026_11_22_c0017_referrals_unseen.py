"""Referrals of which the receiver is not told: they give it no sight of the case."""

from alembic import op

revision = "c0017"
down_revision = "c0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table known_referrals add column anonymous boolean not null default false")


def downgrade() -> None:
    op.drop_column("known_referrals", "anonymous")
