"""Indexes for worklists: a page of a unit's list is read in its order, however many referrals there are."""

from alembic import op

revision = "referrals_0009"
down_revision = "referrals_0008"
branch_labels = None
depends_on = None

_LIVE = "state in ('accepted', 'in-progress', 'on-hold', 'requested')"
_ELSEWHERE = (
    "responsible_unit is not null and responsible_unit is distinct from to_unit "
    "and responsible_unit is distinct from to_sector || ':' || to_unit "
    "and to_unit is distinct from to_sector || ':' || responsible_unit"
)
_BY_DAY = "due_on, requested_at desc, id desc"

_INDEXES = {
    "ix_referrals_received_due": f"(authority, to_sector, {_BY_DAY}) where due_on is not null",
    "ix_referrals_sent_due": "(authority, from_sector, due_on) where due_on is not null",
    "ix_referrals_sent_to": "(authority, from_sector, to_unit)",
    "ix_referrals_sent_away": "(authority, from_sector, requested_at, id) where to_authority is not null",
    "ix_referrals_unit": "(authority, to_unit, requested_at, id) where to_unit is not null",
    "ix_referrals_unit_due": f"(authority, to_unit, {_BY_DAY}) where due_on is not null",
    "ix_referrals_unit_live": f"(authority, to_unit, requested_at, id) where {_LIVE}",
    "ix_referrals_acting": f"(authority, responsible_unit, requested_at, id) where {_ELSEWHERE}",
    "ix_referrals_acting_due": f"(authority, responsible_unit, {_BY_DAY}) where due_on is not null and {_ELSEWHERE}",
    "ix_referrals_acting_live": f"(authority, responsible_unit, requested_at, id) where {_LIVE} and {_ELSEWHERE}",
}


def upgrade() -> None:
    """Build them beside the running town. One that was left half built is built anew."""
    with op.get_context().autocommit_block():
        for name, what in _INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently if not exists {name} on referrals {what}")
        # Whose day it is, is asked sector by sector or unit by unit: of a whole authority nobody asks.
        op.execute("drop index concurrently if exists ix_referrals_due")


def downgrade() -> None:
    """Remove them."""
    op.execute("create index ix_referrals_due on referrals (authority, due_on) where due_on is not null")
    for name in _INDEXES:
        op.drop_index(name)
