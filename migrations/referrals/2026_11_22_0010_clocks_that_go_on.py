"""Clocks that go on through a redirection."""

revision = "referrals_0010"
down_revision = "referrals_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Filled by its part."""


def downgrade() -> None:
    """Filled by its part."""
