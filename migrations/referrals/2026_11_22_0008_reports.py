"""Reports: who was declined because of another need is found without reading every referral."""

from alembic import op

revision = "referrals_0008"
down_revision = "referrals_0007"
branch_labels = None
depends_on = None

# Built beside the running town; what a run that was cut short left half built is made anew.
_BESIDE = (
    "drop index concurrently if exists ix_referrals_two_doors",
    "create index concurrently if not exists ix_referrals_two_doors on referrals (authority, case_id, ending_code) "
    "where state = 'rejected' and ending_code in ('active-substance-use', 'untreated-mental-illness')",
)


def upgrade() -> None:
    """Add the index."""
    with op.get_context().autocommit_block():
        for statement in _BESIDE:
            op.execute(statement)


def downgrade() -> None:
    """Take it away again."""
    op.drop_index("ix_referrals_two_doors")
