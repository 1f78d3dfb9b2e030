"""What every first revision does alike: the chassis' tables, tenancy, and who may do what with which table.

Released revisions call these, so they are as frozen as the revisions: a new need is a new function.
"""

from alembic import context, op

from chassis.tables import TABLES

# With no tenant set the setting is NULL or empty, and an empty tenant is nobody's: no row is seen, no write is taken.
_TENANT = "authority = (select nullif(current_setting('app.authority', true), ''))"


def roles(service: str) -> tuple[str, str]:
    """The application's and the messenger's role of a service."""
    suffix = context.config.attributes.get("suffix", "")
    return f"helhed_{service}{suffix}_app", f"helhed_{service}{suffix}_messenger"


def protect(service: str, table: str, *, app: str = "select, insert, update, delete") -> None:
    """Row-level security, enabled and forced, by authority; the application's role gets what `app` says and no more."""
    app_role, _ = roles(service)
    op.execute(f"alter table {table} enable row level security")
    op.execute(f"alter table {table} force row level security")
    op.execute(
        f"create policy tenant on {table} for all to {app_role} using ({_TENANT}) with check ({_TENANT})"
    )
    op.execute(f"grant {app} on {table} to {app_role}")


def create_chassis_tables(service: str) -> None:
    """Outbox, inbox, idempotency keys, dead letters and look-up log, with their policies."""
    app_role, messenger = roles(service)
    for table in (
        TABLES.outbox,
        TABLES.case_streams,
        TABLES.inbox,
        TABLES.inbox_streams,
        TABLES.dead_letters,
        TABLES.idempotency_keys,
        TABLES.lookups,
    ):
        op.create_table(table.name, *(column.copy() for column in table.columns), *_constraints(table))
        for index in sorted(table.indexes, key=lambda index: index.name or ""):
            op.create_index(
                index.name,
                table.name,
                [column.name for column in index.columns],
                postgresql_where=index.dialect_options["postgresql"]["where"],
            )
    protect(service, "outbox", app="select, insert")
    protect(service, "case_streams", app="select, insert, update")
    protect(service, "inbox", app="select, insert")
    protect(service, "inbox_streams", app="select, insert, update")
    protect(service, "dead_letters", app="select, insert, delete")
    protect(service, "idempotency_keys", app="select, insert")
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


def _constraints(table: object) -> list[object]:
    return [c.copy() for c in table.constraints if c.columns and not _is_column_level(c)]  # type: ignore[attr-defined]


def _is_column_level(constraint: object) -> bool:
    # `unique=True` and `primary_key=True` travel with their column's copy.
    columns = list(constraint.columns)  # type: ignore[attr-defined]
    if len(columns) != 1:
        return False
    return bool(columns[0].primary_key or columns[0].unique)
