"""The command `helhed`: each command is a few lines here and a module of its own."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from chassis.keys import KeysUnusable
from chassis.settings import MissingSetting, env
from helhed.databases import CannotPrepare
from helhed.dead_letters import NoSuchLetter, StillParked
from helhed.embedded import CannotEmbed
from helhed.home import AlreadyRunning, Home, NoTown
from helhed.ports import PortTaken
from helhed.say import Say
from helhed.supervise import NeverReady, Stopped
from helhed.town import SERVICES
from helhed.up import Plan, Town

app = typer.Typer(
    help="Helhed: nobody is let go before somebody has caught them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # a local variable may hold a password
)
dead_letters_app = typer.Typer(help="Events that could not be carried or applied, put aside.", no_args_is_help=True)
app.add_typer(dead_letters_app, name="dead-letters")

# What a person can do something about: told in words, without a traceback.
PLAIN = (
    *(AlreadyRunning, CannotEmbed, CannotPrepare, KeysUnusable, MissingSetting, NeverReady),
    *(NoSuchLetter, NoTown, PortTaken, StillParked),
)


def in_words(do: Callable[[], object]) -> int:
    """Do it; the exit status. A known trouble is one message, Ctrl-C is none."""
    try:
        do()
    except PLAIN as trouble:
        print(f"helhed: {trouble}", file=sys.stderr)
        if isinstance(trouble, CannotEmbed | NeverReady):
            print("helhed: `make doctor` looks for what may be wrong with this machine", file=sys.stderr)
        return 1
    except Stopped:
        return 0
    return 0


def present(plan: Callable[[], Plan]) -> int:
    """Run the town of this plan until told to stop; the exit status."""
    return in_words(lambda: Town(plan(), Say()).run())


def home() -> Home:
    """The folder the environment names."""
    return Home(Path(env("HELHED_HOME", ".helhed")))


@app.command()
def up(
    fsync: Annotated[bool, typer.Option(help="`--no-fsync`: for tests; a power cut loses data.")] = True,
) -> None:
    """Start the whole town here: PostgreSQL, NATS, every service, the gateway. Ctrl-C stops it."""
    raise typer.Exit(present(lambda: Plan.from_environment(durable=fsync)))


@app.command()
def migrate() -> None:
    """Make databases and roles and bring all tables up to date: on HELHED_DATABASE_URL, or the town's own server."""
    from helhed import migrate as migration

    raise typer.Exit(in_words(lambda: migration.migrate(home(), Say())))


@app.command()
def revise(
    service: Annotated[str, typer.Argument(help=f"One of {', '.join(SERVICES)}.")],
    message: Annotated[str, typer.Argument(help="What changes, as a few words.")],
) -> None:
    """Write a migration for what the service's `tables.py` says and its database does not have yet."""
    from helhed import migrate as migration

    raise typer.Exit(in_words(lambda: migration.revise(home(), Say(), service, message)))


@app.command()
def token(
    authority: Annotated[str | None, typer.Option(help="Who acts under law, such as 0101.")] = None,
    sector: Annotated[list[str] | None, typer.Option(help="employment, social or health; may be repeated.")] = None,
    role: Annotated[list[str] | None, typer.Option(help="Such as caseworker; may be repeated.")] = None,
    subject: Annotated[str | None, typer.Option(help="Who the token speaks for.")] = None,
    unit: Annotated[list[str] | None, typer.Option(help="Such as health:alkohol; may be repeated.")] = None,
    scope: Annotated[str | None, typer.Option(help="Narrows what its roles may do, such as cases:read.")] = None,
) -> None:
    """Print a token of this folder's development issuer. A town outside development mode refuses it."""
    from chassis import keys

    def say_it() -> None:
        here = home()
        if not here.is_for_development():
            raise MissingSetting(f"tokens are for development, and no development town has been started in {here.path}")
        print(
            keys.development_token(
                here.keys,
                authority=authority,
                sectors=sector or [],
                roles=role or [],
                subject=subject,
                units=unit or [],
                scope=scope,
            )
        )

    raise typer.Exit(in_words(say_it))


@app.command()
def doctor() -> None:
    """Look at this machine and say what is wrong with it, and what to do."""
    from helhed import doctor as surgery

    raise typer.Exit(surgery.main(home()))


@app.command()
def clean(yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False) -> None:
    """Forget everything: the folder with databases, events, keys and logs."""
    raise typer.Exit(in_words(lambda: _clean(home(), yes)))


def _clean(here: Home, yes: bool) -> None:
    if not here.path.exists():
        print(f"There is nothing at {here.path}")
        return
    if not (here.path / "helhed.pid").exists():
        raise CannotPrepare(f"{here.path} was not made by `helhed up`; it is left alone")
    if not yes:
        typer.confirm(f"Delete {here.path} with all its data?", abort=True)
    try:
        here.take()
    except AlreadyRunning as running:
        raise AlreadyRunning(f"process {running} runs from {here.path}: stop it first") from None
    shutil.rmtree(here.path)
    print(f"Deleted {here.path}")


@app.command()
def demo(
    citizens: Annotated[int, typer.Option(help="How many.", min=1)] = 100,
    seed: Annotated[int | None, typer.Option(help="The same number tells the same stories.")] = None,
    history: Annotated[Path | None, typer.Option(help="Write every call and its answer to this file.")] = None,
) -> None:
    """Tell the story for many citizens, through the public API of the town that runs here."""
    from helhed import demo as story

    def tell() -> None:
        here = home()
        gateway = here.read_register().get("gateway")
        if not gateway or not here.is_taken():
            raise NoTown(f"no town runs in {here.path}: start it with `make run` in another terminal")
        story.main(gateway, here.path, citizens=citizens, seed=seed, history=history)

    raise typer.Exit(in_words(tell))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []})
def contracts(context: typer.Context) -> None:
    """The words services say to each other: `write` what is generated from them, or `check` it."""
    from helhed import contracts as words

    raise typer.Exit(words.main(context.args))


@dead_letters_app.command("list")
def list_dead_letters(service: Annotated[str | None, typer.Option(help="Only this service's.")] = None) -> None:
    """Show what was put aside, and why."""
    from helhed import dead_letters

    raise typer.Exit(in_words(lambda: dead_letters.show(home(), service)))


@dead_letters_app.command("replay")
def replay_dead_letters(
    service: Annotated[str, typer.Argument(help="Whose.")],
    letter: Annotated[list[str] | None, typer.Argument(help="Which, as `list` names them; all if none.")] = None,
) -> None:
    """Try them again, each with all that waits behind it. Exit status 1 when some still cannot be applied."""
    from helhed import dead_letters

    raise typer.Exit(in_words(lambda: dead_letters.replay(home(), service, letter or [])))


if __name__ == "__main__":
    app()
