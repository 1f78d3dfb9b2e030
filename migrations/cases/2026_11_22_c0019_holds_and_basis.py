"""What cases knows of a referral: until when it is on hold, what it rests on, and what goes back to who sent it."""

from alembic import op

revision = "c0019"
down_revision = "c0017"
branch_labels = None
depends_on = None

_COLUMNS = (
    "on_hold_until date",
    "paused_days integer not null default 0",
    "return_scope text",
    "consent_id uuid",
    "legal_basis text",
)


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table known_referrals add column {column}")


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("known_referrals", column.partition(" ")[0])
