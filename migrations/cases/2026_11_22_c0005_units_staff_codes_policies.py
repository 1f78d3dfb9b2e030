"""What an authority says of itself: units, staff, absences, local codes, dated policies; and which unit is to close."""

from alembic import op

from migrations.helpers import protect

revision = "c0005"
down_revision = "c0004"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table policies (
        id uuid not null,
        authority text not null,
        code text not null,
        version integer not null,
        value jsonb not null,
        valid_from date not null,
        reason text not null,
        decided_by text not null,
        decided_at timestamptz not null,
        constraint pk_policies primary key (id),
        constraint uq_policies_authority_code_version unique (authority, code, version),
        constraint ck_policies_version check (version >= 1),
        constraint ck_policies_value check (jsonb_typeof(value) in ('boolean', 'number'))
    )
    """,
    """
    create table local_codes (
        authority text not null,
        list text not null,
        code text not null,
        label_da text not null,
        label_en text not null,
        valid_from date not null,
        valid_to date,
        replaced_by text,
        version integer not null,
        constraint pk_local_codes primary key (authority, list, code),
        constraint ck_local_codes_valid_to check (valid_to >= valid_from),
        constraint ck_local_codes_replaced_by check (replaced_by <> code)
    )
    """,
    """
    create table units (
        authority text not null,
        id text not null,
        sector text not null,
        bare text not null,
        name text not null,
        parent text,
        phone text,
        valid_from date not null,
        valid_to date,
        version integer not null,
        constraint pk_units primary key (authority, id),
        constraint uq_units_authority_id_sector unique (authority, id, sector),
        constraint uq_units_authority_sector_bare unique (authority, sector, bare),
        constraint fk_units_authority_parent_units foreign key (authority, parent) references units (authority, id),
        constraint ck_units_parent check (parent <> id),
        constraint ck_units_valid_to check (valid_to >= valid_from)
    )
    """,
    "create index ix_units_parent on units (authority, parent) where parent is not null",
    """
    create table staff (
        authority text not null,
        subject text not null,
        display_name text,
        unit text not null,
        sector text not null,
        fte numeric(4, 3),
        phone text,
        roles text[] not null,
        valid_from date not null,
        valid_to date,
        version integer not null,
        constraint pk_staff primary key (authority, subject),
        constraint fk_staff_authority_unit_sector_units
        foreign key (authority, unit, sector) references units (authority, id, sector),
        constraint ck_staff_fte check (fte > 0 and fte <= 1),
        constraint ck_staff_valid_to check (valid_to >= valid_from)
    )
    """,
    "create index ix_staff_unit on staff (authority, unit, subject)",
    """
    create table absences (
        id uuid not null,
        authority text not null,
        subject text not null,
        first_day date not null,
        back_on date,
        substitute text,
        recorded_by text not null,
        recorded_at timestamptz not null,
        version integer not null,
        constraint pk_absences primary key (id),
        constraint fk_absences_authority_subject_staff
        foreign key (authority, subject) references staff (authority, subject),
        constraint fk_absences_authority_substitute_staff
        foreign key (authority, substitute) references staff (authority, subject),
        constraint ck_absences_back_on check (back_on >= first_day),
        constraint ck_absences_substitute check (substitute <> subject),
        constraint one_absence_at_a_time
        exclude using gist (authority with =, subject with =, daterange(first_day, back_on, '[)') with &&)
    )
    """,
    "create index ix_absences_subject on absences (authority, subject, first_day)",
    """
    create table closing_plans (
        id uuid not null,
        authority text not null,
        unit text not null,
        sector text not null,
        closes_on date not null,
        made_by text not null,
        made_at timestamptz not null,
        version integer not null,
        constraint pk_closing_plans primary key (id),
        constraint uq_closing_plans_authority_unit unique (authority, unit),
        constraint fk_closing_plans_authority_unit_sector_units
        foreign key (authority, unit, sector) references units (authority, id, sector)
    )
    """,
    """
    create table known_capacity (
        service_id uuid not null,
        authority text not null,
        sector text not null,
        unit text,
        need_domains text[] not null,
        status text not null,
        waiting_days integer,
        as_of date not null,
        constraint pk_known_capacity primary key (service_id),
        constraint ck_known_capacity_waiting_days check (waiting_days >= 0)
    )
    """,
    "create index ix_known_capacity_sector on known_capacity (authority, sector)",
)

# Nothing is deleted, a unit never becomes another, and what was decided on a policy is never written over.
_PROTECTED = {
    "policies": "select, insert",
    "local_codes": "select, insert, update (label_da, label_en, valid_from, valid_to, replaced_by, version)",
    "units": "select, insert, update (name, parent, phone, valid_from, valid_to, version)",
    "staff": ("select, insert, update (display_name, unit, sector, fte, phone, roles, valid_from, valid_to, version)"),
    "absences": "select, insert, update (back_on, substitute, version)",
    "closing_plans": "select, insert, update (closes_on, version)",
    "known_capacity": "select, insert, update",
}

# I30: a unit that holds anybody does not end, and one that has ended takes nobody in. Two transactions that cannot see
# each other would each find its half in order, so both take the same lock first, by the unit's name: whoever takes
# somebody in shares it, whoever ends the unit has it alone. After the wait each statement sees what the other did.
_FUNCTIONS = (
    """
    create function unit_lock(of_authority text, of_sector text, unit text) returns bigint language sql immutable as $$
        select hashtextextended('unit/' || of_authority || '/' || of_sector || '/'
            || case when starts_with(unit, of_sector || ':') then substr(unit, length(of_sector) + 2) else unit end, 0)
    $$
    """,
    """
    create function unit_has_ended(of_authority text, of_sector text, unit text) returns boolean
    language plpgsql volatile as $$
    begin
        perform pg_advisory_xact_lock_shared(unit_lock(of_authority, of_sector, unit));
        return exists (
            select from units u
            where u.authority = of_authority and u.sector = of_sector and u.valid_to is not null
                and unit in (u.bare, u.sector || ':' || u.bare)
        );
    end $$
    """,
    """
    create function an_ended_unit_takes_nobody_in() returns trigger language plpgsql as $$
    declare
        ended boolean;
    begin
        if tg_table_name = 'cases' then
            ended := unit_has_ended(new.authority, new.holding_sector, new.holding_unit);
        else
            ended := unit_has_ended(new.authority, new.sector, new.unit);
        end if;
        if ended then
            raise exception 'an ended unit takes nobody in' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
    """,
    """
    create function a_unit_that_holds_somebody_stays() returns trigger language plpgsql as $$
    begin
        perform pg_advisory_xact_lock(unit_lock(new.authority, new.sector, new.bare));
        if exists (
            select from responsibilities r
            where r.authority = new.authority and r.until is null and r.sector = new.sector
                and r.unit in (new.bare, new.sector || ':' || new.bare)
        ) or exists (
            select from cases c
            where c.authority = new.authority and c.status = 'open' and c.holding_sector = new.sector
                and c.holding_unit in (new.bare, new.sector || ':' || new.bare)
        ) then
            raise exception 'the unit still holds somebody' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
    """,
)
_TAKES = "for each row when ({when}) execute function an_ended_unit_takes_nobody_in()"
_STAYS = "for each row when (new.valid_to is not null) execute function a_unit_that_holds_somebody_stays()"
_TRIGGERS = {
    "unit_takes_nobody_in_new_stretch": (
        "responsibilities",
        "after insert on responsibilities " + _TAKES.format(when="new.unit is not null and new.until is null"),
    ),
    "unit_takes_nobody_in_changed_stretch": (
        "responsibilities",
        "after update of unit, sector, until on responsibilities "
        + _TAKES.format(
            when="new.unit is not null and new.until is null"
            " and (new.unit, new.sector, new.until) is distinct from (old.unit, old.sector, old.until)"
        ),
    ),
    "unit_takes_no_new_case": (
        "cases",
        "after insert on cases " + _TAKES.format(when="new.holding_unit is not null and new.status = 'open'"),
    ),
    "unit_takes_no_changed_case": (
        "cases",
        "after update of holding_unit, holding_sector, status on cases "
        + _TAKES.format(
            when="new.holding_unit is not null and new.status = 'open' and (new.holding_unit, new.holding_sector,"
            " new.status) is distinct from (old.holding_unit, old.holding_sector, old.status)"
        ),
    ),
    "new_unit_that_has_ended": ("units", "after insert on units " + _STAYS),
    "unit_stays_while_it_holds": ("units", "after update of valid_to on units " + _STAYS),
}

# Built beside the running town, where nobody waits for it, and before everything else, which is one transaction: what a
# build that was broken off left behind is taken away first, so that the step can be run again.
_LEFT_IN_A_UNIT = (
    "drop index concurrently if exists ix_responsibilities_unit",
    "create index concurrently if not exists ix_responsibilities_unit on responsibilities (authority, unit) "
    "where until is null and unit is not null",
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _LEFT_IN_A_UNIT:
            op.execute(statement)
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _PROTECTED.items():
        protect("cases", table, app=verbs)
    for function in _FUNCTIONS:
        op.execute(function)
    for name, (_, does) in _TRIGGERS.items():
        op.execute(f"create trigger {name} {does}")


def downgrade() -> None:
    op.drop_index("ix_responsibilities_unit")
    for name, (table, _) in _TRIGGERS.items():
        op.execute(f"drop trigger {name} on {table}")
    for function in (
        "a_unit_that_holds_somebody_stays()",
        "an_ended_unit_takes_nobody_in()",
        "unit_has_ended(text, text, text)",
        "unit_lock(text, text, text)",
    ):
        op.execute(f"drop function {function}")
    for table in reversed(_PROTECTED):
        op.drop_table(table)
