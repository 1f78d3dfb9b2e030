"""Which side somebody stands on, after a release too."""

revision = "referrals_0011"
down_revision = "referrals_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
