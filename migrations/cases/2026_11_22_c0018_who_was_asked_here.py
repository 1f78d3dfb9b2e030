"""Who reads a case because they were asked: found among those of its own authority."""

from alembic import op

revision = "c0018"
down_revision = "c0022"
branch_labels = None
depends_on = None

_UNDER_WAY = "state in ('requested', 'accepted', 'in-progress')"
# Built beside the running town, so nobody waits for it; what an interrupted try has left is taken away first. The old
# one goes when the new one is there.
_INDEX = (
    "drop index concurrently if exists ix_known_referrals_asked_here",
    "create index concurrently if not exists ix_known_referrals_asked_here on known_referrals "
    f"(authority, to_sector, case_id) where {_UNDER_WAY} and to_authority is null",
    "drop index concurrently if exists ix_known_referrals_receiving",
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _INDEX:
            op.execute(statement)


def downgrade() -> None:
    op.execute(
        f"create index ix_known_referrals_receiving on known_referrals (authority, to_sector, case_id) "
        f"where {_UNDER_WAY}"
    )
    op.drop_index("ix_known_referrals_asked_here")
