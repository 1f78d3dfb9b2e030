"""Begun: partner_links."""

revision = "referrals_0007"
down_revision = "referrals_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""


def downgrade() -> None:
    """Nothing."""
