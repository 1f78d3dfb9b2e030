"""JSON Schema of an event class, as the world outside Python is to read it."""

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from contracts.event import Event

Schema = dict[str, Any]

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ANNOTATIONS = frozenset({"$schema", "$id", "title", "description", "examples", "default"})
"""Keywords that explain and do not decide whether an instance is valid."""


class _WireSchema(GenerateJsonSchema):
    """Says what is on the wire: an optional field is absent and never null, and titles are noise."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def schema_of(event: type[Event]) -> Schema:
    """Today's schema of an event's data: open to further fields, self-contained."""
    schema = event.model_json_schema(schema_generator=_WireSchema, mode="validation")
    body = _inlined(schema, schema.pop("$defs", {}))
    return {
        "$schema": DIALECT,
        "$id": schema_id(event.event_type),
        "title": event.__name__,
        "description": flowing(body.get("description", "")),
        "type": "object",
        "properties": body["properties"],
        "required": body.get("required", []),
        "additionalProperties": True,
    }


def schema_id(event_type: str, revision: int = 0) -> str:
    """The name a message gives in `dataschema`; later revisions of the same version carry their number."""
    return f"urn:helhed:schema:{event_type}" + (f":{revision}" if revision else "")


def flowing(docstring: str) -> str:
    """Paragraphs without the line breaks that only our editor's width put there."""
    return "\n\n".join(" ".join(paragraph.split()) for paragraph in docstring.split("\n\n"))


def rules_of(schema: Schema) -> Schema:
    """The schema without its explanations: what two schemas must share to accept the same instances.

    Field names are kept even when they read like an annotation (`title`, `default`).
    """
    rules = {key: value for key, value in schema.items() if key not in ANNOTATIONS}
    if "properties" in rules:
        rules["properties"] = {name: rules_of(field) for name, field in rules["properties"].items()}
    if "items" in rules:
        rules["items"] = rules_of(rules["items"])
    if "enum" in rules:
        rules["enum"] = sorted(rules["enum"], key=repr)
    return rules


def _inlined(node: Any, definitions: dict[str, Schema]) -> Any:
    """A frozen schema must not change because a shared definition did, so every reference becomes what it
    names."""
    if isinstance(node, list):
        return [_inlined(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        named = definitions[node["$ref"].removeprefix("#/$defs/")]
        return _inlined({**named, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)
    return {key: _inlined(value, definitions) for key, value in node.items()}
