"""Begun: reports."""

revision = "referrals_0008"
down_revision = "referrals_0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing."""
