"""Ports that are free, and what to say of one that is not."""

import random
import socket
from pathlib import Path

LOWEST = 20000


class PortTaken(RuntimeError):
    """Somebody else listens where the gateway should. The text says what to do."""


def is_free(port: int) -> bool:
    """Whether a server could listen there now (a connection that only lingers does not count)."""
    with socket.socket() as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_ports(count: int, *, avoid: frozenset[int] = frozenset()) -> list[int]:
    """That many free ports, below the range from which the system takes ports for outgoing connections.

    Above it, any of the town's own connections to PostgreSQL may sit on a port between our look and a server's start.
    """
    found: list[int] = []
    candidates = list(range(LOWEST, _highest()))
    random.SystemRandom().shuffle(candidates)
    for port in candidates:
        if len(found) == count:
            break
        if port not in avoid and is_free(port):
            found.append(port)
    return found


def _highest() -> int:
    try:
        outgoing = Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split()
        return max(int(outgoing[0]), LOWEST + 2000)
    except (FileNotFoundError, ValueError):
        return 32768


def number(text: str) -> int:
    """The port that HELHED_PORT says.

    Raises:
        PortTaken: it says none.
    """
    if not text.isascii() or not text.isdigit() or not 0 < int(text) < 65536:
        raise PortTaken(f"HELHED_PORT must be a number from 1 to 65535, not {text!r}")
    return int(text)


def require(port: int) -> int:
    """That port, free.

    Raises:
        PortTaken: it is not.
    """
    if not is_free(port):
        raise PortTaken(
            f"Port {port} is taken by another program (`lsof -i :{port}` tells which). "
            f"Stop it, or choose another: HELHED_PORT={port + 1} make run"
        )
    return port
