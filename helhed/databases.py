"""Makes each service's database and roles, and brings its tables to the newest revision.

Needs an administrator's URL; nothing here runs inside a service. The roles, for a service `cases`: `helhed_cases_owner`
(cannot log in, owns the tables), `helhed_cases_app` and `helhed_cases_messenger` (log in, own nothing). Roles belong to
the whole server and have fixed names; only database names take a suffix, so that many sets fit on one server.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from alembic.config import Config

ALEMBIC_INI = Path(__file__).resolve().parent.parent / "alembic.ini"
EXTENSIONS = ("btree_gist",)
_GAVE_WAY = {"55P03", "40P01"}  # no lock in time; a deadlock with somebody at work
_TRIES = 60


class CannotPrepare(RuntimeError):
    """The database server, or what we were told about it, does not let us go on. The text says what to do."""


@dataclass(frozen=True, slots=True)
class ServiceDatabase:
    """One service's database and its URLs: the administrator's, the application's and the messenger's."""

    service: str
    name: str
    admin_url: str
    app_url: str
    messenger_url: str

    @property
    def owner(self) -> str:
        """The role that owns the tables and never logs in."""
        return f"helhed_{self.service}_owner"

    @property
    def logins(self) -> tuple[str, str]:
        """The roles that log in: the application's and the messenger's."""
        return (f"helhed_{self.service}_app", f"helhed_{self.service}_messenger")

    @classmethod
    def at(
        cls, admin_url: str, service: str, *, app_password: str, messenger_password: str, suffix: str = ""
    ) -> "ServiceDatabase":
        """The database of `service` on the administrator's server, with the roles' passwords as given."""
        name = f"helhed_{service}{suffix}"
        return cls(
            service=service,
            name=name,
            admin_url=with_database(admin_url, name),
            app_url=_login(admin_url, name, f"helhed_{service}_app", app_password),
            messenger_url=_login(admin_url, name, f"helhed_{service}_messenger", messenger_password),
        )

    @classmethod
    def told(cls, admin_url: str, service: str, *, app_url: str, messenger_url: str) -> "ServiceDatabase":
        """The database that the service's own URLs name, checked to name the roles this house expects."""
        name = urlsplit(app_url).path.lstrip("/")
        made = cls(service, name, with_database(admin_url, name), app_url, messenger_url)
        for url, role in zip((app_url, messenger_url), made.logins, strict=True):
            if urlsplit(url).username != role or not urlsplit(url).password:
                raise CannotPrepare(f"the URL for {role} must say {role}:<password> before its @")
        if urlsplit(messenger_url).path.lstrip("/") != name:
            raise CannotPrepare(f"the two URLs of {service} name different databases")
        return made


def with_database(url: str, name: str) -> str:
    """The same server, login and options, another database."""
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _login(url: str, database: str, role: str, password: str) -> str:
    parts = urlsplit(url)
    where = parts.netloc.rpartition("@")[2]
    return parts._replace(netloc=f"{role}:{quote(password, safe='')}@{where}", path=f"/{database}").geturl()


def connect(url: str) -> psycopg.Connection:
    """An autocommitting connection; takes SQLAlchemy's spelling of a URL too."""
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    return psycopg.connect(plain, autocommit=True, connect_timeout=5)


@contextmanager
def _alone(admin: psycopg.Connection) -> Iterator[None]:
    """One preparation at a time on a server: two that create the same role would trip over each other."""
    admin.execute("select pg_advisory_lock(hashtextextended('helhed.databases', 0))")
    try:
        yield
    finally:
        admin.execute("select pg_advisory_unlock(hashtextextended('helhed.databases', 0))")


def prepare(admin_url: str, database: ServiceDatabase) -> None:
    """Make what lacks: roles, database, extensions, rights. Safe to repeat; sets the roles' passwords each time."""
    with connect(admin_url) as admin, _alone(admin):
        _make_roles(admin, database)
        exists = admin.execute("select 1 from pg_database where datname = %s", [database.name]).fetchone()
        if not exists:
            _create_database(admin, database)
        _grant_connect(admin, database)
        with connect(database.admin_url) as inside:
            _furnish(inside, database)


def clone(admin_url: str, template: ServiceDatabase, copy: ServiceDatabase) -> None:
    """Make `copy` from `template`, tables and all. Nobody may be connected to the template."""
    with connect(admin_url) as admin, _alone(admin):
        _create_database(admin, copy, template.name)
        _grant_connect(admin, copy)  # rights on a database as such are not copied


def drop(admin_url: str, database: ServiceDatabase) -> None:
    """Remove a database and whoever is connected to it."""
    with connect(admin_url) as admin:
        admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(database.name)))


def _make_roles(admin: psycopg.Connection, database: ServiceDatabase) -> None:
    harmless = "nosuperuser nocreatedb nocreaterole noreplication nobypassrls"
    _create_role(admin, database.owner, f"nologin {harmless}")
    # An administrator who is no superuser must be a member to hand things to the owner and to act as it.
    admin.execute(sql.SQL("grant {} to current_user").format(sql.Identifier(database.owner)))
    for role, url in zip(database.logins, (database.app_url, database.messenger_url), strict=True):
        _create_role(admin, role, f"login {harmless} noinherit")
        password = unquote(urlsplit(url).password or "")
        # Hashed here, so that the password itself reaches no log of the server.
        verifier = admin.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
        admin.execute(sql.SQL("alter role {} password {}").format(sql.Identifier(role), sql.Literal(verifier)))


def _create_role(admin: psycopg.Connection, role: str, attributes: str) -> None:
    found = admin.execute(
        "select rolsuper or rolbypassrls or rolcreaterole from pg_roles where rolname = %s", [role]
    ).fetchone()
    if found is None:
        admin.execute(sql.SQL("create role {} {}").format(sql.Identifier(role), sql.SQL(attributes)))
    elif found[0]:
        raise CannotPrepare(f"role {role} exists and may step over row-level security: remove that right first")


def _create_database(admin: psycopg.Connection, database: ServiceDatabase, template: str = "template0") -> None:
    # template0 and the builtin locale: the same sort order and case rules on every machine.
    locale = "encoding 'UTF8' locale_provider builtin builtin_locale 'C.UTF-8' locale 'C'"
    admin.execute(
        sql.SQL("create database {} owner {} template {} {}").format(
            sql.Identifier(database.name),
            sql.Identifier(database.owner),
            sql.Identifier(template),
            sql.SQL(locale if template == "template0" else ""),
        )
    )


def _grant_connect(admin: psycopg.Connection, database: ServiceDatabase) -> None:
    name = sql.Identifier(database.name)
    admin.execute(sql.SQL("revoke all on database {} from public").format(name))
    admin.execute(sql.SQL("grant connect on database {} to {}").format(name, _identifiers(database.logins)))


def _furnish(inside: psycopg.Connection, database: ServiceDatabase) -> None:
    for extension in EXTENSIONS:
        inside.execute(sql.SQL("create extension if not exists {}").format(sql.Identifier(extension)))
    inside.execute(sql.SQL("alter schema public owner to {}").format(sql.Identifier(database.owner)))
    inside.execute("revoke all on schema public from public")
    inside.execute(sql.SQL("grant usage on schema public to {}").format(_identifiers(database.logins)))


def _identifiers(names: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(", ").join(sql.Identifier(name) for name in names)


def migrate(database: ServiceDatabase, *, ini: Path = ALEMBIC_INI) -> bool:
    """Bring the tables to the newest revision. False when they were there already, which costs one query.

    A step that cannot have its lock soon gives way to those who work, and is tried again: what was done stays done.

    Raises:
        CannotPrepare: the town is too busy to let a step through.
    """
    from alembic import command  # Imported here: half a second that `helhed token` need not pay.

    config = alembic_config(database, ini=ini)
    if _revisions(database) == _heads(config):
        return False
    for _ in range(_TRIES):
        try:
            command.upgrade(config, "head")
            return True
        except Exception as refused:
            if getattr(getattr(refused, "orig", None), "sqlstate", None) not in _GAVE_WAY:
                raise
            time.sleep(0.25)
    raise CannotPrepare(f"{database.name}: after {_TRIES} tries a step still waits for its lock; try at a quieter time")


def alembic_config(database: ServiceDatabase, *, ini: Path = ALEMBIC_INI) -> "Config":
    """Alembic's view of one service: its section of alembic.ini, and where its database is."""
    from alembic.config import Config

    config = Config(str(ini), ini_section=database.service)
    config.attributes["service"] = database.service
    config.attributes["url"] = database.admin_url.replace("postgresql://", "postgresql+psycopg://", 1)
    return config


def _heads(config: "Config") -> set[str]:
    from alembic.script import ScriptDirectory

    return set(ScriptDirectory.from_config(config).get_heads())


def _revisions(database: ServiceDatabase) -> set[str]:
    with connect(database.admin_url) as inside:
        table = inside.execute("select to_regclass('public.alembic_version')").fetchone()
        if table is None or table[0] is None:
            return set()
        return {row[0] for row in inside.execute("select version_num from public.alembic_version")}
