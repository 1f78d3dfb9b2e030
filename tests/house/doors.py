"""What every operation of an OpenAPI document must say of itself. Tells the faults, one line each."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Document = Mapping[str, Any]
Schema = Mapping[str, Any]

METHODS = ("get", "put", "post", "patch", "delete")
ANY_DOOR_ANSWERS = {"400", "429", "500", "503"}
A_CLOSED_DOOR_ANSWERS = {"401", "403"}
LONGEST_SUMMARY = 60
_BOUNDS_A_STRING = {"maxLength", "pattern", "format", "enum", "const"}
_SLUG = re.compile(r"`([a-z]+(?:-[a-z]+)*)`")


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation and the document it stands in, where its references lead."""

    document: Document
    method: str
    path: str
    told: Mapping[str, Any]

    @property
    def name(self) -> str:
        """What it is called: its operationId, else where it is."""
        return str(self.told.get("operationId") or f"{self.method} {self.path}")

    @property
    def is_public(self) -> bool:
        """Whether it says that everybody may come in."""
        return self.told.get("security", self.document.get("security")) == []

    @property
    def parameters(self) -> list[Schema]:
        """Its parameters, wherever they are written."""
        return [self.follow(parameter) for parameter in self.told.get("parameters", ())]

    @property
    def is_list(self) -> bool:
        """Whether it is a GET that answers with items."""
        return self.method == "get" and "items" in self.answer.get("properties", {})

    @property
    def answer(self) -> Schema:
        """The schema of its 200."""
        answers = self.told.get("responses", {}).get("200", {}).get("content", {})
        return self.follow(answers.get("application/json", {}).get("schema", {}))

    def takes(self, place: str, name: str) -> Schema | None:
        """The parameter of that name, there, or None."""
        return next((each for each in self.parameters if (each["in"], each["name"]) == (place, name)), None)

    def follow(self, schema: Schema) -> Schema:
        """What a reference leads to; what is none stays."""
        while "$ref" in schema:
            _, kind, name = schema["$ref"].rsplit("/", 2)
            schema = self.document["components"][kind][name]
        return schema


def operations(document: Document) -> Iterator[Operation]:
    """Every operation of a document."""
    for path, item in document.get("paths", {}).items():
        for method in METHODS:
            if method in item:
                yield Operation(document, method, path, item[method])


# -- the rules ----------------------------------------------------------------------------------------------------


def is_guarded(operation: Operation) -> Iterator[str]:
    """Closed, with the name of the permission that opens it; or open in writing."""
    if "security" not in operation.told:
        yield "says nothing of security"
    if not operation.is_public and not operation.told.get("x-permission"):
        yield "names no permission"


def is_named(operation: Operation) -> Iterator[str]:
    """A name for those who generate clients, and words for those who read."""
    if not re.fullmatch(r"[a-z]+([A-Z][a-z]*)*", operation.told.get("operationId", "")):
        yield "has no operationId in camelCase"
    if not re.fullmatch(r"[a-z][a-z ]*", ",".join(operation.told.get("tags", ()))):
        yield "does not have exactly one tag, in lower case"
    if not 0 < len(operation.told.get("summary", "")) <= LONGEST_SUMMARY:
        yield f"has no summary of at most {LONGEST_SUMMARY} characters"
    if not operation.told.get("description"):
        yield "has no description"


def tells_its_answers(operation: Operation) -> Iterator[str]:
    """Every answer that its door can give is documented."""
    needed = ANY_DOOR_ANSWERS | (set() if operation.is_public else A_CLOSED_DOOR_ANSWERS)
    missing = needed - set(operation.told.get("responses", {}))
    if missing:
        yield f"does not document {', '.join(sorted(missing))}"
    if operation.answer.get("type") == "array":
        yield "answers with a bare array, which can never get a second member"


def is_paged(operation: Operation) -> Iterator[str]:
    """A list has a limit with a maximum, and a cursor."""
    limit = operation.takes("query", "limit")
    if "maximum" not in (limit or {}).get("schema", {}) or not operation.takes("query", "cursor"):
        yield "is a list without limit and cursor"


def is_repeatable(operation: Operation) -> Iterator[str]:
    """A POST can be repeated without doing it twice."""
    key = operation.takes("header", "Idempotency-Key")
    if not (key and key.get("required")):
        yield "is a POST without a required Idempotency-Key"


def is_merged(operation: Operation) -> Iterator[str]:
    """A PATCH is documented with the one kind of body that its door lets in."""
    if set(operation.told.get("requestBody", {}).get("content", {})) != {"application/merge-patch+json"}:
        yield "is a PATCH of something other than merge-patch"


def is_bounded(operation: Operation) -> Iterator[str]:
    """Nothing that is sent in may be of any size."""
    for parameter in operation.parameters:
        yield from _unbounded(operation, parameter["schema"], f"{parameter['in']} {parameter['name']}", frozenset())
    for content in operation.told.get("requestBody", {}).get("content", {}).values():
        yield from _unbounded(operation, content["schema"], "body", frozenset())


def _unbounded(operation: Operation, schema: Schema, at: str, above: frozenset[str]) -> Iterator[str]:
    reference = schema.get("$ref", "")
    if reference in above:
        return
    above |= {reference} if reference else set()
    schema = operation.follow(schema)
    kind = schema.get("type")
    if kind == "string" and not _BOUNDS_A_STRING & set(schema):
        yield f"takes a string of any length at {at}"
    if kind == "array" and "maxItems" not in schema:
        yield f"takes any number of items at {at}"
    if kind == "object" and schema.get("additionalProperties") is not False:
        yield f"takes members it does not know at {at}"
    inside = {f"{at}/{name}": part for name, part in schema.get("properties", {}).items()}
    inside |= {f"{at}[]": schema["items"]} if "items" in schema else {}
    for name, part in inside.items():
        yield from _unbounded(operation, part, name, above)
    for choices in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(choices, ()):
            yield from _unbounded(operation, choice, at, above)


Rule = Callable[[Operation], Iterator[str]]
OF_EVERY_OPERATION: tuple[Rule, ...] = (is_guarded, is_named, tells_its_answers, is_bounded)


def faults(document: Document) -> Iterator[tuple[str, str]]:
    """The operation's name and what is wrong with it."""
    for operation in operations(document):
        rules = list(OF_EVERY_OPERATION)
        rules += [is_paged] if operation.is_list else []
        rules += [is_repeatable] if operation.method == "post" else []
        rules += [is_merged] if operation.method == "patch" else []
        for rule in rules:
            for fault in rule(operation):
                yield operation.name, fault


# -- over several documents ---------------------------------------------------------------------------------------


def shared_names(documents: Mapping[str, Document]) -> set[str]:
    """The operationIds that more than one operation has."""
    names = [operation.name for document in documents.values() for operation in operations(document)]
    return {name for name in names if names.count(name) > 1}


def documented_problems(document: Document) -> Iterator[tuple[str, int]]:
    """Every problem type that an answer is documented to have, with its status."""
    for operation in operations(document):
        for status, response in operation.told.get("responses", {}).items():
            if status >= "400":
                for slug in _SLUG.findall(response["description"]):
                    yield slug, int(status)


def listed_problems(document: Document) -> Mapping[str, Any]:
    """The problem types a document lists, by slug."""
    return {entry["type"].rpartition(":")[2]: entry for entry in document.get("x-problems", ())}


def two_meanings(documents: Mapping[str, Document]) -> set[str]:
    """The slugs that mean one thing here and another there."""
    meanings: dict[str, Any] = {}
    return {
        slug
        for document in documents.values()
        for slug, entry in listed_problems(document).items()
        if meanings.setdefault(slug, entry) != entry
    }
