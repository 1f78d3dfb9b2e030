"""What an authority says of itself: dated policies."""

from alembic import op

from migrations.helpers import protect

revision = "c0005"
down_revision = "c0004"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table policies (
        id uuid not null,
        authority text not null,
        code text not null,
        version integer not null,
        value jsonb not null,
        valid_from date not null,
        reason text not null,
        decided_by text not null,
        decided_at timestamptz not null,
        constraint pk_policies primary key (id),
        constraint uq_policies_authority_code_version unique (authority, code, version),
        constraint ck_policies_version check (version >= 1),
        constraint ck_policies_value check (jsonb_typeof(value) in ('boolean', 'number'))
    )
    """,
)

# What was decided is never written over: a later decision is a later row.
_PROTECTED = {"policies": "select, insert"}


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _PROTECTED.items():
        protect("cases", table, app=verbs)


def downgrade() -> None:
    for table in reversed(_PROTECTED):
        op.drop_table(table)
