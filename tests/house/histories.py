"""A service's migrations, one revision at a time: written out, linted, and walked up, down and up again."""

import io
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from helhed.databases import ALEMBIC_INI, ServiceDatabase
from helhed.embedded import postgres_binary
from tests.house.tree import ROOT


def history(service: str, *, folder: Path | None = None) -> Config:
    """Alembic's view of a service's history, or of one in another folder."""
    config = Config(str(ALEMBIC_INI), ini_section=service)
    if folder:
        config.set_main_option("version_locations", str(folder))
    return config


def heads(config: Config) -> list[str]:
    """Where the history ends: at one revision, when nobody has written beside another."""
    return list(ScriptDirectory.from_config(config).get_heads())


def steps(config: Config) -> Iterator[tuple[str, str]]:
    """Every step of the history in order: from which revision, to which."""
    revisions = list(ScriptDirectory.from_config(config).walk_revisions())
    for revision in reversed(revisions):
        yield str(revision.down_revision or "base"), revision.revision


def script(config: Config, since: str, until: str) -> str:
    """The SQL of one step, as somebody would run it by hand."""
    config.output_buffer = io.StringIO()
    command.upgrade(config, f"{since}:{until}", sql=True)
    return config.output_buffer.getvalue()


def lint(folder: Path, config: Config) -> subprocess.CompletedProcess[str]:
    """Squawk on every step by itself: of a table made in the same script it would forgive everything."""
    scripts = []
    for since, until in steps(config):
        path = folder / f"{until}.sql"
        path.write_text(script(config, since, until), encoding="utf-8")
        scripts.append(str(path))
    squawk = str(Path(sys.executable).parent / "squawk")
    options = ["--config", str(ROOT / ".squawk.toml"), "--reporter", "gcc"]
    return subprocess.run([squawk, *options, *scripts], cwd=folder, capture_output=True, text=True, check=False)


def walk(config: Config, database: ServiceDatabase) -> Iterator[str]:
    """Take each step up, down and up again on an empty database; tells which step did not undo what it did."""
    config.attributes["url"] = database.admin_url
    before = schema(database)
    for since, until in steps(config):
        command.upgrade(config, until)
        after = schema(database)
        command.downgrade(config, since)
        if schema(database) != before:
            yield f"{until} down leaves something else than was there before"
        command.upgrade(config, until)
        if schema(database) != after:
            yield f"{until} up again makes something else than the first time"
        before = after


def schema(database: ServiceDatabase) -> str:
    """Everything but rows and Alembic's own table: tables, policies, rights, functions, triggers, owners."""
    command_line = [str(postgres_binary("pg_dump")), "--schema-only", "--exclude-table=alembic_version"]
    told = subprocess.run([*command_line, database.admin_url], check=True, capture_output=True, text=True).stdout
    # A line that begins with a backslash holds a random word of this dump's own.
    return "\n".join(line for line in told.splitlines() if line and not line.startswith(("\\", "--")))
