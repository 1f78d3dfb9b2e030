"""The record of a case (contacts, notes, appointments, links to documents) and its budget: written once, both."""

from alembic import op

from migrations.helpers import protect

revision = "c0004"
down_revision = "c0003"
branch_labels = None
depends_on = None

_PURPOSES = "purpose_kind in ('help', 'clarification', 'availability-check', 'work-trial', 'administration')"
_CHANNELS = "channel in ('face-to-face', 'home-visit', 'phone', 'video', 'digital')"


def _entries(name: str, own: str) -> str:
    """A table of one kind of entry: a correction names one of the same kind, case and sector, corrected by no other."""
    return f"""
    create table {name} (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        sector text not null,
        unit text,
        recorded_by text not null,
        recorded_at timestamptz not null,
        corrects uuid,
        {own},
        constraint pk_{name} primary key (id),
        constraint uq_{name}_id_case_id_sector unique (id, case_id, sector),
        constraint uq_{name}_corrects unique (corrects),
        constraint ck_{name}_corrects_another check (corrects <> id),
        constraint fk_{name}_case_id_cases foreign key(case_id) references cases (id),
        constraint fk_{name}_corrects_case_id_sector_{name} foreign key(corrects, case_id, sector)
            references {name} (id, case_id, sector)
    )
    """


_TABLES = (
    _entries(
        "appointments",
        f"""
        at timestamptz not null,
        channel text not null,
        with_whom bytea not null,
        minutes smallint,
        purpose_kind text,
        moved_from uuid,
        constraint uq_appointments_moved_from unique (moved_from),
        constraint ck_appointments_channel check ({_CHANNELS}),
        constraint ck_appointments_minutes check (minutes between 1 and 1440),
        constraint ck_appointments_purpose_kind check ({_PURPOSES}),
        constraint ck_appointments_moved_from_another check (moved_from <> id),
        constraint fk_appointments_moved_from_case_id_sector_appointments foreign key(moved_from, case_id, sector)
            references appointments (id, case_id, sector)
        """.strip(),
    ),
    """
    create table appointment_outcomes (
        appointment_id uuid not null,
        authority text not null,
        case_id uuid not null,
        sector text not null,
        outcome text not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        constraint pk_appointment_outcomes primary key (appointment_id),
        constraint ck_appointment_outcomes_outcome check (
            outcome in ('held', 'missed-by-authority', 'missed-by-citizen', 'moved')
        ),
        constraint fk_appointment_outcomes_appointment
            foreign key(appointment_id, case_id, sector) references appointments (id, case_id, sector)
    )
    """,
    _entries(
        "contacts",
        f"""
        at timestamptz not null,
        channel text not null,
        initiated_by text not null,
        attended boolean not null,
        minutes smallint,
        purpose_kind text not null,
        appointment_id uuid,
        summary bytea,
        citizen_rating smallint,
        constraint ck_contacts_channel check ({_CHANNELS}),
        constraint ck_contacts_initiated_by check (initiated_by in ('citizen', 'authority')),
        constraint ck_contacts_minutes check (minutes between 1 and 1440),
        constraint ck_contacts_purpose_kind check ({_PURPOSES}),
        constraint ck_contacts_citizen_rating check (citizen_rating between 1 and 5),
        constraint fk_contacts_appointment_id_case_id_sector_appointments foreign key(appointment_id, case_id, sector)
            references appointments (id, case_id, sector)
        """.strip(),
    ),
    _entries(
        "notes",
        f"""
        at timestamptz not null,
        text bytea not null,
        purpose_kind text,
        minutes smallint,
        constraint ck_notes_purpose_kind check ({_PURPOSES}),
        constraint ck_notes_minutes check (minutes between 1 and 1440)
        """.strip(),
    ),
    _entries(
        "documents",
        """
        system text not null,
        reference text not null,
        title bytea not null,
        url text
        """.strip(),
    ),
    *(
        f"create index ix_{name}_case_id on {name} (case_id, recorded_at, id)"
        for name in ("appointments", "contacts", "notes", "documents")
    ),
    "create index ix_contacts_at on contacts (authority, at)",
    "create index ix_notes_at on notes (authority, at)",
    """
    create table budgets (
        case_id uuid not null,
        authority text not null,
        allocated bigint not null,
        committed bigint not null,
        spent bigint not null,
        constraint pk_budgets primary key (case_id),
        constraint ck_budgets_never_negative check (allocated >= 0 and committed >= 0 and spent >= 0),
        constraint ck_budgets_within_the_ceiling check (committed + spent <= allocated),
        constraint fk_budgets_case_id_cases foreign key(case_id) references cases (id)
    )
    """,
    f"""
    create table budget_entries (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        sector text not null,
        recorded_by text not null,
        recorded_at timestamptz not null,
        kind text not null,
        amount bigint not null,
        paying_sector text not null,
        purpose_kind text not null,
        purpose bytea,
        commitment_id uuid,
        reverses uuid,
        constraint pk_budget_entries primary key (id),
        constraint uq_budget_entries_id_case_id unique (id, case_id),
        constraint uq_budget_entries_reverses unique (reverses),
        constraint ck_budget_entries_kind check (kind in ('allocation', 'commitment', 'expense', 'reversal')),
        constraint ck_budget_entries_amount check (amount > 0),
        constraint ck_budget_entries_purpose_kind check ({_PURPOSES}),
        constraint ck_budget_entries_settles check (commitment_id is null or kind = 'expense'),
        constraint ck_budget_entries_reverses check ((kind = 'reversal') = (reverses is not null)),
        constraint ck_budget_entries_names_another check (reverses <> id and commitment_id <> id),
        constraint fk_budget_entries_case_id_cases foreign key(case_id) references cases (id),
        constraint fk_budget_entries_commitment_id_case_id_budget_entries foreign key(commitment_id, case_id)
            references budget_entries (id, case_id),
        constraint fk_budget_entries_reverses_case_id_budget_entries foreign key(reverses, case_id)
            references budget_entries (id, case_id)
    )
    """,
    "create index ix_budget_entries_case_id on budget_entries (case_id, recorded_at, id)",
)

_WRITTEN_ONCE = ("appointments", "appointment_outcomes", "contacts", "notes", "documents", "budget_entries")

# I27: the totals of a case are locked by each writer, so that two cannot both take the last krone, and may never pass
# the ceiling (a check). This holds them against the ledger at commit: an entry without its totals is refused, and so
# are totals without their entries.
_TOTALS_ARE_THE_LEDGERS = """
    create function totals_are_the_ledgers() returns trigger language plpgsql as $$
    declare
        totals record;
        ledger record;
    begin
        select allocated, committed, spent into totals from budgets b where b.case_id = new.case_id;
        if not found then
            raise exception 'a budget that cannot be seen cannot be vouched for'
                using errcode = 'integrity_constraint_violation';
        end if;
        with standing as (
            select e.id, e.kind, e.amount, e.commitment_id from budget_entries e
            where e.case_id = new.case_id and e.kind <> 'reversal'
                and not exists (select from budget_entries undone where undone.reverses = e.id)
        ), settled as (
            select s.commitment_id, sum(s.amount) as amount from standing s
            where s.kind = 'expense' group by s.commitment_id
        )
        select coalesce(sum(s.amount) filter (where s.kind = 'allocation'), 0) as allocated,
            coalesce(sum(greatest(s.amount - coalesce(settled.amount, 0), 0)) filter (where s.kind = 'commitment'), 0)
                as committed,
            coalesce(sum(s.amount) filter (where s.kind = 'expense'), 0) as spent
        into ledger
        from standing s left join settled on settled.commitment_id = s.id;
        if (totals.allocated, totals.committed, totals.spent)
            is distinct from (ledger.allocated, ledger.committed, ledger.spent) then
            raise exception 'the totals are not the ledger''s' using errcode = 'integrity_constraint_violation';
        end if;
        return null;
    end $$
"""
_LOOK = "deferrable initially deferred for each row execute function totals_are_the_ledgers()"
_WATCHES = (
    "create constraint trigger totals_after_entry after insert on budget_entries " + _LOOK,
    "create constraint trigger totals_after_change after insert or update on budgets " + _LOOK,
)

# Built beside the running town, outside a transaction and so first: a run that was cut short is run again, and what it
# left half built is made anew.
_COORDINATING = (
    "drop index concurrently if exists ix_responsibilities_coordinating",
    "create index concurrently if not exists ix_responsibilities_coordinating "
    "on responsibilities (authority, sector, subject) where kind = 'coordinator'",
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _COORDINATING:
            op.execute(statement)
    for statement in _TABLES:
        op.execute(statement)
    for table in _WRITTEN_ONCE:
        protect("cases", table, app="select, insert")
    protect("cases", "budgets", app="select, insert, update (allocated, committed, spent)")
    for statement in (_TOTALS_ARE_THE_LEDGERS, *_WATCHES):
        op.execute(statement)


def downgrade() -> None:
    op.drop_index("ix_responsibilities_coordinating")
    for table in ("budget_entries", "budgets", "documents", "notes", "contacts"):
        op.drop_table(table)
    for table in ("appointment_outcomes", "appointments"):
        op.drop_table(table)
    op.execute("drop function totals_are_the_ledgers()")
