"""Clocks of referrals, waivers of deadlines, and what authorities decide of guarantees."""

from alembic import op

from migrations.helpers import protect

revision = "referrals_0003"
down_revision = "referrals_0002"
branch_labels = None
depends_on = None

# Of the referrals that are there already none has a clock: the index is built beside the running town, over nothing.
# First of all, so that a build that was given up leaves nothing but itself behind, and is built anew.
_OF_A_REFERRAL = (
    "alter table referrals add column if not exists guarantee text, add column if not exists due_on date",
    "drop index concurrently if exists ix_referrals_due",
    """
    create index concurrently if not exists ix_referrals_due on referrals (authority, due_on)
    where due_on is not null
    """,
)
_TABLES = (
    """
    create table referral_clocks (
        authority text not null,
        referral_id uuid not null,
        guarantee text not null,
        starts text not null,
        counting text not null,
        lead_days integer not null,
        started_on date not null,
        due_on date not null,
        state text not null,
        paused_on date,
        settled_on date,
        approaching_told_at timestamptz,
        missed_told_at timestamptz,
        look_at timestamptz,
        constraint pk_referral_clocks primary key (authority, referral_id, guarantee),
        constraint fk_referral_clocks_authority_referral_id_referrals
            foreign key (authority, referral_id) references referrals (authority, id),
        constraint ck_referral_clocks_starts check (starts in ('approach', 'receipt', 'acceptance')),
        constraint ck_referral_clocks_counting check (counting in ('calendar', 'working')),
        constraint ck_referral_clocks_state check (
            state in ('running', 'paused', 'met', 'missed', 'waived', 'stopped')
        ),
        constraint ck_referral_clocks_days check (lead_days >= 0 and due_on > started_on),
        constraint ck_referral_clocks_paused check ((state = 'paused') = (paused_on is not null)),
        constraint ck_referral_clocks_settled check (
            state = 'missed' or (state in ('met', 'stopped', 'waived')) = (settled_on is not null)
        ),
        constraint ck_referral_clocks_look check (look_at is null or state in ('missed', 'running'))
    )
    """,
    "create index ix_referral_clocks_look on referral_clocks (look_at, authority) where look_at is not null",
    """
    create table deadline_waivers (
        authority text not null,
        referral_id uuid not null,
        version bigint not null,
        statement_sealed bytea not null,
        constraint pk_deadline_waivers primary key (authority, referral_id, version),
        constraint fk_deadline_waivers_step
            foreign key (authority, referral_id, version)
            references referral_steps (authority, referral_id, version)
    )
    """,
    """
    create table local_guarantees (
        id uuid not null,
        authority text not null,
        code text not null,
        version integer not null,
        label_da text not null,
        label_en text not null,
        days integer not null,
        counting text not null,
        starts text not null,
        lead_days integer not null,
        valid_from date not null,
        valid_to date,
        reason text not null,
        decided_by text not null,
        decided_at timestamptz not null,
        constraint pk_local_guarantees primary key (id),
        constraint uq_local_guarantees_authority_code_version unique (authority, code, version),
        constraint ck_local_guarantees_version check (version >= 1),
        constraint ck_local_guarantees_days check (
            days between 1 and 365 and lead_days between 0 and 365
        ),
        constraint ck_local_guarantees_counting check (counting in ('calendar', 'working')),
        constraint ck_local_guarantees_starts check (starts in ('approach', 'receipt', 'acceptance')),
        constraint ck_local_guarantees_period check (valid_to is null or valid_to >= valid_from)
    )
    """,
)
# A pause gives time and never takes any, and what was told is told once.
_MOVES_ON = (
    """
    create function clock_moves_on() returns trigger language plpgsql set search_path = '' as $$
    begin
        if new.due_on < old.due_on
            or new.approaching_told_at is distinct from coalesce(old.approaching_told_at, new.approaching_told_at)
            or new.missed_told_at is distinct from coalesce(old.missed_told_at, new.missed_told_at)
        then
            raise exception 'a clock moves on' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger clock_moves_on before update on referral_clocks
    for each row execute function clock_moves_on()
    """,
)
_RIGHTS = {
    # The terms a clock was started on, and the day it was started, are never written over.
    "referral_clocks": "select, insert, "
    "update (due_on, state, paused_on, settled_on, approaching_told_at, missed_told_at, look_at)",
    "deadline_waivers": "select, insert",
    "local_guarantees": "select, insert",
}


def upgrade() -> None:
    """Create them."""
    with op.get_context().autocommit_block():
        for statement in _OF_A_REFERRAL:
            op.execute(statement)
    for statement in (*_TABLES, *_MOVES_ON):
        op.execute(statement)
    for table, rights in _RIGHTS.items():
        protect("referrals", table, app=rights)
    # The messenger finds whose clocks have something to tell; of whom, and which promise, it cannot read.
    op.execute("grant select (authority, look_at) on referral_clocks to helhed_referrals_messenger")
    op.execute(
        "create policy messenger_select on referral_clocks for select to helhed_referrals_messenger using (true)"
    )


def downgrade() -> None:
    """Remove them."""
    for table in reversed(_RIGHTS):
        op.drop_table(table)
    op.execute("drop function clock_moves_on()")
    op.drop_index("ix_referrals_due")
    op.drop_column("referrals", "due_on")
    op.drop_column("referrals", "guarantee")
