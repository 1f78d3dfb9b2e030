"""A promise that was missed is another thing than one that comes near; and whether help was broken off.

Of what was heard before, nobody can say which it was: it stays where it is.
"""

from alembic import op

revision = "c0020"
down_revision = "c0019"
branch_labels = None
depends_on = None

_COLUMNS = ("missed_on date", "missed_told_at timestamptz", "broken_off boolean not null default false")


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table known_referrals add column {column}")


def downgrade() -> None:
    for column in reversed(_COLUMNS):
        op.drop_column("known_referrals", column.partition(" ")[0])
