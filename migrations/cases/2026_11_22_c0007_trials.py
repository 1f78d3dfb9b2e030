"""Trials in realms of their own, their sites' copies, allocation, enrolments."""

from alembic import op

from migrations.helpers import protect

revision = "c0007"
down_revision = "c0006"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table trials (
        id uuid not null,
        authority text not null,
        name text not null,
        status text not null,
        starts_on date not null,
        ends_on date not null,
        conflict_group text not null,
        protocol jsonb not null,
        founded_at timestamptz not null,
        registered_at timestamptz,
        seed_commitment text,
        seed text,
        version integer not null,
        constraint pk_trials primary key (authority, id),
        constraint ck_trials_status check (
            status in ('draft', 'registered', 'recruiting', 'running', 'follow-up', 'closed')
        ),
        constraint ck_trials_period check (starts_on <= ends_on),
        constraint ck_trials_registered check ((status = 'draft') = (registered_at is null)),
        constraint ck_trials_committed check ((status = 'draft') = (seed_commitment is null)),
        constraint ck_trials_seed_after_recruitment check (seed is null or status in ('running', 'follow-up', 'closed'))
    )
    """,
    """
    create table trial_founders (
        trial_id uuid not null,
        authority text not null,
        issuer text not null,
        subject text not null,
        founded_at timestamptz not null,
        constraint pk_trial_founders primary key (trial_id)
    )
    """,
    """
    create table trial_arms (
        authority text not null,
        trial_id uuid not null,
        code text not null,
        name_da text not null,
        name_en text not null,
        exempt_from text[] not null,
        budget_ceiling_oere bigint,
        max_caseload integer,
        contact_every_days integer,
        constraint pk_trial_arms primary key (authority, trial_id, code),
        constraint fk_trial_arms_authority_trial_id_trials foreign key(authority, trial_id)
            references trials (authority, id)
    )
    """,
    """
    create table legal_bases (
        id uuid not null,
        authority text not null,
        trial_id uuid,
        type text not null,
        reference text not null,
        status text not null,
        valid_from date not null,
        valid_to date not null,
        provisions jsonb not null,
        version integer not null,
        constraint pk_legal_bases primary key (authority, id),
        constraint ck_legal_bases_type check (type in ('dispensation', 'frikommune', 'saerlov', 'ordinary-law')),
        constraint ck_legal_bases_status check (status in ('applied-for', 'granted', 'refused', 'ended')),
        constraint ck_legal_bases_period check (valid_from <= valid_to)
    )
    """,
    """
    create table legal_basis_decisions (
        id uuid not null,
        authority text not null,
        trial_id uuid not null,
        legal_basis_id uuid not null,
        outcome text not null,
        decided_on date not null,
        reference text not null,
        valid_from date not null,
        valid_to date not null,
        recorded_at timestamptz not null,
        constraint pk_legal_basis_decisions primary key (authority, id),
        constraint fk_legal_basis_decisions_authority_legal_basis_id_legal_bases foreign key(authority, legal_basis_id)
            references legal_bases (authority, id),
        constraint ck_legal_basis_decisions_outcome check (outcome in ('granted', 'refused', 'ended'))
    )
    """,
    """
    create table trial_sites (
        authority text not null,
        trial_id uuid not null,
        site text not null,
        agreement text not null,
        components text[] not null,
        joined_at timestamptz not null,
        constraint pk_trial_sites primary key (authority, trial_id, site),
        constraint fk_trial_sites_authority_trial_id_trials foreign key(authority, trial_id)
            references trials (authority, id)
    )
    """,
    """
    create table trial_amendments (
        id uuid not null,
        authority text not null,
        trial_id uuid not null,
        what text not null,
        reason text not null,
        ends_on date,
        amended_at timestamptz not null,
        constraint pk_trial_amendments primary key (authority, id),
        constraint fk_trial_amendments_authority_trial_id_trials foreign key(authority, trial_id)
            references trials (authority, id)
    )
    """,
    """
    create table trial_seeds (
        trial_id uuid not null,
        authority text not null,
        seed bytea not null,
        drawn_at timestamptz not null,
        constraint pk_trial_seeds primary key (trial_id)
    )
    """,
    """
    create table trial_lists (
        authority text not null,
        trial_id uuid not null,
        list text not null,
        used integer not null,
        constraint pk_trial_lists primary key (authority, trial_id, list)
    )
    """,
    """
    create table trial_slots (
        authority text not null,
        trial_id uuid not null,
        list text not null,
        position integer not null,
        arm text not null,
        constraint pk_trial_slots primary key (authority, trial_id, list, position),
        constraint fk_trial_slots_authority_trial_id_arm_trial_arms foreign key(authority, trial_id, arm)
            references trial_arms (authority, trial_id, code)
    )
    """,
    """
    create table trial_participants (
        id uuid not null,
        authority text not null,
        trial_id uuid not null,
        stratum text not null,
        arm text,
        enrolled_on date not null,
        allocated_on date,
        withdrawn_on date,
        constraint pk_trial_participants primary key (id),
        constraint fk_trial_participants_authority_trial_id_arm_trial_arms foreign key(authority, trial_id, arm)
            references trial_arms (authority, trial_id, code),
        constraint ck_trial_participants_allocated check ((arm is null) = (allocated_on is null))
    )
    """,
    """
    create table allocations (
        authority text not null,
        trial_id uuid not null,
        citizen_id uuid not null,
        arm text not null,
        method text not null,
        allocated_at timestamptz not null,
        allocated_by text,
        constraint pk_allocations primary key (authority, trial_id, citizen_id),
        constraint uq_allocations_authority_trial_id_citizen_id_arm unique (authority, trial_id, citizen_id, arm),
        constraint fk_allocations_authority_trial_id_arm_trial_arms foreign key(authority, trial_id, arm)
            references trial_arms (authority, trial_id, code),
        constraint ck_allocations_by check ((method in ('assigned', 'historical')) = (allocated_by is not null)),
        constraint fk_allocations_citizen_id_citizens foreign key(citizen_id) references citizens (id)
    )
    """,
    "create index ix_allocations_citizen_id on allocations (citizen_id)",
    """
    create table allocated_clusters (
        authority text not null,
        trial_id uuid not null,
        cluster text not null,
        arm text not null,
        allocated_at timestamptz not null,
        constraint pk_allocated_clusters primary key (authority, trial_id, cluster),
        constraint fk_allocated_clusters_authority_trial_id_arm_trial_arms foreign key(authority, trial_id, arm)
            references trial_arms (authority, trial_id, code)
    )
    """,
    """
    create table enrolments (
        id uuid not null,
        authority text not null,
        trial_id uuid not null,
        case_id uuid not null,
        citizen_id uuid not null,
        conflict_group text not null,
        sector text not null,
        stratum text not null,
        cluster text,
        arm text,
        named_arm text,
        status text not null,
        consent_effort boolean not null,
        consent_evaluation boolean not null,
        consent_text_version text,
        participant_id uuid,
        enrolled_at timestamptz not null,
        enrolled_by text not null,
        baseline text,
        baseline_at timestamptz,
        starts_on date,
        ends_on date,
        withdrawn_at timestamptz,
        withdrawal_statement bytea,
        evaluation_withdrawn_at timestamptz,
        version integer not null,
        constraint pk_enrolments primary key (id),
        constraint fk_enrolments_authority_trial_id_trials foreign key(authority, trial_id)
            references trials (authority, id),
        constraint fk_enrolments_allocation foreign key(authority, trial_id, citizen_id, arm)
            references allocations (authority, trial_id, citizen_id, arm),
        constraint ck_enrolments_status check (status in ('awaiting-baseline', 'active', 'withdrawn', 'completed')),
        constraint ck_enrolments_baseline check (baseline in ('answered', 'declined', 'not-possible')),
        constraint ck_enrolments_concealed check (
            status <> 'awaiting-baseline' or (arm is null and consent_evaluation)
        ),
        constraint ck_enrolments_allocated check (status not in ('active', 'completed') or arm is not null),
        constraint ck_enrolments_starts_on check ((arm is null) = (starts_on is null)),
        constraint ck_enrolments_ends_on check ((arm is null) = (ends_on is null)),
        constraint ck_enrolments_withdrawn check ((status = 'withdrawn') = (withdrawn_at is not null)),
        constraint fk_enrolments_case_id_cases foreign key(case_id) references cases (id),
        constraint fk_enrolments_citizen_id_citizens foreign key(citizen_id) references citizens (id)
    )
    """,
    "create index ix_enrolments_case_id on enrolments (case_id)",
    "create index ix_enrolments_citizen_id on enrolments (citizen_id)",
    "create index ix_enrolments_trial on enrolments (authority, trial_id, enrolled_at, id)",
    "create unique index uq_enrolments_one_at_a_time on enrolments (authority, citizen_id, conflict_group) "
    "where status in ('awaiting-baseline', 'active')",
)

# What the application may do with each: what was decided once is never changed, and nothing is deleted.
_GRANTS = {
    "trials": "select, insert, update",
    "trial_founders": "select, insert",
    "trial_arms": "select, insert",
    "legal_bases": "select, insert, update",
    "legal_basis_decisions": "select, insert",
    "trial_sites": "select, insert",
    "trial_amendments": "select, insert",
    "trial_seeds": "select, insert",
    "trial_lists": "select, insert, update (used)",
    "trial_slots": "select, insert",
    "trial_participants": "select, insert, update (arm, allocated_on, withdrawn_on)",
    "allocations": "select, insert",
    "allocated_clusters": "select, insert",
    "enrolments": (
        "select, insert, update (arm, status, consent_evaluation, participant_id, baseline, baseline_at, starts_on, "
        "ends_on, withdrawn_at, withdrawal_statement, evaluation_withdrawn_at, version)"
    ),
}

# I15: an arm that was given stays, whoever asks.
_ARM_STAYS = """
    create function arm_stays() returns trigger language plpgsql as $$
    begin
        if old.arm is not null and new.arm is distinct from old.arm then
            raise exception 'an arm is never changed' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
"""
# I17: what is registered stays; the seed is what was committed to, and is told once.
_PROTOCOL_STAYS = """
    create function protocol_stays() returns trigger language plpgsql as $$
    begin
        if old.status <> 'draft' and (
            new.status = 'draft'
            or (new.protocol, new.conflict_group, new.seed_commitment, new.registered_at)
                is distinct from (old.protocol, old.conflict_group, old.seed_commitment, old.registered_at)
            or old.seed is not null and new.seed is distinct from old.seed
        ) then
            raise exception 'what is registered is never changed' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
"""
_ARM_OF_THE_PROTOCOL = """
    create function arm_is_of_the_protocol() returns trigger language plpgsql as $$
    begin
        if not exists (
            select from trials t
            where t.authority = new.authority and t.id = new.trial_id and t.status <> 'draft'
                and t.protocol -> 'arms' @> jsonb_build_array(jsonb_build_object('code', new.code))
        ) then
            raise exception 'an arm is of the protocol' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
# Once everybody can compute the next place, nobody is given one.
_LIST_IS_OPEN = """
    create function list_is_open() returns trigger language plpgsql as $$
    begin
        if exists (
            select from trials t where t.authority = new.authority and t.id = new.trial_id and t.seed is not null
        ) then
            raise exception 'the seed is revealed' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
_TRIGGERS = (
    "create trigger arm_stays before update on enrolments for each row execute function arm_stays()",
    "create trigger arm_stays before update on trial_participants for each row execute function arm_stays()",
    "create trigger protocol_stays before update on trials for each row execute function protocol_stays()",
    "create trigger arm_is_of_the_protocol after insert on trial_arms "
    "for each row execute function arm_is_of_the_protocol()",
    "create trigger list_is_open after insert on trial_slots for each row execute function list_is_open()",
)


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _GRANTS.items():
        protect("cases", table, app=verbs)
    for statement in (_ARM_STAYS, _PROTOCOL_STAYS, _ARM_OF_THE_PROTOCOL, _LIST_IS_OPEN, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(_GRANTS):
        op.drop_table(table)
    for name in ("arm_stays", "protocol_stays", "arm_is_of_the_protocol", "list_is_open"):
        op.execute(f"drop function {name}()")
