"""Which headers pass the gateway, inwards and outwards.

Inwards nothing passes unless it is named: what HTTP and our services need, and what a service documents as a
header parameter. So nobody can say from outside who they are (X-User-*, X-Client-Cert*), where they come from
(X-Forwarded-*, Forwarded, X-Real-IP), or what others shall log (X-Request-Id, tracestate, baggage), nor
smuggle a hop-by-hop header through. The gateway then says freshly what it knows itself.
"""

from collections.abc import Iterable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address

from gateway.settings import Network

Headers = list[tuple[bytes, bytes]]
RawHeaders = Sequence[tuple[bytes, bytes]]

PASS_INWARDS = frozenset(
    {
        b"accept",
        b"accept-language",
        b"access-purpose",
        b"acting-unit",
        b"authorization",
        b"content-encoding",
        b"content-language",
        b"content-length",
        b"content-type",
        b"idempotency-key",
        b"if-match",
        b"if-none-match",
        b"prefer",
        b"sync-token",
    }
)

HOP_BY_HOP = frozenset(
    {
        b"connection",
        b"expect",
        b"http2-settings",
        b"keep-alive",
        b"proxy-authenticate",
        b"proxy-authorization",
        b"proxy-connection",
        b"te",
        b"trailer",
        b"transfer-encoding",
        b"upgrade",
    }
)

# Never let in, even when a service should document them by mistake.
SPOOFABLE = frozenset({b"baggage", b"cookie", b"forwarded", b"host", b"origin", b"traceparent", b"tracestate", b"via"})
SPOOFABLE_BEGINNINGS = (b"x-",)
"""Our own headers carry no `X-` (RFC 6648), so whatever does is somebody else's claim."""

# Answered by the gateway itself, once: a service behind it may say them too, for those who call it directly.
OURS_OUTWARDS = frozenset({b"date", b"server", b"set-cookie", b"traceparent", b"tracestate", b"via", b"x-powered-by"})
OURS_OUTWARDS_BEGINNINGS = (b"access-control-", b"ratelimit")


def allowed_inwards(documented: Iterable[str]) -> frozenset[bytes]:
    """The header names that pass: the ones all need, and the documented ones that are safe to believe."""
    names = {name.lower().encode() for name in documented}
    return PASS_INWARDS | {name for name in names if not _unsafe(name)}


def inwards(headers: RawHeaders, allowed: frozenset[bytes]) -> Headers:
    """What of the client's headers the service gets to see."""
    dropped = _named_by_connection(headers)
    if first(headers, b"transfer-encoding") is not None:
        # With both, a chain of servers can be made to disagree on where a request ends (RFC 9112 section
        # 6.3).
        dropped |= {b"content-length"}
    return [(name, value) for name, value in headers if name in allowed and name not in dropped]


def outwards(headers: RawHeaders, ours: frozenset[bytes]) -> Headers:
    """What of the service's headers the client gets to see, in lower case. `ours` the gateway adds itself."""
    lowered = [(name.lower(), value) for name, value in headers]
    named = _named_by_connection(lowered)
    return [
        (name, value)
        for name, value in lowered
        if name not in HOP_BY_HOP
        and name not in OURS_OUTWARDS
        and name not in ours
        and name not in named
        and not name.startswith(OURS_OUTWARDS_BEGINNINGS)
    ]


def first(headers: RawHeaders, name: bytes) -> bytes | None:
    """The first value of a header, or None."""
    return next((value for key, value in headers if key == name), None)


def replaced(headers: RawHeaders, name: bytes, value: bytes) -> Headers:
    """The headers with one of them said once, with this value."""
    return [*((key, said) for key, said in headers if key != name), (name, value)]


def client_address(peer: str, forwarded_for: str | None, trusted: tuple[Network, ...]) -> str:
    """Whose call it is: the peer's, or when a trusted proxy is the peer, of the last in its list it cannot have
    made up: the first from the right that is no trusted proxy itself.
    """
    if not trusted or not _within(peer, trusted) or forwarded_for is None:
        return peer
    for hop in reversed([hop.strip() for hop in forwarded_for.split(",")]):
        address = _address(hop)
        if address is None:
            break
        if not _within(hop, trusted):
            return str(address)
    return peer


def forwarded(address: str, scheme: str) -> Headers:
    """What the gateway knows itself about where a call comes from."""
    return [(b"x-forwarded-for", address.encode("ascii", "replace")), (b"x-forwarded-proto", scheme.encode())]


def _unsafe(name: bytes) -> bool:
    return name in HOP_BY_HOP or name in SPOOFABLE or name.startswith(SPOOFABLE_BEGINNINGS)


def _named_by_connection(headers: RawHeaders) -> frozenset[bytes]:
    """`Connection` may name further headers that are meant for the next hop only."""
    values = [value for name, value in headers if name == b"connection"]
    return frozenset(token.strip().lower() for value in values for token in value.split(b","))


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(text)
    except ValueError:
        return None


def _within(text: str, networks: tuple[Network, ...]) -> bool:
    address = _address(text)
    return address is not None and any(address in network for network in networks)
