"""What the gateway holds while it runs: the way to the services, and what it remembers of its callers."""

from collections.abc import Mapping

from starlette.types import Scope

from chassis import tracing
from chassis.auth import Verifier
from gateway.connections import Connections
from gateway.headers import Headers, allowed_inwards, client_address, first, forwarded, inwards
from gateway.limits import Buckets, Slots
from gateway.settings import GatewaySettings
from gateway.sync import SyncMemory
from gateway.upstreams import Document, Routes, header_parameters


class Town:
    """One per process. `routes` is known from the start; the rest once `open()` has been awaited."""

    settings: GatewaySettings
    verifier: Verifier
    connections: Connections
    buckets: Buckets
    slots: Slots
    shares: dict[str, Slots]

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self.services = tuple(documents)
        self.routes = Routes(documents)
        self.memory = SyncMemory()
        self._allowed = allowed_inwards(header_parameters(documents))

    async def open(self, settings: GatewaySettings, verifier: Verifier) -> None:
        """Make what needs the environment or the event loop."""
        self.settings = settings
        self.verifier = verifier
        self.buckets = Buckets(settings.rate)
        self.slots = Slots(settings.concurrency)
        # A service that hangs may hold half of the slots, so that the others are still reached.
        self.shares = {service: Slots(max(1, settings.concurrency // 2)) for service in self.services}
        self.connections = Connections(settings)
        await self.connections.open()

    async def close(self) -> None:
        """Close every connection to the services."""
        await self.connections.close()

    def address(self, scope: Scope) -> str:
        """Where a call comes from, as far as it can be believed."""
        peer = scope["client"][0] if scope.get("client") else "unknown"
        said = first(scope["headers"], b"x-forwarded-for")
        return client_address(peer, said.decode("latin-1") if said else None, self.settings.trusted_proxies)

    def onward(self, scope: Scope) -> Headers:
        """The headers a service gets to see of this request: the caller's that pass, and ours."""
        return [
            *inwards(scope["headers"], self._allowed),
            *forwarded(self.address(scope), scope.get("scheme", "http")),
            (b"traceparent", tracing.current().traceparent().encode()),
        ]
