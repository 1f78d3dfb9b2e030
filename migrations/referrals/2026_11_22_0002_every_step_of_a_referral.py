"""Every step of a referral: claims, pauses, questions, redirections, reorganised units."""

from alembic import op

from migrations.helpers import protect

revision = "referrals_0002"
down_revision = "referrals_0001"
branch_labels = None
depends_on = None

_PROMISE = "check (receipt_takes_holding is not true or state not in ('rejected', 'entered-in-error'))"
_CLAIM = "check (num_nonnulls(claimed_by, claimed_at) in (0, 2))"
_ON_HOLD = """
    check (
        (state = 'on-hold') = (on_hold_since is not null)
        and (on_hold_until is null or on_hold_since is not null)
    )
    """


# Rules for rows that are there: made without looking at them, and then looked at without stopping anybody.
_RULES = {
    "ck_referrals_promise_is_kept": _PROMISE,
    "ck_referrals_whole_claim": _CLAIM,
    "ck_referrals_on_hold": _ON_HOLD,
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
    "alter table referrals add column if not exists claimed_by text",
    "alter table referrals add column if not exists claimed_at timestamptz",
    "alter table referrals add column if not exists on_hold_since timestamptz",
    "alter table referrals add column if not exists on_hold_until date",
    "drop index concurrently if exists ix_referrals_claimed",
    "create index concurrently if not exists ix_referrals_claimed "
    "on referrals (authority, claimed_by, requested_at, id) where claimed_by is not null",
    *(_MADE_ONCE.replace("THE_NAME", name).replace("THE_RULE", rule) for name, rule in _RULES.items()),
)
_TABLES = (
    *(f"alter table referrals validate constraint {name}" for name in _RULES),
    "alter table referral_steps add column words_sealed bytea",
    """
    create table redirections (
        authority text not null,
        predecessor_id uuid not null,
        successor_id uuid not null,
        to_sector text not null,
        to_unit text,
        reason_code text not null,
        at timestamptz not null,
        constraint pk_redirections primary key (authority, predecessor_id),
        constraint uq_redirections_authority_successor_id unique (authority, successor_id),
        constraint fk_redirections_authority_predecessor_id_referrals
            foreign key (authority, predecessor_id) references referrals (authority, id),
        constraint fk_redirections_authority_successor_id_referrals
            foreign key (authority, successor_id) references referrals (authority, id)
    )
    """,
    """
    create table questions (
        authority text not null,
        id uuid not null,
        referral_id uuid not null,
        text_sealed bytea not null,
        at timestamptz not null,
        by_unit text,
        by_subject text not null,
        constraint pk_questions primary key (authority, id),
        constraint uq_questions_authority_referral_id_id unique (authority, referral_id, id),
        constraint fk_questions_authority_referral_id_referrals
            foreign key (authority, referral_id) references referrals (authority, id)
    )
    """,
    "create index ix_questions_referral on questions (authority, referral_id, at, id)",
    """
    create table answers (
        authority text not null,
        id uuid not null,
        referral_id uuid not null,
        question_id uuid not null,
        text_sealed bytea not null,
        at timestamptz not null,
        by_unit text,
        by_subject text not null,
        constraint pk_answers primary key (authority, id),
        constraint uq_answers_authority_question_id unique (authority, question_id),
        constraint fk_answers_question
            foreign key (authority, referral_id, question_id) references questions (authority, referral_id, id)
    )
    """,
    "create index ix_answers_referral on answers (authority, referral_id, at, id)",
    """
    create table unit_reassignments (
        authority text not null,
        id uuid not null,
        sector text not null,
        from_unit text not null,
        to_unit text not null,
        moved bigint not null,
        kept bigint not null,
        remaining bigint not null,
        at timestamptz not null,
        by_subject text not null,
        constraint pk_unit_reassignments primary key (authority, id),
        constraint ck_unit_reassignments_another_unit check (from_unit <> to_unit)
    )
    """,
    "create index ix_unit_reassignments_sector on unit_reassignments (authority, sector, at, id)",
)
_WRITTEN_ONCE = ("redirections", "questions", "answers", "unit_reassignments")

# A link leads from a rejected referral to another one of the same need, and never back to where the chain began. Both
# ends are locked first, in order, so that two who would close a circle together come one after the other.
_NO_LOOP = """
    create function a_chain_has_no_loop() returns trigger language plpgsql set search_path = '' as $$
    begin
        perform 1 from public.referrals r
        where r.authority = new.authority and r.id in (new.predecessor_id, new.successor_id)
        order by r.id for update;
        if not exists (
            select 1 from public.referrals before
            join public.referrals after on after.authority = before.authority and after.need_id = before.need_id
            where before.authority = new.authority and before.id = new.predecessor_id
            and before.state = 'rejected' and after.id = new.successor_id
        ) then
            raise exception 'a redirection goes from a rejected referral to one of the same need'
                using errcode = 'integrity_constraint_violation';
        end if;
        if exists (
            with recursive above (id) as (
                select new.predecessor_id
                union
                select d.predecessor_id from public.redirections d
                join above on d.authority = new.authority and d.successor_id = above.id
            )
            select 1 from above where above.id = new.successor_id
        ) then
            raise exception 'a chain of redirections has no loop' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """
_WATCH = """
    create trigger a_chain_has_no_loop before insert on redirections
    for each row execute function a_chain_has_no_loop()
    """


def upgrade() -> None:
    """Add what the steps need."""
    with op.get_context().autocommit_block():
        for statement in _BESIDE:
            op.execute(statement)
    for statement in _TABLES:
        op.execute(statement)
    for table in _WRITTEN_ONCE:
        protect("referrals", table, app="select, insert")
    for statement in (_NO_LOOP, _WATCH):
        op.execute(statement)


def downgrade() -> None:
    """Take it away again. What is on hold, claimed or asked then is lost, so nobody does this to a running town."""
    for table in ("unit_reassignments", "answers", "questions", "redirections"):
        op.drop_table(table)
    op.execute("drop function a_chain_has_no_loop()")
    op.drop_column("referral_steps", "words_sealed")
    op.drop_index("ix_referrals_claimed")
    for name in ("on_hold", "whole_claim", "promise_is_kept"):
        op.execute(f"alter table referrals drop constraint ck_referrals_{name}")
    for column in ("on_hold_until", "on_hold_since", "claimed_at", "claimed_by"):
        op.drop_column("referrals", column)
