"""What a citizen said who declined all help: sealed. Of older endings nobody wrote it down."""

from alembic import op

revision = "c0014"
down_revision = "c0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("alter table cases add column closure_statement bytea")


def downgrade() -> None:
    op.drop_column("cases", "closure_statement")
