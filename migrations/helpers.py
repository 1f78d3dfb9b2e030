"""What every first revision does alike: the chassis' tables, tenancy, and who may do what with which table.

Released revisions call these, so they are as frozen as the revisions: a new need is a new function.
"""

from alembic import op

_CHASSIS = (
    """
    create table case_streams (
        case_id uuid not null,
        authority text not null,
        last bigint not null,
        constraint pk_case_streams primary key (case_id)
    )
    """,
    """
    create table dead_letters (
        id uuid not null,
        consumer text not null,
        authority text not null,
        source text not null,
        case_id uuid not null,
        sequence bigint not null,
        event_id uuid not null,
        type text not null,
        event jsonb not null,
        reason text not null,
        error_class text,
        deliveries integer not null,
        parked_at timestamptz not null,
        constraint pk_dead_letters primary key (id),
        constraint uq_dead_letters_consumer_event_id unique (consumer, event_id)
    )
    """,
    "create index ix_dead_letters_stream on dead_letters (consumer, source, case_id, sequence)",
    """
    create table idempotency_keys (
        scope bytea not null,
        authority text not null,
        fingerprint bytea not null,
        status integer not null,
        headers jsonb not null,
        body bytea not null,
        expires_at timestamptz not null,
        constraint pk_idempotency_keys primary key (scope)
    )
    """,
    "create index ix_idempotency_keys_expires_at on idempotency_keys (expires_at)",
    """
    create table inbox (
        consumer text not null,
        event_id uuid not null,
        authority text not null,
        source text not null,
        case_id uuid not null,
        sequence bigint not null,
        type text not null,
        occurred_at timestamptz not null,
        applied_at timestamptz not null,
        constraint pk_inbox primary key (consumer, event_id)
    )
    """,
    """
    create table inbox_streams (
        consumer text not null,
        source text not null,
        case_id uuid not null,
        authority text not null,
        last bigint not null,
        constraint pk_inbox_streams primary key (consumer, source, case_id)
    )
    """,
    """
    create table lookups (
        id bigint generated always as identity,
        authority text not null,
        case_id uuid,
        what text not null,
        purpose text not null,
        issuer text not null,
        subject text not null,
        client text not null,
        sector text,
        unit text,
        trace_id text not null,
        looked_up_at timestamptz not null,
        constraint pk_lookups primary key (id)
    )
    """,
    "create index ix_lookups_case on lookups (authority, case_id, looked_up_at)",
    """
    create table outbox (
        position bigint generated always as identity,
        id uuid not null,
        authority text not null,
        case_id uuid not null,
        sequence bigint not null,
        type text not null,
        event jsonb not null,
        occurred_at timestamptz not null,
        published_at timestamptz,
        attempts integer default 0 not null,
        next_attempt_at timestamptz,
        parked_at timestamptz,
        error_class text,
        constraint pk_outbox primary key (position),
        constraint uq_outbox_case_id_sequence unique (case_id, sequence),
        constraint uq_outbox_id unique (id)
    )
    """,
    "create index ix_outbox_unpublished on outbox (position) where published_at is null",
)

# With no tenant set the setting is NULL or empty, and an empty tenant is nobody's: no row is seen, no write is taken.
_TENANT = "authority = (select nullif(current_setting('app.authority', true), ''))"


def roles(service: str) -> tuple[str, str]:
    """The application's and the messenger's role of a service."""
    return f"helhed_{service}_app", f"helhed_{service}_messenger"


def protect(service: str, table: str, *, app: str = "select, insert, update, delete") -> None:
    """Row-level security, enabled and forced, by authority; the application's role gets what `app` says and no more."""
    app_role, _ = roles(service)
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(f"create policy tenant on {table} for all to {app_role} using ({_TENANT}) with check ({_TENANT})")
    op.execute(f"grant {app} on {table} to {app_role}")


def create_chassis_tables(service: str) -> None:
    """Outbox, inbox, idempotency keys, dead letters and look-up log, with their policies."""
    _, messenger = roles(service)
    for statement in _CHASSIS:
        op.execute(statement)
    protect(service, "outbox", app="select, insert")
    protect(service, "case_streams", app="select, insert, update")
    protect(service, "inbox", app="select, insert")
    protect(service, "inbox_streams", app="select, insert, update")
    protect(service, "dead_letters", app="select, insert, delete")
    protect(service, "idempotency_keys", app="select, insert, update")
    # Append-only by privilege: who looked is never changed and never removed by the application.
    protect(service, "lookups", app="select, insert")
    for table, verbs in (("outbox", ("select", "update")), ("dead_letters", ("select",))):
        for verb in verbs:
            check = " with check (true)" if verb == "update" else ""
            op.execute(f"create policy messenger_{verb} on {table} for {verb} to {messenger} using (true){check}")
        op.execute(f"grant {', '.join(verbs)} on {table} to {messenger}")
    op.execute(f"grant delete on idempotency_keys to {messenger}")
    op.execute(f"create policy messenger_select on idempotency_keys for select to {messenger} using (true)")
    op.execute(
        f"create policy messenger_delete on idempotency_keys for delete to {messenger} using (expires_at < now())"
    )
    op.execute(f"grant select (expires_at) on idempotency_keys to {messenger}")
    op.execute(
        "create function wake_the_relay() returns trigger language plpgsql set search_path = '' as "
        "$$ begin perform pg_catalog.pg_notify('helhed_outbox', ''); return null; end $$"
    )
    op.execute(
        "create trigger outbox_wakes_the_relay after insert on outbox "
        "for each statement execute function wake_the_relay()"
    )


def drop_chassis_tables() -> None:
    """Undo `create_chassis_tables`."""
    for table in ("lookups", "idempotency_keys", "dead_letters", "inbox_streams", "inbox", "case_streams", "outbox"):
        op.drop_table(table)
    op.execute("drop function wake_the_relay()")
