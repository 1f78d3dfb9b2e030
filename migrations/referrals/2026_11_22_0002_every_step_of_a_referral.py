"""Every step of a referral."""

revision = "referrals_0002"
down_revision = "referrals_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
