"""Referrals are addressed to a service, and to another authority."""

from alembic import op

from migrations.helpers import protect

revision = "referrals_0005"
down_revision = "referrals_0004"
branch_labels = None
depends_on = None

_RULES = {
    "ck_referrals_another_receiver": "check (to_sector <> from_sector or to_authority is not null)",
    "ck_referrals_another_authority": (
        "check (to_authority <> authority and to_authority ~ '^([0-9]{4}|R[0-9]{4}|CVR[0-9]{8})$')"
    ),
    "ck_referrals_holding_stays": "check (receipt_takes_holding is not true or to_authority is null)",
}
_MADE_ONCE = """
    do $$ begin
        if not exists (select 1 from pg_catalog.pg_constraint where conname = 'THE_NAME') then
            alter table referrals add constraint THE_NAME THE_RULE not valid;
        end if;
    end $$
    """

# Built beside the running town, each by itself and so first: a run that was cut short is run again, and what it left
# half built is made anew.
_BESIDE = (
    "alter table referrals add column if not exists to_service_id uuid",
    "alter table referrals add column if not exists to_authority text",
    "drop index concurrently if exists ix_referrals_service",
    "create index concurrently if not exists ix_referrals_service "
    "on referrals (authority, to_service_id, requested_at, id) where to_service_id is not null",
    *(_MADE_ONCE.replace("THE_NAME", name).replace("THE_RULE", rule) for name, rule in _RULES.items()),
)
_COLUMNS = (
    ("referral_steps", "by_authority text"),
    ("known_consents", "to_authority text"),
    ("redirections", "to_service_id uuid"),
    ("redirections", "to_authority text"),
    ("unit_reassignments", "from_elsewhere bigint not null default 0"),
)
_TABLES = (
    *(f"alter table referrals validate constraint {name}" for name in _RULES),
    # Nobody loses a guarantee: the new rule says the same of every row that is there, and of every row that is not
    # addressed to another authority.
    "-- squawk-ignore ban-drop-constraint\nalter table referrals drop constraint ck_referrals_another_sector",
    *(f"alter table {table} add column {column}" for table, column in _COLUMNS),
    """
    create table received_referrals (
        authority text not null,
        id uuid not null,
        home_authority text not null,
        case_id uuid not null,
        from_sector text not null,
        to_sector text not null,
        to_unit text,
        to_service_id uuid,
        responsible_unit text,
        claimed_by text,
        state text not null,
        due_on date,
        requested_at timestamptz not null,
        constraint pk_received_referrals primary key (authority, id),
        constraint fk_received_referrals_home_authority_id_referrals
            foreign key (home_authority, id) references referrals (authority, id),
        constraint ck_received_referrals_from_another check (home_authority <> authority)
    )
    """,
    "create index ix_received_referrals_inbox on received_referrals (authority, to_sector, requested_at, id)",
)


def upgrade() -> None:
    """Add the address, and where its receiver finds what is kept by another."""
    with op.get_context().autocommit_block():
        for statement in _BESIDE:
            op.execute(statement)
    for statement in _TABLES:
        op.execute(statement)
    protect("referrals", "received_referrals", app="select, insert, update")


def downgrade() -> None:
    """Take it away again. A referral to another authority has no place then, so nobody does this to a running town."""
    op.drop_table("received_referrals")
    for table, column in reversed(_COLUMNS):
        op.drop_column(table, column.partition(" ")[0])
    op.execute("alter table referrals add constraint ck_referrals_another_sector check (to_sector <> from_sector)")
    op.drop_index("ix_referrals_service")
    for name in reversed(_RULES):
        op.execute(f"alter table referrals drop constraint {name}")
    for column in ("to_authority", "to_service_id"):
        op.drop_column("referrals", column)
