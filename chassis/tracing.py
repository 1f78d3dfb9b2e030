"""One trace id from the request, through the outbox row and the broker, to the last effect (W3C Trace Context)."""

import re
import secrets
from contextvars import ContextVar
from dataclasses import dataclass

_FORM = re.compile(r"^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$")


@dataclass(frozen=True, slots=True)
class Trace:
    """Where we are: `trace_id` names the whole journey, `span_id` this leg of it."""

    trace_id: str
    span_id: str

    def traceparent(self) -> str:
        """As header value or event attribute."""
        return f"00-{self.trace_id}-{self.span_id}-01"


_current: ContextVar[Trace | None] = ContextVar("trace", default=None)


def start(traceparent: str | None = None) -> Trace:
    """Continue the caller's journey, or begin a new one when the header is absent or malformed (never an error)."""
    found = _FORM.match(traceparent or "")
    known = found is not None and set(found[1]) != {"0"} and set(found[2]) != {"0"}
    trace = Trace(found[1] if found and known else secrets.token_hex(16), secrets.token_hex(8))
    _current.set(trace)
    return trace


def current() -> Trace:
    """The present leg; a new journey when nobody has started one."""
    return _current.get() or start()
