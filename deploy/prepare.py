"""Make what compose.yaml mounts: passwords, addresses, keys, and the folders where the data will lie.

    .venv/bin/python deploy/prepare.py [--into deploy]

Run it once, before the first `docker compose up`, as root if it is to hand the data folders to their owners. It leaves
alone whatever is there, so it may be run again. Passwords appear in files only, never on the screen.
"""

import argparse
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from chassis.keys import make_missing

SERVICES = ("cases", "referrals", "surveys")

# Users inside the containers, by number: compose.yaml runs them as these.
DATA_OWNERS = {"postgres": 999, "nats": 10001}

# A service says only its own moments, hears everybody's, and can neither empty nor drop a stream.
NATS_USER = """\
    {{
      user: {service}
      password: "{password}"
      permissions {{
        publish {{
          allow: ["ev.v1.*.{service}.>", "$JS.API.>", "$JS.ACK.>"]
          deny: ["$JS.API.STREAM.DELETE.>", "$JS.API.STREAM.PURGE.>", "$JS.API.STREAM.MSG.DELETE.>"]
        }}
        subscribe {{ allow: ["_INBOX.>"] }}
      }}
    }}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--into", type=Path, default=Path(__file__).parent, help="where secrets/ and data/ go")
    into: Path = parser.parse_args().into
    prepare_secrets(into / "secrets")
    for warning in prepare_data(into / "data"):
        print(warning)
    print(f"Ready in {into}. Add your identity provider to {into / 'secrets' / 'issuers.json'} (docs/operations.md).")


def prepare_secrets(directory: Path) -> None:
    """Write the files that are missing in `directory`, and let nobody but its owner into it."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    make_missing(directory, "production")
    administrator = directory / "administrator_database_url"
    _write(administrator, _database_url("postgres", _password_in(administrator), "postgres"))
    _write(directory / "postgres_password", _password_in(administrator))
    for service in SERVICES:
        for login, name in (
            ("app", f"{service}_database_url"),
            ("messenger", f"{service}_messenger_database_url"),
        ):
            path = directory / name
            _write(path, _database_url(f"helhed_{service}_{login}", _password_in(path), f"helhed_{service}"))
        path = directory / f"{service}_nats_url"
        _write(path, f"nats://{service}:{_password_in(path)}@nats:4222")
    _write(directory / "nats_users.conf", _nats_users(directory))
    for path in directory.glob("[!.]*"):
        # A mounted file keeps its mode, and the users in the containers differ: the folder is what locks.
        path.chmod(0o444)


def prepare_data(directory: Path) -> list[str]:
    """Make the data folders; what could not be handed to its owner comes back as the command that does it."""
    left = []
    for name, owner in DATA_OWNERS.items():
        path = directory / name
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        if path.stat().st_uid == owner:
            continue
        if os.geteuid() == 0:
            os.chown(path, owner, owner)
        else:
            left.append(f"Still to do: sudo chown {owner}:{owner} {path}")
    return left


def _database_url(user: str, password: str, database: str) -> str:
    return f"postgresql://{user}:{password}@postgres:5432/{database}"


def _password_in(path: Path) -> str:
    """The password of an address that is there, else a new one (43 characters that need no escaping)."""
    if path.exists():
        return urlsplit(path.read_text(encoding="utf-8").strip()).password or ""
    return secrets.token_urlsafe(32)


def _nats_users(directory: Path) -> str:
    users = "\n".join(
        NATS_USER.format(service=service, password=_password_in(directory / f"{service}_nats_url"))
        for service in SERVICES
    )
    return f"authorization {{\n  timeout: 2\n  users: [\n{users}\n  ]\n}}\n"


def _write(path: Path, content: str) -> None:
    if not path.exists():
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
