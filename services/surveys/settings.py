"""What surveys reads from the environment beside what every process reads."""

from chassis.settings import env, optional_env


def public_url() -> str:
    """Where citizens find the town: one-time links begin with it."""
    local = f"http://127.0.0.1:{env('HELHED_PORT', '8080')}"
    return (optional_env("HELHED_PUBLIC_URL") or local).rstrip("/")
