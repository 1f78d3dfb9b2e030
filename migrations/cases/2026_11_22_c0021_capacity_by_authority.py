"""Capacity is known per authority: two may offer one service. And of a service that takes in nobody, it is known."""

from alembic import op

revision = "c0021"
down_revision = "c0020"
branch_labels = None
depends_on = None

# Built beside the running town; what an interrupted try has left is taken away first.
_UNIQUE = (
    "drop index concurrently if exists known_capacity_of_an_authority",
    "create unique index concurrently if not exists known_capacity_of_an_authority "
    "on known_capacity (authority, service_id)",
)
# A process of the release before, which looks for the old key, tries again until the new one takes over.
_KEY = """
    -- squawk-ignore ban-drop-constraint
    alter table known_capacity drop constraint pk_known_capacity,
        add constraint pk_known_capacity primary key using index known_capacity_of_an_authority
"""


def upgrade() -> None:
    """Whose a row is becomes part of its key."""
    with op.get_context().autocommit_block():
        for statement in _UNIQUE:
            op.execute(statement)
    op.execute(_KEY)
    op.execute("alter table known_capacity add column active boolean not null default true")


def downgrade() -> None:
    """One row for a service, as before: not where two authorities have told of one."""
    op.execute("alter table known_capacity drop column active")
    op.execute("alter table known_capacity drop constraint pk_known_capacity")
    op.execute("alter table known_capacity add constraint pk_known_capacity primary key (service_id)")
