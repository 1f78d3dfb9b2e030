"""The first tables of the cases service: cases, citizens, needs, responsibility, consents, releases, deliveries."""

from alembic import op

from migrations.helpers import create_chassis_tables, drop_chassis_tables, protect

revision = "c0001"
down_revision = None
branch_labels = None
depends_on = None

_TABLES = (
    "create sequence case_number",
    """
    create table citizens (
        id uuid not null,
        authority text not null,
        protected_until date,
        anonymous boolean not null,
        constraint pk_citizens primary key (id)
    )
    """,
    """
    create table cases (
        id uuid not null,
        authority text not null,
        number text not null,
        citizen_id uuid not null,
        details bytea not null,
        alias_index bytea,
        status text not null,
        origin text not null,
        kle text,
        citizen_informed_on date,
        citizen_informed_how text,
        holding_sector text not null,
        holding_unit text,
        coordinator text,
        coordinator_unit text,
        attention_rank smallint not null,
        opened_at timestamptz not null,
        closed_at timestamptz,
        closure_ground text,
        closure_reason bytea,
        closed_by_sector text,
        to_authority text,
        told bytea,
        version integer not null,
        constraint pk_cases primary key (id),
        constraint uq_cases_authority_number unique (authority, number),
        constraint ck_cases_status check (status in ('open', 'closed')),
        constraint ck_cases_origin check (origin in ('registered', 'imported')),
        constraint ck_cases_closed_at check ((status = 'closed') = (closed_at is not null)),
        constraint fk_cases_citizen_id_citizens foreign key(citizen_id) references citizens (id)
    )
    """,
    "create index ix_cases_alias on cases (authority, alias_index) where alias_index is not null",
    "create index ix_cases_coordinator on cases (authority, coordinator, attention_rank, opened_at, id)",
    "create index ix_cases_holding on cases (authority, holding_sector, attention_rank, opened_at, id)",
    "create index ix_cases_listed on cases (authority, opened_at, id)",
    "create unique index uq_cases_open_per_citizen on cases (authority, citizen_id) where status = 'open'",
    """
    create table identifiers (
        id uuid not null,
        authority text not null,
        citizen_id uuid not null,
        system text not null,
        blind_index bytea not null,
        constraint pk_identifiers primary key (id),
        constraint uq_identifiers_authority_system_blind_index unique (authority, system, blind_index),
        constraint fk_identifiers_citizen_id_citizens foreign key(citizen_id) references citizens (id)
    )
    """,
    "create index ix_identifiers_citizen_id on identifiers (citizen_id)",
    """
    create table consents (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        decision text not null,
        from_sector text not null,
        to_sector text not null,
        to_unit text,
        data_categories text[] not null,
        shared_for text not null,
        legal_basis text not null,
        valid_until date,
        evidence bytea not null,
        text_version text,
        given_by text not null,
        recorded_at timestamptz not null,
        withdrawn_at timestamptz,
        version integer not null,
        constraint pk_consents primary key (id),
        constraint ck_consents_decision check (decision in ('given', 'refused')),
        constraint fk_consents_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_consents_case_id on consents (case_id)",
    """
    create table deliveries (
        invitation_id uuid not null,
        authority text not null,
        case_id uuid not null,
        state text not null,
        attempts integer not null,
        next_attempt_at timestamptz not null,
        constraint pk_deliveries primary key (invitation_id),
        constraint ck_deliveries_state check (state in ('pending', 'delivered', 'undeliverable')),
        constraint fk_deliveries_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_deliveries_due on deliveries (next_attempt_at) where state = 'pending'",
    """
    create table external_references (
        authority text not null,
        system text not null,
        value text not null,
        case_id uuid not null,
        url text,
        constraint pk_external_references primary key (authority, system, value),
        constraint fk_external_references_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_external_references_case_id on external_references (case_id)",
    """
    create table known_referrals (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        need_id uuid not null,
        from_sector text not null,
        to_sector text not null,
        to_unit text,
        state text not null,
        requested_at timestamptz not null,
        accepted_at timestamptz,
        contact_held_at timestamptz,
        receipt_id uuid,
        receipt_takes_holding boolean,
        receipt_unit text,
        receipt_coordinator text,
        receipt_at timestamptz,
        ended_at timestamptz,
        constraint pk_known_referrals primary key (id),
        constraint fk_known_referrals_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_known_referrals_case_id on known_referrals (case_id)",
    "create index ix_known_referrals_receiving on known_referrals (authority, to_sector, case_id) "
    "where state in ('requested', 'accepted', 'in-progress')",
    """
    create table needs (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        domain text not null,
        description bytea,
        owner_sector text not null,
        state text not null,
        registered_at timestamptz not null,
        outcome text,
        citizen_statement bytea,
        outcome_statement bytea,
        revisit_on date,
        revisit_by_sector text,
        handed_on_referral_id uuid,
        handed_on_from_sector text,
        handed_on_at timestamptz,
        catch_lost_at timestamptz,
        constraint pk_needs primary key (id),
        constraint ck_needs_state check (state in ('open', 'handed-on', 'set-aside', 'met', 'withdrawn')),
        constraint ck_needs_set_aside_by_the_citizen check (
            state <> 'set-aside'
            or (revisit_on is not null and revisit_by_sector is not null and citizen_statement is not null)
        ),
        constraint ck_needs_handed_on check (state <> 'handed-on' or handed_on_referral_id is not null),
        constraint fk_needs_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_needs_case_id on needs (case_id)",
    "create index ix_needs_revisit on needs (authority, revisit_on, case_id) where state = 'set-aside'",
    """
    create table releases (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        sector text not null,
        ground text not null,
        reason bytea not null,
        at timestamptz not null,
        taken_over_by text,
        receipt_id uuid,
        referral_ids uuid[] not null,
        constraint pk_releases primary key (id),
        constraint fk_releases_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_releases_case_id on releases (case_id)",
    """
    create table responsibilities (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        kind text not null,
        sector text not null,
        unit text,
        subject text,
        since timestamptz not null,
        until timestamptz,
        because text not null,
        receipt_id uuid,
        constraint pk_responsibilities primary key (id),
        constraint ck_responsibilities_kind check (kind in ('holder', 'coordinator', 'involved')),
        constraint ck_responsibilities_until check (until is null or until >= since),
        constraint ck_responsibilities_subject check ((kind = 'coordinator') = (subject is not null)),
        constraint fk_responsibilities_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    "create index ix_responsibilities_case_id on responsibilities (case_id)",
    "create index ix_responsibilities_involved on responsibilities (authority, sector, case_id) where until is null",
)

_PROTECTED = (
    "citizens",
    "identifiers",
    "cases",
    "external_references",
    "needs",
    "known_referrals",
    "responsibilities",
    "consents",
    "releases",
    "deliveries",
)

# I1: at every instant an open case has exactly one holder. Two at once cannot be written at all;
# a gap, a missing holder or a holder beside the one the case row names is refused at commit.
_ONE_HOLDER = """
    alter table responsibilities add constraint one_holder_at_a_time
    exclude using gist (case_id with =, tstzrange(since, until, '[)') with &&) where (kind = 'holder')
"""
_ONE_COORDINATOR = """
    alter table responsibilities add constraint one_coordinator_at_a_time
    exclude using gist (case_id with =, tstzrange(since, until, '[)') with &&) where (kind = 'coordinator')
"""
_NO_GAP = """
    create function responsibility_has_no_gap() returns trigger language plpgsql as $$
    declare
        wanted uuid;
        kept record;
    begin
        if tg_table_name = 'cases' then
            wanted := new.id;
        else
            wanted := new.case_id;
        end if;
        select c.status, c.opened_at, c.closed_at, c.holding_sector,
            range_agg(tstzrange(r.since, r.until, '[)')) as held,
            (array_agg(r.sector order by r.since desc, r.until desc nulls first))[1] as holder
        into kept
        from cases c left join responsibilities r on r.case_id = c.id and r.kind = 'holder'
        where c.id = wanted
        group by c.id;
        if not found then
            raise exception 'a case that cannot be seen cannot be vouched for'
                using errcode = 'integrity_constraint_violation';
        end if;
        if kept.held is distinct from tstzmultirange(tstzrange(kept.opened_at, kept.closed_at, '[)'))
            or kept.holder is distinct from kept.holding_sector then
            raise exception 'responsibility has a gap' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
_LOOK = "deferrable initially deferred for each row {when} execute function responsibility_has_no_gap()"
_WATCHES = (
    "create constraint trigger no_gap_after_case "
    "after insert or update of status, holding_sector, opened_at, closed_at on cases " + _LOOK.format(when=""),
    "create constraint trigger no_gap_after_insert after insert on responsibilities "
    + _LOOK.format(when="when (new.kind = 'holder')"),
    "create constraint trigger no_gap_after_update after update on responsibilities "
    + _LOOK.format(when="when (new.kind = 'holder' or old.kind = 'holder')"),
)


def upgrade() -> None:
    create_chassis_tables("cases")
    for statement in _TABLES:
        op.execute(statement)
    for table in _PROTECTED:
        # Nothing is deleted here by the application: what has an end is given one.
        protect("cases", table, app="select, insert, update")
    op.execute("grant usage on sequence case_number to helhed_cases_app")
    op.execute("grant select on deliveries to helhed_cases_messenger")
    op.execute("create policy messenger_select on deliveries for select to helhed_cases_messenger using (true)")
    for statement in (_ONE_HOLDER, _ONE_COORDINATOR, _NO_GAP, *_WATCHES):
        op.execute(statement)


def downgrade() -> None:
    for table in reversed(_PROTECTED):
        op.drop_table(table)
    op.execute("drop function responsibility_has_no_gap()")
    op.execute("drop sequence case_number")
    drop_chassis_tables()
