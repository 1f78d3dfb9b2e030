"""A small town: PostgreSQL, NATS or neither, and stand-ins for applications. `python -m tests.town.small_town NAME...`.

It goes through the same doors as `helhed up` (folder, lock, ports, supervisor, messages), without services or tables.
"""

import sys

from helhed.cli import present
from helhed.town import NATS, POSTGRES, Process
from helhed.up import Plan

SERVERS = {server.name: server for server in (POSTGRES, NATS)}


def process(name: str) -> Process:
    """A server by its name, or a stand-in."""
    stand_in = Process(name=name, about="stands in", module=name, runner="tests.town.stand_in")
    return SERVERS.get(name, stand_in)


if __name__ == "__main__":
    processes = tuple(process(name) for name in sys.argv[1:])
    sys.exit(present(lambda: Plan.from_environment(processes=processes, services=(), durable=False)))
