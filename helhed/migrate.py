"""`helhed migrate` and `helhed revise`: the same databases as `helhed up`, without starting the town."""

from collections.abc import Iterator
from contextlib import contextmanager

from chassis.settings import MissingSetting, env, optional_env
from helhed import databases
from helhed.databases import ALEMBIC_INI, CannotPrepare, ServiceDatabase, alembic_config
from helhed.embedded import Postgres
from helhed.home import AlreadyRunning, Home
from helhed.ports import free_ports
from helhed.say import Say
from helhed.supervise import Supervisor
from helhed.town import SERVICES
from helhed.up import service_database, take_in_reference


def migrate(home: Home, say: Say) -> None:
    """Databases, roles and tables of every service."""
    with administrator(home) as admin_url:
        for service in SERVICES:
            database = _database(home, admin_url, service)
            with say.step(f"{database.name}"):
                databases.prepare(admin_url, database)
                changed = databases.migrate(database)
            say.line("  brought to the newest revision" if changed else "  was up to date")
            if service == "cases":
                take_in_reference(database, say)


def revise(home: Home, say: Say, service: str, message: str) -> None:
    """Write a migration with what Alembic sees to differ; a person reads and finishes it."""
    from alembic import command

    if service not in SERVICES:
        raise CannotPrepare(f"there is no service {service}: it is one of {', '.join(SERVICES)}")
    with administrator(home) as admin_url:
        database = _database(home, admin_url, service)
        databases.prepare(admin_url, database)
        databases.migrate(database)
        folder = ALEMBIC_INI.parent / "migrations" / service
        command.revision(alembic_config(database), message, autogenerate=True, version_path=str(folder))


@contextmanager
def administrator(home: Home) -> Iterator[str]:
    """The administrator's URL: the one given, the running town's, or that of a server started for this alone."""
    given = optional_env("HELHED_DATABASE_URL")
    if given:
        yield given
        return
    if not home.is_for_development():
        raise MissingSetting("HELHED_DATABASE_URL (or HELHED_DATABASE_URL_FILE) is not set")
    home.open()
    try:
        home.take()
    except AlreadyRunning:
        yield running_postgres(home).admin_url
        return
    try:
        postgres = Postgres(home, free_ports(1)[0])
        with Supervisor() as supervisor:
            postgres.prepare()
            supervisor.start([postgres.command()])
            for _ in supervisor.wait_until_ready():
                pass
            yield postgres.admin_url
    finally:
        home.leave()


def running_postgres(home: Home) -> Postgres:
    """The server of the town that runs from this folder."""
    for process in home.read_register().get("processes", []):
        if process["name"] == "postgres":
            return Postgres(home, int(process["port"]))
    raise CannotPrepare(f"the town in {home.path} is still starting; try again when it is ready")


def _database(home: Home, admin_url: str, service: str) -> ServiceDatabase:
    if not home.is_for_development():
        name = f"HELHED_{service.upper()}"
        return ServiceDatabase.told(
            admin_url,
            service,
            app_url=env(f"{name}_DATABASE_URL"),
            messenger_url=env(f"{name}_MESSENGER_DATABASE_URL"),
        )
    home.open()
    return service_database(home, admin_url, service)
