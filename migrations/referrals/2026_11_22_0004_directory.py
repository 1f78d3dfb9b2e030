"""Directory."""

revision = "referrals_0004"
down_revision = "referrals_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
