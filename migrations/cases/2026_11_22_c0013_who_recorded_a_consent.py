"""Who recorded a consent, and when the sector that gives confirmed it.

Of older ones nobody knows who recorded them: they go on as they were.
"""

from alembic import op

revision = "c0013"
down_revision = "c0012"
branch_labels = None
depends_on = None

_COLUMNS = ("recorded_by_sector text", "confirmed_at timestamptz")


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table consents add column {column}")


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("consents", column.partition(" ")[0])
