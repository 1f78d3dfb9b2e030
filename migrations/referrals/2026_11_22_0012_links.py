"""Who made the link by which something was told."""

revision = "referrals_0012"
down_revision = "referrals_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
