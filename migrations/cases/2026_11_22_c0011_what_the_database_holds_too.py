"""Pauses and deadlines of referrals, as heard; and rules of endings that the database can hold too."""

from alembic import op

revision = "c0011"
down_revision = "c0010"
branch_labels = None
depends_on = None

_COLUMNS = ("on_hold_since timestamptz", "deadline date", "deadline_told_at timestamptz")

# A need is withdrawn in the citizen's own words (I10). Needs are handed on to somebody who caught them (I2). Who takes
# a case over has signed for it (I3). Who moved is let go of to somebody who knows (I8).
_CHECKS = {
    "needs": {
        "ck_needs_withdrawn_in_words": "outcome <> 'withdrawn-by-citizen' or outcome_statement is not null",
    },
    "releases": {
        "ck_releases_rests_on_a_catch": "ground <> 'needs-handed-on' or cardinality(referral_ids) > 0",
        "ck_releases_taken_over_by_receipt": "(taken_over_by is null) = (receipt_id is null)",
    },
    "cases": {
        "ck_cases_moved_to_who_knows": "closure_ground <> 'citizen-moved' or "
        "(to_authority is not null and (told is not null or receipt is not null))",
    },
}


def upgrade() -> None:
    for column in _COLUMNS:
        op.execute(f"alter table known_referrals add column {column}")
    for table, checks in _CHECKS.items():
        for name, rule in checks.items():
            # Not valid yet: the next revision reads the old rows, and nobody waits for that.
            op.execute(f"alter table {table} add constraint {name} check ({rule}) not valid")


def downgrade() -> None:
    for table, checks in _CHECKS.items():
        for name in checks:
            op.drop_constraint(name, table)
    for column in reversed(_COLUMNS):
        op.drop_column("known_referrals", column.partition(" ")[0])
