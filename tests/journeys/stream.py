"""What the town has announced of a case: read from the broker, as another system would."""

import nats
from nats.js.errors import NotFoundError

from chassis.envelope import Envelope, from_message
from helhed.embedded import Nats
from helhed.home import Home
from tests.support.towns import RunningTown


async def announced(town: RunningTown, service: str, case_id: str) -> list[Envelope]:
    """A service's events of one case, in the order of its stream."""
    home = Home(town.home)
    client = await nats.connect(Nats(home, town.port("nats")).url())
    try:
        stream, wanted, found, place = client.jetstream(), f"ev.v1.*.{service}.{case_id}.>", [], 0
        while True:
            try:
                message = await stream.get_msg(service.upper(), seq=place + 1, subject=wanted, next=True)
            except NotFoundError:
                return found
            place = message.seq or 0
            found.append(from_message(message.data or b"", message.headers))
    finally:
        await client.close()


def moments(events: list[Envelope]) -> list[str]:
    """What happened, by name."""
    return [event.type.split(".")[3] for event in events]
