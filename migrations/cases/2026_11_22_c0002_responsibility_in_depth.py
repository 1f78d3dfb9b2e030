"""Responsibility in depth: who acts and who pays, being asked and heard, reopening, a move that is confirmed."""

from alembic import op

from migrations.helpers import protect

revision = "c0002"
down_revision = "c0001"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table screenings (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        sector text not null,
        outcome text not null,
        by_sector text not null,
        at timestamptz not null,
        constraint pk_screenings primary key (id),
        constraint fk_screenings_case_id_cases foreign key (case_id) references cases (id),
        constraint ck_screenings_outcome check (outcome in ('no-need', 'need-found'))
    )
    """,
    "create index ix_screenings_case_id on screenings (case_id)",
    """
    create table hearings (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        at timestamptz not null,
        statement bytea not null,
        by_sector text not null,
        recorded_at timestamptz not null,
        constraint pk_hearings primary key (id),
        constraint fk_hearings_case_id_cases foreign key (case_id) references cases (id),
        constraint ck_hearings_at check (at <= recorded_at)
    )
    """,
    "create index ix_hearings_case_id on hearings (case_id)",
    # One authority decides, and one pays, at every moment.
    """
    create table parties (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        kind text not null,
        party text not null,
        since timestamptz not null,
        until timestamptz,
        because text not null,
        by_sector text not null,
        constraint pk_parties primary key (id),
        constraint fk_parties_case_id_cases foreign key (case_id) references cases (id),
        constraint ck_parties_kind check (kind in ('acting', 'paying')),
        constraint ck_parties_until check (until is null or until >= since),
        constraint one_party_at_a_time
        exclude using gist (case_id with =, kind with =, tstzrange(since, until, '[)') with &&)
    )
    """,
    "create index ix_parties_case_id on parties (case_id)",
)

_COLUMNS = (
    "alter table cases add column last_contact_at timestamptz",
    "alter table cases add column exempt_until date",
    "alter table cases add column received_on date",
    "alter table cases add column receipt bytea",
    "alter table needs add column reopened_at timestamptz",
)

# Two parts of one sector at a time cannot be written. Built beside the running town, so nobody waits for it; outside a
# transaction, so what an interrupted try has left is taken away first.
_ONE_PART = (
    "drop index concurrently if exists uq_responsibilities_part",
    "create unique index concurrently if not exists uq_responsibilities_part on responsibilities (case_id, sector) "
    "where kind = 'involved' and until is null",
)


def upgrade() -> None:
    with op.get_context().autocommit_block():
        for statement in _ONE_PART:
            op.execute(statement)
    for statement in (*_TABLES, *_COLUMNS):
        op.execute(statement)
    # What was asked and what was said is never changed, and never taken away.
    for table in ("screenings", "hearings"):
        protect("cases", table, app="select, insert")
    protect("cases", "parties", app="select, insert, update")


def downgrade() -> None:
    op.drop_index("uq_responsibilities_part")
    op.drop_column("needs", "reopened_at")
    for column in ("receipt", "received_on", "exempt_until", "last_contact_at"):
        op.drop_column("cases", column)
    op.drop_table("parties")
    op.drop_table("hearings")
    op.drop_table("screenings")
