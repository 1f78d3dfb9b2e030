"""One shape for everything that goes wrong: `application/problem+json` (RFC 9457), its registry, and its status table.

Clients switch on `type`; no other member is a contract. No answer repeats what was sent.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from pydantic import Field
from pydantic.alias_generators import to_camel
from starlette.requests import Request
from starlette.responses import Response

from chassis.errors import BadInput, InvalidTransition, NotAllowed, NotFound, Refusal, RuleBroken, Stale, Text
from chassis.wire import View

PREFIX = "urn:helhed:problem:"
MEDIA_TYPE = "application/problem+json"


class Unauthorised(Refusal):
    """No token, or one that does not hold (401)."""

    slug = "unauthenticated"
    title = Text("Log ind først.", "Sign in first.")


class PreconditionRequired(Refusal):
    """A change must name the version it was made from (428)."""

    slug = "precondition-required"
    title = Text("Send If-Match med den version, du har læst.", "Send If-Match with the version you have read.")


class KeyReused(Refusal):
    """An Idempotency-Key came back with another request (422)."""

    slug = "idempotency-key-reused"
    title = Text("Nøglen er brugt til en anden forespørgsel.", "The key was used for another request.")


class KeyInFlight(RuleBroken):
    """The first request with this key is still running (409)."""

    slug = "idempotency-key-in-flight"
    title = Text("Den første forespørgsel er ikke færdig endnu.", "The first request has not finished yet.")


class AlreadyExists(RuleBroken):
    """The id or reference is taken (409)."""

    slug = "already-exists"
    title = Text("Findes allerede.", "It exists already.")


class TooLarge(Refusal):
    """The body is larger or deeper than allowed (413)."""

    slug = "too-large"
    title = Text("Forespørgslen er for stor.", "The request is too large.")


class TooSlow(BadInput):
    """The body was announced and did not come in time (400)."""

    slug = "too-slow"
    title = Text("Forespørgslen kom ikke frem i tide.", "The request did not arrive in time.")


class WrongMediaType(Refusal):
    """The body is not of a type this operation reads (415)."""

    slug = "unsupported-media-type"
    title = Text("Den slags indhold læses ikke her.", "That kind of content is not read here.")


class NotAcceptable(Refusal):
    """The caller accepts nothing we can write (406)."""

    slug = "not-acceptable"
    title = Text("Der svares kun med JSON.", "Answers are JSON only.")


class NoSuchPath(Refusal):
    """Nothing lives at this path (404)."""

    slug = "no-such-path"
    title = Text("Adressen findes ikke.", "There is nothing at this address.")


class MethodNotAllowed(Refusal):
    """The path exists, the method does not (405)."""

    slug = "method-not-allowed"
    title = Text("Den metode findes ikke her.", "That method does not exist here.")


class QuotaExceeded(Refusal):
    """Too many requests (429)."""

    slug = "quota-exceeded"
    title = Text("For mange forespørgsler.", "Too many requests.")


class NotCaughtUp(Refusal):
    """This service has not yet heard of a write the caller made elsewhere (503)."""

    slug = "not-caught-up"
    title = Text("Tjenesten har ikke hørt det nyeste endnu.", "The service has not heard the latest yet.")


class Unavailable(Refusal):
    """Something this answer needs is away for the moment (503)."""

    slug = "unavailable"
    title = Text("Tjenesten er ikke til rådighed lige nu.", "The service is not available right now.")


class UpstreamUnavailable(Unavailable):
    """The service behind the gateway does not answer (503)."""

    slug = "upstream-unavailable"
    title = Text("Tjenesten bag porten svarer ikke.", "The service behind the gateway does not answer.")


class Broken(Refusal):
    """A defect of ours (500). The trace id in `instance` finds it in the log."""

    slug = "internal-error"
    title = Text("Der er en fejl hos os.", "Something is wrong on our side.")


STATUS: tuple[tuple[type[Refusal], int], ...] = (
    (Unauthorised, 401),
    (NotAllowed, 403),
    (NotFound, 404),
    (NoSuchPath, 404),
    (MethodNotAllowed, 405),
    (NotAcceptable, 406),
    (RuleBroken, 409),
    (Stale, 412),
    (TooLarge, 413),
    (WrongMediaType, 415),
    (KeyReused, 422),
    (PreconditionRequired, 428),
    (QuotaExceeded, 429),
    (NotCaughtUp, 503),
    (Unavailable, 503),
    (BadInput, 400),
    (Broken, 500),
)
_RETRY_AFTER = (Unavailable, NotCaughtUp, KeyInFlight)


def status_of(refusal: Refusal | type[Refusal]) -> int:
    """The one status of a refusal. A kind without a status is a defect and fails at once."""
    kind = refusal if isinstance(refusal, type) else type(refusal)
    for base, status in STATUS:
        if issubclass(kind, base):
            return status
    raise LookupError(f"{kind.__name__} has no status")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a request: where, which rule, one sentence. `refusal` when the fault has its own type."""

    place: str  # body, query, path, header
    pointer: str
    code: str
    detail: Text
    refusal: type[Refusal] | None = None
    facts: tuple[tuple[str, Any], ...] = ()


class Faults(BadInput):
    """Everything that is wrong with a request, at once. A single fault with its own type gives the answer its type."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__()
        self.faults = tuple(faults)


class FaultView(View):
    """One fault: `in` names the part of the request, `pointer` the place in it (JSON Pointer)."""

    place: str = Field(alias="in")
    pointer: str
    code: str
    detail: str


class Problem(View):
    """RFC 9457 problem details. `type` is the contract; the other members are for people."""

    type: str = Field(pattern="^urn:helhed:problem:[a-z-]+$")
    title: str
    status: int = Field(ge=400, le=599)
    detail: str
    instance: str
    errors: list[FaultView]


def language_of(request: Request) -> str:
    """Danish, unless English is asked for first."""
    for part in request.headers.get("accept-language", "da").split(","):
        tag = part.split(";")[0].strip().lower()
        if tag.startswith("en"):
            return "en"
        if tag.startswith("da") or tag == "*":
            return "da"
    return "da"


def problem(
    refusal: Refusal, *, language: str = "da", trace_id: str = "", headers: dict[str, str] | None = None
) -> Response:
    """The answer for a refusal, in one language."""
    kind: type[Refusal] = type(refusal)
    facts = dict(refusal.facts)
    faults: tuple[Fault, ...] = ()
    if isinstance(refusal, Faults):
        faults = refusal.faults
        named = [fault for fault in faults if fault.refusal]
        if len(faults) == 1 and named:
            kind, facts = named[0].refusal or kind, dict(named[0].facts)
        elif len(faults) == 0:
            kind = BadInput
    slug, title, detail = kind.slug, kind.title[language], (kind.detail or kind.title)[language]
    content: dict[str, Any] = {
        "type": PREFIX + slug,
        "title": title,
        "status": status_of(kind),
        "detail": detail,
        "instance": f"urn:trace:{trace_id}",
        "errors": [{"in": f.place, "pointer": f.pointer, "code": f.code, "detail": f.detail[language]} for f in faults],
    }
    content.update({to_camel(name): value for name, value in facts.items() if to_camel(name) not in content})
    extra = {"Content-Language": language, **(headers or {})}
    if issubclass(kind, _RETRY_AFTER):
        extra.setdefault("Retry-After", "1")
    if issubclass(kind, Unauthorised):
        extra["WWW-Authenticate"] = facts.get("challenge", 'Bearer realm="helhed"')
        content.pop("challenge", None)
    return Response(orjson.dumps(content, default=str), status_of(kind), extra, MEDIA_TYPE)


def every_refusal() -> dict[str, type[Refusal]]:
    """All refusals this process knows, by slug: the registry served at /problems."""
    found: dict[str, type[Refusal]] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        kind = waiting.pop()
        waiting.extend(kind.__subclasses__())
        if "slug" in kind.__dict__:
            if kind.slug in found and found[kind.slug] is not kind:
                raise LookupError(f"two refusals share the slug {kind.slug}")
            found[kind.slug] = kind
    return dict(sorted(found.items()))


def problems(*refusals: type[Refusal]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of a route: which of its own refusals a caller must expect, beside those any door gives."""
    documented: dict[int | str, dict[str, Any]] = {}
    for status in sorted({status_of(kind) for kind in refusals}):
        slugs = [f"`{kind.slug}`" for kind in refusals if status_of(kind) == status]
        documented[status] = response_document(", ".join(slugs))
    return documented


def response_document(description: str) -> dict[str, Any]:
    """An OpenAPI response object for a problem."""
    return {"description": description, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}}


# -- what pydantic found, told without repeating it ---------------------------------------------------------------

_SAFE_NAME = re.compile(r"^[A-Za-z_-]{1,40}$")
_TOLD = {
    "missing": Text("skal udfyldes", "is required"),
    "extra_forbidden": Text("kendes ikke", "is not known"),
    "json_invalid": Text("er ikke gyldig JSON", "is not valid JSON"),
    "string_too_long": Text("er for lang", "is too long"),
    "string_too_short": Text("er for kort", "is too short"),
    "string_pattern_mismatch": Text("har ikke den rette form", "does not have the right form"),
    "literal_error": Text("er ikke en af de tilladte værdier", "is not one of the allowed values"),
    "enum": Text("er ikke en af de tilladte værdier", "is not one of the allowed values"),
    "too_long": Text("har for mange elementer", "has too many items"),
    "too_short": Text("har for få elementer", "has too few items"),
    "timezone_aware": Text("skal have en tidszone", "needs a time zone"),
}
_OTHERWISE = Text("er ikke gyldig", "is not valid")


def faults_of(errors: Iterable[dict[str, Any]]) -> list[Fault]:
    """Pydantic's errors as faults. Names from the request are repeated only where they cannot carry a number or a name
    of a person; values never."""
    faults = []
    for error in errors:
        place, *path = [str(part) for part in error["loc"]] or ["body"]
        if error["type"] == "json_invalid":
            path = []
        if error["type"] == "extra_forbidden" and path and not _SAFE_NAME.match(path[-1]):
            path[-1] = "?"
        pointer = "".join(f"/{part}" for part in path)
        code = str(error["type"]).replace("_", "-")
        faults.append(Fault(place, pointer, code, _TOLD.get(str(error["type"]), _OTHERWISE)))
    return faults


__all__ = [
    "InvalidTransition",
    "Problem",
    "every_refusal",
    "faults_of",
    "problem",
    "problems",
    "status_of",
]
