"""The first referrals: referrals with attempts and history, and what is known of cases, needs and consents."""

from alembic import op

from migrations.helpers import create_chassis_tables, drop_chassis_tables, protect

revision = "referrals_0001"
down_revision = None
branch_labels = None
depends_on = None

_REFERRALS = """
    create table referrals (
        authority text not null,
        id uuid not null,
        case_id uuid not null,
        need_id uuid not null,
        state text not null,
        from_sector text not null,
        from_unit text,
        requested_by text not null,
        to_sector text not null,
        to_unit text,
        responsible_unit text,
        reason_sealed bytea not null,
        consent_id uuid,
        legal_basis text,
        return_scope text not null,
        approached_on date,
        requested_at timestamptz not null,
        attempt_count bigint not null,
        last_attempt_at timestamptz,
        first_contact_at timestamptz,
        first_contact_channel text,
        first_contact_present text[],
        receipt_id uuid,
        receipt_at timestamptz,
        receipt_takes_holding boolean,
        receipt_unit text,
        receipt_coordinator text,
        ended_at timestamptz,
        ending_code text,
        ending_words_sealed bytea,
        version bigint not null,
        constraint pk_referrals primary key (authority, id),
        constraint ck_referrals_state check (
            state in ('draft', 'requested', 'accepted', 'rejected', 'in-progress', 'on-hold', 'completed', 'failed',
                      'cancelled', 'entered-in-error')
        ),
        constraint ck_referrals_return_scope check (
            return_scope in ('none', 'caught-only', 'dates', 'dates-and-outcome')
        ),
        constraint ck_referrals_another_sector check (to_sector <> from_sector),
        constraint ck_referrals_one_basis check (num_nonnulls(consent_id, legal_basis) = 1),
        constraint ck_referrals_whole_contact check (
            num_nonnulls(first_contact_at, first_contact_channel) in (0, 2)
        ),
        constraint ck_referrals_whole_receipt check (
            num_nonnulls(receipt_id, receipt_at, receipt_takes_holding) in (0, 3)
        ),
        constraint ck_referrals_contact_before_progress check (
            state not in ('in-progress', 'completed') or first_contact_at is not null
        ),
        constraint ck_referrals_ended check (
            (state in ('cancelled', 'completed', 'entered-in-error', 'failed', 'rejected')) = (ended_at is not null)
        ),
        constraint ck_referrals_receipt_is_irrevocable check (
            receipt_takes_holding is not true or state <> 'failed'
            and (state <> 'cancelled' or coalesce(ending_code, '') = 'case-closed')
        )
    )
    """
_REFERRAL_INDEXES = (
    # A need has at most one live referral, however close two requests come.
    """
    create unique index uq_referrals_one_live_per_need on referrals (authority, need_id)
    where state in ('accepted', 'in-progress', 'on-hold', 'requested')
    """,
    "create index ix_referrals_received on referrals (authority, to_sector, requested_at, id)",
    "create index ix_referrals_sent on referrals (authority, from_sector, requested_at, id)",
    "create index ix_referrals_case on referrals (authority, case_id)",
)
_OF_A_REFERRAL = (
    """
    create table contact_attempts (
        authority text not null,
        id uuid not null,
        referral_id uuid not null,
        at timestamptz not null,
        channel text not null,
        result text not null,
        recorded_at timestamptz not null,
        constraint pk_contact_attempts primary key (authority, id),
        constraint fk_contact_attempts_authority_referral_id_referrals
            foreign key (authority, referral_id) references referrals (authority, id)
    )
    """,
    "create index ix_contact_attempts_referral on contact_attempts (authority, referral_id, at, id)",
    """
    create table referral_steps (
        authority text not null,
        referral_id uuid not null,
        version bigint not null,
        action text not null,
        from_state text,
        to_state text not null,
        at timestamptz not null,
        by_sector text,
        by_unit text,
        by_subject text,
        constraint pk_referral_steps primary key (authority, referral_id, version),
        constraint fk_referral_steps_authority_referral_id_referrals
            foreign key (authority, referral_id) references referrals (authority, id)
    )
    """,
)
_HEARD_FROM_CASES = (
    """
    create table known_cases (
        authority text not null,
        case_id uuid not null,
        case_number text not null,
        status text not null,
        holding_sector text not null,
        holding_unit text,
        constraint pk_known_cases primary key (authority, case_id),
        constraint ck_known_cases_status check (status in ('open', 'closed'))
    )
    """,
    """
    create table known_needs (
        authority text not null,
        need_id uuid not null,
        case_id uuid not null,
        owner_sector text not null,
        state text not null,
        constraint pk_known_needs primary key (authority, need_id),
        constraint ck_known_needs_state check (state in ('open', 'set-aside', 'ended'))
    )
    """,
    """
    create table known_involvements (
        authority text not null,
        case_id uuid not null,
        sector text not null,
        unit text,
        constraint pk_known_involvements primary key (authority, case_id, sector)
    )
    """,
    """
    create table known_consents (
        authority text not null,
        consent_id uuid not null,
        case_id uuid not null,
        from_sector text not null,
        to_sector text not null,
        to_unit text,
        data_categories text[] not null,
        shared_for text not null,
        legal_basis text not null,
        valid_until date,
        withdrawn_at timestamptz,
        constraint pk_known_consents primary key (authority, consent_id)
    )
    """,
)
_RIGHTS = {
    "referrals": "select, insert, update",
    # What has happened is never rewritten, not even by a defect of ours: the right to do so is not given.
    "contact_attempts": "select, insert",
    "referral_steps": "select, insert",
    "known_cases": "select, insert, update",
    "known_needs": "select, insert, update",
    "known_involvements": "select, insert, update, delete",
    "known_consents": "select, insert, update",
}


def upgrade() -> None:
    """Create everything referrals has."""
    create_chassis_tables("referrals")
    for statement in (_REFERRALS, *_REFERRAL_INDEXES, *_OF_A_REFERRAL, *_HEARD_FROM_CASES):
        op.execute(statement)
    for table, rights in _RIGHTS.items():
        protect("referrals", table, app=rights)


def downgrade() -> None:
    """Remove it all."""
    for table in reversed(_RIGHTS):
        op.drop_table(table)
    drop_chassis_tables()
