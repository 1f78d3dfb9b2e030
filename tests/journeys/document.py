"""The town's OpenAPI document, walked: which operations there are and what each takes."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from helhed.demo.caller import Json

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
