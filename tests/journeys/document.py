"""The town's OpenAPI document, walked: which operations there are and what each takes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from helhed.demo.caller import Json

A_UUID = "3f0e2c1a-6d7b-4b58-9a54-0c1d2e3f4a5b"
_ANY_OTHER_NAME: Mapping[str, str] = MappingProxyType(
    {
        "authority": "0101",
        "code": "who5-casework",
        "kind": "cases",
        "list": "need-domains",
        "number": "1",
        "subject": "anna",
        "unitId": "employment:udsatte",
    }
)
"""What addresses ask for that is not a UUID."""

METHODS = ("get", "put", "post", "patch", "delete")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of the document."""

    method: str
    path: str
    told: Json
    document: Json

    @property
    def id(self) -> str:
        """Its operationId."""
        return str(self.told["operationId"])

    @property
    def public(self) -> bool:
        """True when nobody need log in."""
        return self.told["security"] == []

    @property
    def roles(self) -> frozenset[str]:
        """Who may call it, as it is documented."""
        return frozenset(self.told.get("x-roles", ()))

    @property
    def keyed(self) -> bool:
        """True when it takes an Idempotency-Key."""
        return any(parameter["name"] == "Idempotency-Key" for parameter in self.parameters)

    @property
    def path_names(self) -> set[str]:
        """What its address asks for."""
        return set(re.findall(r"\{(\w+)\}", self.path))

    @property
    def query_names(self) -> set[str]:
        """What may stand behind the question mark."""
        return {parameter["name"] for parameter in self.parameters if parameter["in"] == "query"}

    @property
    def parameters(self) -> list[Json]:
        """All parameters, with references followed."""
        return [self.resolve(parameter) for parameter in self.told.get("parameters", [])]

    @property
    def body(self) -> Json | None:
        """The schema of its body; None when it takes none."""
        content = self.told.get("requestBody", {}).get("content", {})
        return next((self.resolve(media["schema"]) for media in content.values()), None)

    def resolve(self, thing: Json) -> Json:
        """What a reference refers to."""
        while "$ref" in thing:
            found: Any = self.document
            for part in thing["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            thing = found
        return thing

    def at(self, **ids: str) -> str:
        """Its address for these ids."""
        return self.path.format(**ids)

    def anywhere(self) -> str:
        """An address of it at which nothing is."""
        return self.at(**{name: _ANY_OTHER_NAME.get(name, A_UUID) for name in self.path_names})


def operations(document: Json) -> Iterator[Operation]:
    """Every operation."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield Operation(method.upper(), path, item[method], document)


def required_leaves(schema: Json, follow: Operation) -> list[str]:
    """The values that a caller must send at the least: the leaves of what is required, one item of each list."""
    schema = follow.resolve(schema)
    if schema.get("type") == "array":
        return required_leaves(schema["items"], follow) if schema.get("minItems") else []
    if schema.get("type") != "object":
        return [""]
    return [
        f"{name}.{leaf}".removesuffix(".")
        for name in schema.get("required", [])
        for leaf in required_leaves(schema["properties"][name], follow)
    ]


def fields_in(body: Any) -> int:
    """How many values a body has."""
    if isinstance(body, dict):
        return sum(map(fields_in, body.values()))
    return sum(map(fields_in, body)) if isinstance(body, list) else 1
