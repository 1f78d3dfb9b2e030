"""A promise that was missed is another thing than one that comes near."""

revision = "c0020"
down_revision = "c0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
