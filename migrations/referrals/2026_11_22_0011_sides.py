"""Which side somebody stands on, after a release too.

What changed hands or was moved before this revision is not known any more: nothing kept it.
"""

from alembic import op

revision = "referrals_0011"
down_revision = "referrals_0010"
branch_labels = None
depends_on = None

_COLUMNS = (
    ("referrals", "need_owner", "text"),
    ("referrals", "asked_unit", "text"),
    ("referrals", "relied_on", "boolean not null default false"),
    ("answers", "by_sector", "text"),
)
_INDEXES = {
    "ix_referrals_stood_in": "(authority, need_owner, requested_at, id) where need_owner is not null",
    "ix_referrals_moved": "(authority, asked_unit, requested_at, id) where asked_unit is not null",
}


def upgrade() -> None:
    """Room for whose the need has become, for what a release rested on, and for the unit that was asked at first."""
    with op.get_context().autocommit_block():
        for table, column, kind in _COLUMNS:
            op.execute(f"alter table {table} add column if not exists {column} {kind}")
        for name, what in _INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently if not exists {name} on referrals {what}")


def downgrade() -> None:
    """Remove them. Who has taken a need over then finds nothing of what was asked for it."""
    for name in reversed(_INDEXES):
        op.drop_index(name)
    for table, column, _ in reversed(_COLUMNS):
        op.drop_column(table, column)
