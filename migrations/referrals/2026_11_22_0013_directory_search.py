"""What a search of the directory reads."""

revision = "referrals_0013"
down_revision = "referrals_0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
