"""What a process reads from its environment. Every name may also be given as NAME_FILE, a file that holds the value."""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

Mode = Literal["development", "production"]


class MissingSetting(RuntimeError):
    """A process was started without something it cannot do without."""


def env(name: str, default: str | None = None) -> str:
    """The value of NAME, or the content of the file that NAME_FILE names.

    Raises:
        MissingSetting: neither is set and there is no default.
    """
    file = os.environ.get(f"{name}_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    value = os.environ.get(name, default)
    if value is None:
        raise MissingSetting(f"{name} (or {name}_FILE) is not set")
    return value


def optional_env(name: str) -> str | None:
    """Like `env`, but None when neither NAME nor NAME_FILE is set, or when it is empty."""
    return env(name, "") or None


def public_url() -> str:
    """Where people outside find the gateway: links that are sent to them begin with it."""
    local = f"http://127.0.0.1:{env('HELHED_PORT', '8080')}"
    return (optional_env("HELHED_PUBLIC_URL") or local).rstrip("/")


def mode() -> Mode:
    """`development` only when the environment says so: what nobody has decided is production."""
    value = env("HELHED_MODE", "production")
    if value not in ("development", "production"):
        raise MissingSetting("HELHED_MODE must be development or production")
    return cast(Mode, value)


@dataclass(frozen=True, slots=True)
class Settings:
    """What all processes share. `database_url` is the application's role, `messenger_database_url` the relay's."""

    service: str
    mode: Mode
    home: Path
    keys_dir: Path
    issuers_file: Path
    cors_origins: tuple[str, ...]
    drain_seconds: float
    database_url: str | None = None
    messenger_database_url: str | None = None
    nats_url: str | None = None
    pool_size: int = 5

    @classmethod
    def from_environment(cls, service: str) -> "Settings":
        """Read the settings of `service` (`cases`, `referrals`, `surveys` or `gateway`)."""
        home = Path(env("HELHED_HOME", ".helhed"))
        keys_dir = Path(env("HELHED_KEYS_DIR", str(home / "keys")))
        prefix = f"HELHED_{service.upper()}"
        return cls(
            service=service,
            mode=mode(),
            home=home,
            keys_dir=keys_dir,
            issuers_file=Path(env("HELHED_ISSUERS_FILE", str(keys_dir / "issuers.json"))),
            cors_origins=tuple(filter(None, env("HELHED_CORS_ORIGINS", "").split(","))),
            drain_seconds=float(env("HELHED_DRAIN_SECONDS", "5")),
            database_url=optional_env(f"{prefix}_DATABASE_URL"),
            messenger_database_url=optional_env(f"{prefix}_MESSENGER_DATABASE_URL"),
            nats_url=optional_env("HELHED_NATS_URL"),
            pool_size=int(env("HELHED_POOL_SIZE", "5")),
        )
