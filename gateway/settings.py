"""What the gateway reads from its environment, beside what every process reads."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network

from chassis.settings import MissingSetting, Settings, env

MEBIBYTE = 1024 * 1024

Network = IPv4Network | IPv6Network

_RATE = re.compile(r"(?P<calls>[1-9]\d{0,6})/(?P<unit>[sm]);burst=(?P<burst>[1-9]\d{0,6})")
_SECONDS = {"s": 1, "m": 60}


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one caller may call: `burst` at once, refilled by `per_second`."""

    per_second: float
    burst: int

    @classmethod
    def parse(cls, text: str) -> "Rate":
        """Read `100/s;burst=400` (or `/m`).

        Raises:
            MissingSetting: the text has another form; a gateway without a limit by mistake must not start.
        """
        found = _RATE.fullmatch(text)
        if found is None:
            raise MissingSetting("HELHED_RATE_LIMIT must look like 100/s;burst=400")
        return cls(int(found["calls"]) / _SECONDS[found["unit"]], int(found["burst"]))


@dataclass(frozen=True, slots=True)
class GatewaySettings:
    """`shared` is what every process reads; the rest is the gateway's own. Times in seconds, sizes in bytes.

    `trusted_proxies` are the networks of what terminates TLS in front of us: only what comes from there may
    say in X-Forwarded-For whom it speaks for. Nobody is trusted by default.
    """

    shared: Settings
    upstreams: Mapping[str, str]
    rate: Rate = Rate(100, 400)
    concurrency: int = 512
    connect_timeout: float = 0.5
    total_timeout: float = 20.0
    max_body: int = MEBIBYTE
    trusted_proxies: tuple[Network, ...] = ()

    @classmethod
    def from_environment(cls, services: Iterable[str]) -> "GatewaySettings":
        """Read the settings; each of `services` must have its HELHED_<SERVICE>_URL."""
        return cls(
            shared=Settings.from_environment("gateway"),
            upstreams={service: _url_of(service) for service in services},
            rate=Rate.parse(env("HELHED_RATE_LIMIT", "100/s;burst=400")),
            concurrency=int(env("HELHED_MAX_CONCURRENCY", "512")),
            trusted_proxies=networks(env("HELHED_TRUSTED_PROXIES", "")),
        )


def networks(text: str) -> tuple[Network, ...]:
    """Read `10.0.0.0/8,192.0.2.1`."""
    return tuple(ip_network(network.strip()) for network in text.split(",") if network.strip())


def _url_of(service: str) -> str:
    return env(f"HELHED_{service.upper()}_URL").rstrip("/")
