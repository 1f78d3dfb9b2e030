"""Begun: worklists."""

revision = "referrals_0009"
down_revision = "referrals_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing."""
