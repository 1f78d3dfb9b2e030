"""What cases knows of a referral: until when it is on hold, on which basis, what goes back."""

revision = "c0019"
down_revision = "c0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
