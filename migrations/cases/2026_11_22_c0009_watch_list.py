"""The watch list and what it is made by, the citizen's alarms, notifications, and the story of each case."""

from alembic import op

from migrations.helpers import protect

revision = "c0009"
down_revision = "c0008"
branch_labels = None
depends_on = None

_TABLES = (
    """
    create table watch_items (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        case_number text not null,
        kind text not null,
        rank smallint not null,
        sector text not null,
        unit text,
        since timestamptz not null,
        need_id uuid,
        referral_id uuid,
        about_id uuid,
        due_on date,
        until timestamptz,
        responsible_subject text,
        responsible_unit text,
        constraint pk_watch_items primary key (id),
        constraint fk_watch_items_case_id_cases foreign key (case_id) references cases (id)
    )
    """,
    "create index ix_watch_items_case_id on watch_items (case_id)",
    "create index ix_watch_items_listed on watch_items (authority, sector, rank, since, id)",
    "create index ix_watch_items_kind on watch_items (authority, sector, kind, since, id)",
    """
    create table watched_cases (
        case_id uuid not null,
        authority text not null,
        case_version integer not null,
        rules text not null,
        look_again_at timestamptz,
        constraint pk_watched_cases primary key (case_id),
        constraint fk_watched_cases_case_id_cases foreign key (case_id) references cases (id)
    )
    """,
    "create index ix_watched_cases_due on watched_cases (look_again_at) where look_again_at is not null",
    """
    create table citizen_alarms (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        statement bytea not null,
        need_id uuid,
        sector text not null,
        unit text,
        raised_at timestamptz not null,
        ended_at timestamptz,
        ended_statement bytea,
        ended_by_sector text,
        version integer not null,
        constraint pk_citizen_alarms primary key (id),
        constraint fk_citizen_alarms_case_id_cases foreign key (case_id) references cases (id),
        constraint fk_citizen_alarms_need_id_needs foreign key (need_id) references needs (id),
        constraint ck_citizen_alarms_ended_by_the_citizen check ((ended_at is null) = (ended_statement is null)),
        constraint ck_citizen_alarms_ended_by_sector check ((ended_at is null) = (ended_by_sector is null)),
        constraint ck_citizen_alarms_ended_at check (ended_at is null or ended_at >= raised_at)
    )
    """,
    "create index ix_citizen_alarms_case_id on citizen_alarms (case_id)",
    """
    create table notifications (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        case_number text not null,
        occurrence uuid not null,
        item_id uuid,
        cause text not null,
        need_id uuid,
        referral_id uuid,
        sector text not null,
        unit text,
        subject text,
        since timestamptz not null,
        told_at timestamptz not null,
        escalates_at timestamptz not null,
        escalated_at timestamptz,
        acknowledged_at timestamptz,
        acknowledged_by text,
        version integer not null,
        constraint pk_notifications primary key (id),
        constraint uq_notifications_occurrence unique (occurrence),
        constraint ck_notifications_acknowledged check ((acknowledged_at is null) = (acknowledged_by is null)),
        constraint fk_notifications_case_id_cases foreign key (case_id) references cases (id)
    )
    """,
    "create index ix_notifications_listed on notifications (authority, sector, told_at, id)",
    "create index ix_notifications_item on notifications (item_id) where acknowledged_at is not null",
    "create index ix_notifications_waiting on notifications (escalates_at) "
    "where acknowledged_at is null and escalated_at is null",
    """
    create table timeline_entries (
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        at timestamptz not null,
        kind text not null,
        sector text,
        parties text[] not null,
        unit text,
        about_type text not null,
        about_id uuid,
        constraint pk_timeline_entries primary key (id),
        constraint fk_timeline_entries_case_id_cases foreign key (case_id) references cases (id)
    )
    """,
    "create index ix_timeline_entries_told on timeline_entries (case_id, at, id)",
)

# The watch list is a cache: what is no longer so is taken out of it, and it can be emptied and built anew. What was
# told, and the story, stay; of what was told only that it was seen, or that it went further, is ever added.
_GRANTS = {
    "watch_items": "select, insert, update, delete",
    "watched_cases": "select, insert, update, delete",
    "citizen_alarms": "select, insert, update",
    "notifications": "select, insert, update (escalated_at, acknowledged_at, acknowledged_by, version)",
    "timeline_entries": "select, insert",
}

# What the messenger may know: which cases and alarms are due, whose, and which authorities there are.
_DUE = {
    "watched_cases": "case_id, authority, look_again_at",
    "notifications": "id, authority, escalates_at, escalated_at, acknowledged_at",
    "cases": "authority",
}


def upgrade() -> None:
    for statement in _TABLES:
        op.execute(statement)
    for table, verbs in _GRANTS.items():
        protect("cases", table, app=verbs)
    for table, columns in _DUE.items():
        op.execute(f"grant select ({columns}) on {table} to helhed_cases_messenger")
        op.execute(f"create policy messenger_select on {table} for select to helhed_cases_messenger using (true)")


def downgrade() -> None:
    op.execute("drop policy messenger_select on cases")
    op.execute("revoke select (authority) on cases from helhed_cases_messenger")
    for table in reversed(_GRANTS):
        op.drop_table(table)
