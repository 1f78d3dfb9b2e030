"""Capacity is known per authority: two may offer one service."""

revision = "c0021"
down_revision = "c0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
