"""What the revision before asks of new rows holds for old ones too."""

from alembic import op

revision = "c0012"
down_revision = "c0011"
branch_labels = None
depends_on = None

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
    for table, checks in _CHECKS.items():
        for name in checks:
            op.execute(f"alter table {table} validate constraint {name}")


def downgrade() -> None:
    for table, checks in _CHECKS.items():
        for name, rule in checks.items():
            op.drop_constraint(name, table)
            op.execute(f"alter table {table} add constraint {name} check ({rule}) not valid")
