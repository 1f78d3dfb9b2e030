"""Which service answers which path.

Read from the checked-in OpenAPI documents, so that a route exists here exactly when a service documents it.
"""

import importlib.resources
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Document = dict[str, Any]

METHODS = ("get", "put", "post", "delete", "patch")
OWN = "gateway"


class TwoServicesOnePath(RuntimeError):
    """Two services document the same path. One of them must move; the gateway does not choose."""


def documents() -> dict[str, Document]:
    """The OpenAPI document of every service, by service name, in a stable order; not the gateway's own."""
    folder = importlib.resources.files("contracts") / "openapi"
    found = {}
    for file in sorted(folder.iterdir(), key=lambda file: file.name) if folder.is_dir() else ():
        service = file.name.removesuffix(".json")
        if file.name.endswith(".json") and service != OWN:
            found[service] = json.loads(file.read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class Route:
    """One documented path (a template): whose it is, its methods, and which of them are open to everybody."""

    service: str
    path: str
    methods: frozenset[str]
    public: frozenset[str]

    @property
    def allow(self) -> str:
        """The value of `Allow`: HEAD wherever GET, and OPTIONS everywhere."""
        return ", ".join(sorted(self.methods | {"OPTIONS"}))


@dataclass(slots=True)
class _Step:
    """A node of the path tree: the steps on from here, by name or with any name, and the route that ends here."""

    literal: dict[str, "_Step"] = field(default_factory=dict)
    any: "_Step | None" = None
    route: Route | None = None


class Routes:
    """All documented paths as a tree. A literal segment wins over a parameter."""

    def __init__(self, documents: Mapping[str, Document]) -> None:
        self._root = _Step()
        for service, document in documents.items():
            for route in _routes_of(service, document):
                self._add(route)

    def find(self, raw_path: bytes) -> Route | None:
        """The route of a path as it came over the wire, or None.

        The path is not decoded and not cleaned up. A segment that is empty, a dot segment, or in which a
        slash, a backslash, a dot, a percent sign or a control character hides behind an escape matches
        nothing: what we route by must be exactly what the service will read.
        """
        try:
            segments = raw_path.decode("ascii").split("/")
        except UnicodeDecodeError:
            return None
        if segments[0] != "" or not all(map(_plain, segments[1:])):
            return None
        return _walk(self._root, segments[1:], 0)

    def _add(self, route: Route) -> None:
        step = self._root
        for segment in route.path.split("/")[1:]:
            if segment.startswith("{"):
                step.any = step.any or _Step()
                step = step.any
            else:
                step = step.literal.setdefault(segment, _Step())
        if step.route is not None:
            raise TwoServicesOnePath(f"{step.route.service} and {route.service}: {route.path}")
        step.route = route


def header_parameters(documents: Mapping[str, Document]) -> frozenset[str]:
    """The names of all request headers that some operation documents, in lower case."""
    names = set()
    for document in documents.values():
        shared = document.get("components", {}).get("parameters", {})
        for item in document.get("paths", {}).values():
            for parameter in _parameters_of(item):
                parameter = shared.get(parameter["$ref"].rpartition("/")[2], {}) if "$ref" in parameter else parameter
                if parameter.get("in") == "header":
                    names.add(parameter["name"].lower())
    return frozenset(names)


def _parameters_of(item: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    yield from item.get("parameters", ())
    for method in METHODS:
        yield from item.get(method, {}).get("parameters", ())


def _routes_of(service: str, document: Document) -> Iterator[Route]:
    for template, item in document.get("paths", {}).items():
        if not template.startswith("/v1/") or template == "/v1/openapi.json":
            continue  # each service has its own /livez, /readyz and document; here they are the gateway's
        operations = {method.upper(): item[method] for method in METHODS if method in item}
        closed_by_default = document.get("security")
        public = {
            method for method, operation in operations.items() if operation.get("security", closed_by_default) == []
        }
        yield Route(service, template, _with_head(set(operations)), _with_head(public))


def _with_head(methods: set[str]) -> frozenset[str]:
    return frozenset(methods | {"HEAD"} if "GET" in methods else methods)


def _plain(segment: str) -> bool:
    if segment in ("", ".", ".."):
        return False
    return "%" not in segment or not any(escape in _HIDING for escape in _escapes(segment))


def _escapes(segment: str) -> Iterator[int]:
    for part in segment.split("%")[1:]:
        try:
            yield int(part[:2], 16) if len(part) >= 2 else 0
        except ValueError:
            yield 0  # not an escape at all: as bad as the worst one


_HIDING = frozenset({*range(0x20), 0x7F, *b"/\\.%"})


def _walk(step: _Step, segments: list[str], at: int) -> Route | None:
    if at == len(segments):
        return step.route
    literal = step.literal.get(segments[at])
    found = _walk(literal, segments, at + 1) if literal else None
    if found is None and step.any is not None:
        found = _walk(step.any, segments, at + 1)
    return found
