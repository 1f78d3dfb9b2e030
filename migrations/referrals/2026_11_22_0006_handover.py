"""What is handed over with a request, referrals that their receiver does not see, and the codes that catch them."""

from alembic import op

from migrations.helpers import protect

revision = "referrals_0006"
down_revision = "referrals_0005"
branch_labels = None
depends_on = None

_ONE_BASIS = "num_nonnulls(consent_id, legal_basis) = case when anonymous then 0 else 1 end"
_WHOLE_CONTACT = """
    case when anonymous then first_contact_channel is null
    else num_nonnulls(first_contact_at, first_contact_channel) in (0, 2) end
    """
_UNSEEN = """
    not anonymous or (return_scope = 'caught-only' and state not in ('rejected', 'failed', 'on-hold')
    and num_nonnulls(claimed_by, responsible_unit, receipt_unit, receipt_coordinator, last_attempt_at) = 0
    and receipt_takes_holding is not true)
    """
_RULES = {
    "ck_referrals_one_basis": _ONE_BASIS,
    "ck_referrals_whole_contact": _WHOLE_CONTACT,
    "ck_referrals_unseen": _UNSEEN,
}
# The old rule goes and the new one comes in one statement, so that no row slips in between; what lies there already is
# looked at afterwards, without stopping anybody. A run that was cut short is run again.
# The lint's warning (a guarantee that somebody assumes is removed) is answered: of every referral that is not anonymous
# the new rule asks what the old one did.
_REPLACE = """
    -- squawk-ignore ban-drop-constraint
    alter table referrals drop constraint if exists {name}, add constraint {name} check ({rule}) not valid
    """
_BESIDE = (
    "alter table referrals add column if not exists anonymous boolean not null default false",
    *(_REPLACE.format(name=name, rule=rule) for name, rule in _RULES.items()),
)
_TABLES = (
    *(f"alter table referrals validate constraint {name}" for name in _RULES),
    """
    create table handover_contents (
        authority text not null,
        referral_id uuid not null,
        version bigint not null,
        wants_first_sealed bytea,
        tried_sealed bytea,
        do_not_ask_again_sealed bytea,
        risks_sealed bytea,
        contact_wishes_sealed bytea,
        constraint pk_handover_contents primary key (authority, referral_id, version),
        constraint fk_handover_contents_step
            foreign key (authority, referral_id, version)
            references referral_steps (authority, referral_id, version)
    )
    """,
    """
    create table catch_codes (
        authority text not null,
        id uuid not null,
        referral_id uuid not null,
        digest bytea not null,
        issued_at timestamptz not null,
        expires_at timestamptz not null,
        used_at timestamptz,
        replaced_at timestamptz,
        by_unit text,
        by_subject text not null,
        constraint pk_catch_codes primary key (authority, id),
        constraint uq_catch_codes_authority_digest unique (authority, digest),
        constraint fk_catch_codes_authority_referral_id_referrals
            foreign key (authority, referral_id) references referrals (authority, id),
        constraint ck_catch_codes_spent_once check (num_nonnulls(used_at, replaced_at) <= 1),
        constraint ck_catch_codes_period check (expires_at > issued_at)
    )
    """,
    "create index ix_catch_codes_referral on catch_codes (authority, referral_id, issued_at, id)",
    # Of two that are made at once the second finds the first and replaces it, or fails.
    """
    create unique index uq_catch_codes_one_unspent on catch_codes (authority, referral_id)
    where used_at is null and replaced_at is null
    """,
    """
    create table catch_confirmations (
        authority text not null,
        id uuid not null,
        code_id uuid not null,
        sector text not null,
        unit text,
        attended_on date not null,
        confirmed_at timestamptz not null,
        by_subject text not null,
        constraint pk_catch_confirmations primary key (authority, id),
        constraint uq_catch_confirmations_authority_code_id unique (authority, code_id),
        constraint fk_catch_confirmations_authority_code_id_catch_codes
            foreign key (authority, code_id) references catch_codes (authority, id)
    )
    """,
    "create index ix_catch_confirmations_sector on catch_confirmations (authority, sector, confirmed_at, id)",
)
_SPENT_ONCE = (
    """
    create function a_code_is_spent_once() returns trigger language plpgsql set search_path = '' as $$
    begin
        if num_nonnulls(old.used_at, old.replaced_at) > 0 then
            raise exception 'a code is spent once' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger a_code_is_spent_once before update on catch_codes
    for each row execute function a_code_is_spent_once()
    """,
)
# The receipt is a promise, and the contact what it rests on: others let go because of them. A referral is anonymous
# from its first moment or never.
_STAYS_GIVEN = (
    """
    create function what_was_promised_stays() returns trigger language plpgsql set search_path = '' as $$
    begin
        if old.anonymous is distinct from new.anonymous
            or (old.first_contact_at is not null and old.first_contact_at is distinct from new.first_contact_at)
            or (old.receipt_id is not null
                and (old.receipt_id, old.receipt_at, old.receipt_takes_holding, old.receipt_unit,
                     old.receipt_coordinator)
                is distinct from
                    (new.receipt_id, new.receipt_at, new.receipt_takes_holding, new.receipt_unit,
                     new.receipt_coordinator))
        then
            raise exception 'what was promised stays' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger what_was_promised_stays before update on referrals
    for each row execute function what_was_promised_stays()
    """,
)
_RIGHTS = {
    "handover_contents": "select, insert",
    "catch_codes": "select, insert, update (used_at, replaced_at)",
    "catch_confirmations": "select, insert",
}


def upgrade() -> None:
    """Add them."""
    with op.get_context().autocommit_block():
        for statement in _BESIDE:
            op.execute(statement)
    for statement in (*_TABLES, *_SPENT_ONCE, *_STAYS_GIVEN):
        op.execute(statement)
    for table, rights in _RIGHTS.items():
        protect("referrals", table, app=rights)


def downgrade() -> None:
    """Take them away again. An anonymous referral would then be seen, so nobody does this to a running town."""
    op.execute("drop trigger what_was_promised_stays on referrals")
    op.execute("drop function what_was_promised_stays()")
    for table in reversed(_RIGHTS):
        op.drop_table(table)
    op.execute("drop function a_code_is_spent_once()")
    for name in _RULES:
        op.execute(f"alter table referrals drop constraint {name}")
    op.drop_column("referrals", "anonymous")
    one_basis = "check (num_nonnulls(consent_id, legal_basis) = 1)"
    whole_contact = "check (num_nonnulls(first_contact_at, first_contact_channel) in (0, 2))"
    op.execute(f"alter table referrals add constraint ck_referrals_one_basis {one_basis}")
    op.execute(f"alter table referrals add constraint ck_referrals_whole_contact {whole_contact}")
