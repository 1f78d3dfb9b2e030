"""Exemptions from named duties: never two for one duty and day, never beyond their ground, never ended backwards."""

from alembic import op

from migrations.helpers import protect

revision = "c0008"
down_revision = "c0007"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table exemptions (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        valid_from date not null,
        valid_to date not null,
        granted_to date not null,
        legal_basis text,
        legal_basis_id uuid,
        enrolment_id uuid,
        reason bytea,
        decided_by text not null,
        decided_sector text not null,
        decided_at timestamptz not null,
        announced_to date,
        announced_at timestamptz,
        version integer not null,
        constraint pk_exemptions primary key (id),
        constraint uq_exemptions_id_valid_from_valid_to unique (id, valid_from, valid_to),
        constraint ck_exemptions_granted check (valid_from <= granted_to),
        constraint ck_exemptions_period check (valid_to between valid_from - 1 and granted_to),
        constraint ck_exemptions_ground check (
            (legal_basis is null) = (legal_basis_id is not null) and (legal_basis_id is null) = (enrolment_id is null)
        ),
        constraint fk_exemptions_case_id_cases foreign key (case_id) references cases (id),
        constraint fk_exemptions_enrolment_id_enrolments foreign key (enrolment_id) references enrolments (id),
        constraint fk_exemptions_authority_legal_basis_id_legal_bases foreign key (authority, legal_basis_id)
            references legal_bases (authority, id)
    )
    """,
    "create index ix_exemptions_case_id on exemptions (case_id)",
    "create index ix_exemptions_enrolment_id on exemptions (enrolment_id) where enrolment_id is not null",
    "create index ix_exemptions_lasting on exemptions (authority, valid_to)",
    # One that was cancelled before it began holds on no day: its range is empty, and nothing overlaps it.
    """
    create table exemption_provisions (
        exemption_id uuid not null,
        provision text not null,
        authority text not null,
        case_id uuid not null,
        valid_from date not null,
        valid_to date not null,
        constraint pk_exemption_provisions primary key (exemption_id, provision),
        constraint fk_exemption_provisions_case_id_cases foreign key (case_id) references cases (id),
        constraint fk_exemption_provisions_exemption foreign key (exemption_id, valid_from, valid_to)
            references exemptions (id, valid_from, valid_to) on update cascade,
        constraint one_exemption_at_a_time exclude using gist
            (case_id with =, provision with =, daterange(valid_from, valid_to + 1, '[)') with &&)
    )
    """,
    "create index ix_exemption_provisions_case_id on exemption_provisions (case_id, provision, valid_to)",
    """
    create table exemption_endings (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        exemption_id uuid not null,
        valid_to date not null,
        reason text not null,
        decided_by text,
        decided_sector text,
        decided_at timestamptz not null,
        constraint pk_exemption_endings primary key (id),
        constraint fk_exemption_endings_case_id_cases foreign key (case_id) references cases (id),
        constraint fk_exemption_endings_exemption_id_exemptions foreign key (exemption_id) references exemptions (id),
        constraint ck_exemption_endings_reason check (
            reason in (
                'citizen-request', 'assessment-changed', 'registered-in-error', 'legal-basis-ended', 'enrolment-ended'
            )
        ),
        constraint ck_exemption_endings_not_backwards check (
            valid_to >= (decided_at at time zone 'Europe/Copenhagen')::date
        )
    )
    """,
    "create index ix_exemption_endings_case_id on exemption_endings (case_id)",
    "create index ix_exemption_endings_exemption_id on exemption_endings (exemption_id)",
    """
    create table refused_demands (
        authority text not null,
        case_id uuid not null,
        day date not null,
        provision text not null,
        kind text not null,
        constraint pk_refused_demands primary key (case_id, day, provision, kind),
        constraint fk_refused_demands_case_id_cases foreign key (case_id) references cases (id),
        constraint ck_refused_demands_kind check (
            kind in ('demand', 'sanction', 'absence-registration', 'availability-check')
        )
    )
    """,
    "create index ix_refused_demands_day on refused_demands (authority, day)",
)

# A decision is never changed: it can be given an earlier end, and be announced.
_GRANTS = {
    "exemptions": "select, insert, update (valid_to, announced_to, announced_at, version)",
    "exemption_provisions": "select, insert",
    "exemption_endings": "select, insert",
    "refused_demands": "select, insert",
}

# I16: under a trial no day lies outside the legal basis or the enrolment, and no duty outside what arm and basis name.
_WITHIN_ITS_GROUND = """
    create function exemption_within_its_ground() returns trigger language plpgsql as $$
    begin
        if new.enrolment_id is not null and not exists (
            select from enrolments n
            join cases c on c.id = new.case_id and c.citizen_id = n.citizen_id
            join legal_bases b on b.authority = n.authority and b.trial_id = n.trial_id
            where n.id = new.enrolment_id and n.status = 'active'
                and b.id = new.legal_basis_id and b.status = 'granted'
                and new.valid_from >= greatest(n.starts_on, b.valid_from)
                and new.valid_to <= least(n.ends_on, b.valid_to)
        ) then
            raise exception 'an exemption lies within its ground' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
"""
_NAMED_BY_ITS_GROUND = """
    create function provision_named_by_its_ground() returns trigger language plpgsql as $$
    begin
        if not exists (
            select from exemptions e
            left join enrolments n on n.id = e.enrolment_id
            left join trial_arms a on a.authority = n.authority and a.trial_id = n.trial_id and a.code = n.arm
            left join legal_bases b on b.authority = e.authority and b.id = e.legal_basis_id
            where e.id = new.exemption_id and e.case_id = new.case_id and (
                e.enrolment_id is null
                or new.provision = any (a.exempt_from)
                    and b.provisions @> jsonb_build_array(jsonb_build_object('code', new.provision))
            )
        ) then
            raise exception 'a provision is named by its ground' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
# No exemption is prolonged, and none is shortened without a decision that says so.
_ENDS_BY_DECISION = """
    create function exemption_ends_by_decision() returns trigger language plpgsql as $$
    begin
        if new.valid_to > old.valid_to or not exists (
            select from exemption_endings d
            where d.exemption_id = new.id
                and new.valid_to = greatest(d.valid_to, new.valid_from - 1)
        ) then
            raise exception 'an exemption ends by decision' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
_TRIGGERS = (
    "create trigger exemption_within_its_ground before insert on exemptions "
    "for each row execute function exemption_within_its_ground()",
    # After, not before: whose row it is comes first, and that is asked when the row is written.
    "create trigger provision_named_by_its_ground after insert on exemption_provisions "
    "for each row execute function provision_named_by_its_ground()",
    "create constraint trigger exemption_ends_by_decision after update on exemptions "
    "deferrable initially deferred for each row when (new.valid_to <> old.valid_to) "
    "execute function exemption_ends_by_decision()",
)

# A person is looked up with all their cases. Built beside the running town, so nobody waits for it; and before anything
# else, so that a build that was given up leaves nothing but itself behind, and is built anew.
_OF_A_CITIZEN = (
    "drop index concurrently if exists ix_cases_citizen_id",
    "create index concurrently if not exists ix_cases_citizen_id on cases (citizen_id)",
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _OF_A_CITIZEN:
            op.execute(statement)
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _GRANTS.items():
        protect("cases", table, app=verbs)
    # The messenger finds whose exemptions last; what they rest on and why it cannot read.
    op.execute("grant select (authority, valid_to) on exemptions to helhed_cases_messenger")
    op.execute("create policy messenger_select on exemptions for select to helhed_cases_messenger using (true)")
    for statement in (_WITHIN_ITS_GROUND, _NAMED_BY_ITS_GROUND, _ENDS_BY_DECISION, *_TRIGGERS):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_cases_citizen_id")
    for table in reversed(_GRANTS):
        op.drop_table(table)
    for name in ("exemption_within_its_ground", "provision_named_by_its_ground", "exemption_ends_by_decision"):
        op.execute(f"drop function {name}()")
