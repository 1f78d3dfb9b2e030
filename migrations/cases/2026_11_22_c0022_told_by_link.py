"""Who made the link by which a receiver told of the first contact, or gave its receipt."""

from alembic import op

revision = "c0022"
down_revision = "c0021"
branch_labels = None
depends_on = None

_COLUMNS = ("contact_link_made_by", "receipt_link_made_by")


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table known_referrals add column {column} text")


def downgrade() -> None:
    for column in _COLUMNS:
        op.drop_column("known_referrals", column)
