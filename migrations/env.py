"""Runs one service's history as the role that owns its tables. The section of alembic.ini is the service.

A migration never waits long for a lock while traffic queues behind it: it gives up, and `helhed migrate` runs it again.
Two runs at once follow one another.
"""

import importlib

from alembic import context
from sqlalchemy import create_engine, pool, text

SERVICE = context.config.config_ini_section
LOCK_TIMEOUT = "100ms"
STATEMENT_TIMEOUT = "30s"

metadata = importlib.import_module(f"services.{SERVICE}.tables").metadata
url = context.config.attributes.get("url") or context.config.get_main_option("url")
owner = context.config.attributes.get("owner", f"helhed_{SERVICE}_owner")

SETTINGS = (
    f"set role {owner}",
    f"set lock_timeout = '{LOCK_TIMEOUT}'",
    f"set statement_timeout = '{STATEMENT_TIMEOUT}'",
)

if context.is_offline_mode():
    context.configure(
        dialect_name="postgresql",
        target_metadata=metadata,
        literal_binds=True,
        transaction_per_migration=True,
    )
    # Who runs the script by hand runs it as this would have been run.
    context.static_output("\n".join(f"{setting};" for setting in SETTINGS))
    with context.begin_transaction():
        context.run_migrations()
else:
    engine = create_engine(str(url).replace("postgresql://", "postgresql+psycopg://", 1), poolclass=pool.NullPool)
    with engine.connect() as connection:
        # One run after the other: this lock may be waited for, unlike those on tables that people are using.
        connection.execute(text("select pg_advisory_lock(hashtextextended('helhed-migrations', 0))"))
        for setting in SETTINGS:
            connection.execute(text(setting))
        connection.commit()
        context.configure(
            connection=connection,
            target_metadata=metadata,
            compare_type=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()
