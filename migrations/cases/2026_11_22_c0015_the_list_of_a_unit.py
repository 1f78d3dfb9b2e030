"""The worklist of a unit, in the order in which it is read."""

from alembic import op

revision = "c0015"
down_revision = "c0014"
branch_labels = None
depends_on = None

# Built beside the running town, so nobody waits for it; what an interrupted try has left is taken away first.
_INDEX = (
    "drop index concurrently if exists ix_cases_holding_unit",
    "create index concurrently if not exists ix_cases_holding_unit on cases "
    "(authority, holding_sector, holding_unit, attention_rank, opened_at, id) where status = 'open'",
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _INDEX:
            op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_cases_holding_unit")
