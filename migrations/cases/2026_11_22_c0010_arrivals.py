"""Arrivals: requests to join, the citizen's own act of telling who they are, imports."""

from alembic import op

from migrations.helpers import protect

revision = "c0010"
down_revision = "c0009"
branch_labels = None
depends_on = None

_ARRIVALS = (
    """
    create table join_requests (
        id uuid not null,
        authority text not null,
        case_id uuid,
        asking_sector text not null,
        asking_unit text,
        asked_by text not null,
        reason bytea not null,
        asked_at timestamptz not null,
        state text not null,
        answered_by text,
        answered_at timestamptz,
        reason_code text,
        version integer not null,
        constraint pk_join_requests primary key (id),
        constraint ck_join_requests_state check (state in ('pending', 'accepted', 'declined')),
        constraint ck_join_requests_answered check (
            (state = 'pending') = (answered_at is null) and (answered_at is null) = (answered_by is null)
        ),
        constraint ck_join_requests_of_a_case check (state = 'pending' or case_id is not null),
        constraint ck_join_requests_reason_code check ((state = 'declined') = (reason_code is not null)),
        constraint fk_join_requests_case_id_cases foreign key (case_id) references cases (id)
    )
    """,
    "create index ix_join_requests_case_id on join_requests (case_id, asked_at, id)",
    "create index ix_join_requests_asking on join_requests (authority, asking_sector, asked_at, id)",
    """
    create table identifications (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        citizen_id uuid not null,
        citizen_statement bytea not null,
        evidence bytea not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        constraint pk_identifications primary key (id),
        constraint fk_identifications_case_id_cases foreign key (case_id) references cases (id),
        constraint fk_identifications_citizen_id_citizens foreign key (citizen_id) references citizens (id)
    )
    """,
    "create unique index uq_identifications_case_id on identifications (case_id)",
    "create index ix_identifications_citizen_id on identifications (citizen_id)",
    """
    create table arrived_records (
        authority text not null,
        kind text not null,
        system text not null,
        value text not null,
        record_id uuid not null,
        constraint pk_arrived_records primary key (authority, kind, system, value),
        constraint ck_arrived_records_kind check (kind in ('contacts', 'consents'))
    )
    """,
)

_OPERATIONS = (
    """
    create table operations (
        id uuid not null,
        authority text not null,
        kind text not null,
        dry_run boolean not null,
        state text not null,
        issuer text not null,
        subject text not null,
        client text not null,
        sector text,
        unit text,
        media_type text,
        columns bytea,
        parts integer not null,
        lines integer not null,
        part integer not null,
        done_of_part integer not null,
        done integer not null,
        created integer not null,
        unchanged integer not null,
        refused integer not null,
        requested_at timestamptz not null,
        submitted_at timestamptz,
        ended_at timestamptz,
        version integer not null,
        constraint pk_operations primary key (id),
        constraint ck_operations_kind check (kind in ('cases', 'contacts', 'consents', 'units', 'staff')),
        constraint ck_operations_state check (state in ('receiving', 'submitted', 'working', 'done', 'given-up')),
        constraint ck_operations_ended check ((ended_at is not null) = (state in ('done', 'given-up'))),
        constraint ck_operations_every_line_has_one_outcome check (
            done = created + unchanged + refused and done <= lines
        )
    )
    """,
    "create index ix_operations_listed on operations (authority, requested_at, id)",
    "create index ix_operations_to_do on operations (requested_at) where ended_at is null",
    """
    create table operation_parts (
        operation_id uuid not null,
        number integer not null,
        authority text not null,
        digest bytea not null,
        content bytea,
        lines integer not null,
        constraint pk_operation_parts primary key (operation_id, number),
        constraint ck_operation_parts_number check (number > 0),
        constraint fk_operation_parts_operation_id_operations foreign key (operation_id) references operations (id)
    )
    """,
    """
    create table operation_lines (
        operation_id uuid not null,
        line integer not null,
        authority text not null,
        outcome text not null,
        code text,
        pointer text,
        record_id uuid,
        constraint pk_operation_lines primary key (operation_id, line),
        constraint ck_operation_lines_outcome check (outcome in ('created', 'unchanged', 'refused')),
        constraint ck_operation_lines_code check ((outcome = 'refused') = (code is not null)),
        constraint fk_operation_lines_operation_id_operations foreign key (operation_id) references operations (id)
    )
    """,
    "create index ix_operation_lines_outcome on operation_lines (operation_id, outcome, line)",
    """
    create table planned_records (
        operation_id uuid not null,
        line integer not null,
        place integer not null,
        authority text not null,
        key bytea,
        record_id uuid,
        is_open boolean not null,
        constraint pk_planned_records primary key (operation_id, line, place),
        constraint fk_planned_records_operation_id_operations foreign key (operation_id) references operations (id)
    )
    """,
    "create index ix_planned_records_key on planned_records (operation_id, key) where key is not null",
)

# I24: an anonymous citizen gets no number, and their case goes to nobody, without their own act on record.
_ANONYMOUS_STAYS_SO = (
    """
    create function anonymous_has_no_number() returns trigger language plpgsql as $$
    begin
        if exists (select from citizens c where c.id = new.citizen_id and c.anonymous) then
            raise exception 'an anonymous citizen has no number' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger anonymous_has_no_number before insert or update of citizen_id on identifiers
    for each row execute function anonymous_has_no_number()
    """,
    """
    create function anonymous_until_they_tell() returns trigger language plpgsql as $$
    begin
        if not exists (select from identifications i where i.citizen_id = old.id) then
            raise exception 'only the citizen tells who they are' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger anonymous_until_they_tell before update of anonymous on citizens
    for each row when (old.anonymous and not new.anonymous) execute function anonymous_until_they_tell()
    """,
    """
    create function a_case_stays_its_citizens() returns trigger language plpgsql as $$
    begin
        if not exists (select from identifications i where i.case_id = old.id and i.citizen_id = old.citizen_id) then
            raise exception 'only the citizen tells who they are' using errcode = 'integrity_constraint_violation';
        end if;
        return new;
    end $$
    """,
    """
    create trigger a_case_stays_its_citizens before update of citizen_id on cases
    for each row when (old.citizen_id is distinct from new.citizen_id) execute function a_case_stays_its_citizens()
    """,
)

# What is said is said: an identification and an outcome are never changed. A part is emptied, a request answered once.
_GRANTS = {
    "join_requests": "select, insert, update",
    "identifications": "select, insert",
    "arrived_records": "select, insert",
    "operations": "select, insert, update",
    "operation_parts": "select, insert, update",
    "operation_lines": "select, insert",
    "planned_records": "select, insert, update",
}


def upgrade() -> None:
    for statement in (*_ARRIVALS, *_OPERATIONS, *_ANONYMOUS_STAYS_SO):
        op.execute(statement)
    for table, verbs in _GRANTS.items():
        protect("cases", table, app=verbs)
    # The messenger finds what there is to do, of whatever authority, and no more than that.
    op.execute("grant select (id, authority, state, requested_at, ended_at) on operations to helhed_cases_messenger")
    op.execute("create policy messenger_select on operations for select to helhed_cases_messenger using (true)")


def downgrade() -> None:
    op.execute("drop trigger a_case_stays_its_citizens on cases")
    op.execute("drop trigger anonymous_until_they_tell on citizens")
    op.execute("drop trigger anonymous_has_no_number on identifiers")
    for function in ("a_case_stays_its_citizens", "anonymous_until_they_tell", "anonymous_has_no_number"):
        op.execute(f"drop function {function}()")
    for table in reversed(_GRANTS):
        op.drop_table(table)
