"""Schemathesis over the town's document: all its phases, with tokens, real ids, fresh keys and present versions.

A generated request that is right by the schema gets what only a living town can give it: an id that exists, a key that
was not used, the ETag of now. A request that is wrong on purpose is left as it is.
"""

import copy
import re
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import uuid4

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events, from_schema
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER

from helhed.demo.caller import Json
from tests.journeys.bodies import BODIES, RAW_BODIES
from tests.journeys.document import operations
from tests.journeys.seeds import Seed

KEY, VERSION, NEW = "Idempotency-Key", "If-Match", "If-None-Match"
_UUID = re.compile(r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_BOUNDS = (0, 16, 255)
"""Lengths of an Idempotency-Key that are tried for their own sake."""

# What every door reads by itself. In the quick run it is tried at these doors only, which are of all kinds and rooms.
EVERY_DOORS = ("Access-Purpose", "Acting-Unit", "Sync-Token", KEY, VERSION)
DOORS = frozenset(
    {"listCases", "openCase", "closeNeed", "updateCase", "getReferral", "acceptReferral", "listScores", "readOverview"}
    | {"createInvitation", "submitSurveyResponse"}
)


FILES = ("application/x-ndjson", "text/csv")
# Files are sent as they are.
for kind in FILES:
    schemathesis.serializer.alias(kind, "text/plain")


@dataclass
class Outcome:
    """What a run has shown."""

    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    failures: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    phases: Counter[str] = field(default_factory=Counter)

    def without_success(self) -> list[str]:
        """The operations that have never said yes."""
        return sorted(name for name, told in self.answers.items() if not any(200 <= one < 300 for one in told))


def seed_for(operation: str, seeds: Mapping[str, Seed]) -> Seed:
    """The seed of an operation: its own, or what all share with a body that it accepts."""
    return seeds.get(operation) or replace(seeds[""], body=BODIES.get(operation, RAW_BODIES.get(operation)))


def seeded(document: Json, seeds: Mapping[str, Seed], *, thorough: bool) -> Json:
    """The document with one whole example for each operation: one that must succeed."""
    known = _undiscriminated(document)
    for operation in operations(known):
        seed = seed_for(operation.id, seeds)
        parameters = [copy.deepcopy(parameter) for parameter in operation.parameters]
        if not thorough and operation.id not in DOORS:
            parameters = [parameter for parameter in parameters if parameter["name"] not in EVERY_DOORS]
        for parameter in parameters:
            if parameter["in"] == "path":
                parameter["example"] = seed.ids[parameter["name"]]
            elif parameter["name"] in seed.query:
                parameter["example"] = seed.query[parameter["name"]]
            elif parameter["name"] == VERSION and parameter.get("required"):
                parameter["example"] = '"1"'
        operation.told["parameters"] = parameters
        for kind, media in operation.told.get("requestBody", {}).get("content", {}).items():
            media["example"] = seed.body
            if kind in FILES:
                # Whatever is sent is text: nothing can be wrong by the schema.
                media["schema"] = {}
    return known


def _undiscriminated(document: Any) -> Any:
    """A copy without discriminators: of several values that lead to one schema Schemathesis knows the last only, and
    would hold the others to be wrong. What they discriminate differs without them, by `const` and `enum`."""
    if isinstance(document, dict):
        return {key: _undiscriminated(value) for key, value in document.items() if key != "discriminator"}
    return [_undiscriminated(item) for item in document] if isinstance(document, list) else document


class Living:
    """Gives right requests what only the living town can give, and writes down what came back."""

    def __init__(self, document: Json, seeds: Mapping[str, Seed], outcome: Outcome) -> None:
        self._keyed = {
            operation.id
            for operation in operations(document)
            if any(parameter["name"] == KEY for parameter in operation.parameters)
        }
        self._seeds = seeds
        self._outcome = outcome
        self._tags: dict[str, str] = {}
        self._lock = threading.Lock()

    def before_call(self, context: Any, case: Any, kwargs: dict[str, Any]) -> None:
        """Complete a request."""
        name = case.operation.definition.raw["operationId"]
        seed = seed_for(name, self._seeds)
        if case.meta is None or case.meta.phase.name is not TestPhase.STATEFUL:
            self._name_things(case, seed)
        if _right(case, ParameterLocation.HEADER):
            self._introduce(case, seed, keyed=name in self._keyed)

    def after_call(self, context: Any, case: Any, response: Any) -> None:
        """Write down what was answered, and in which version things are now."""
        name = case.operation.definition.raw["operationId"]
        with self._lock:
            if case.method.lower() == case.operation.method.lower():
                self._outcome.answers[name][response.status_code] += 1
            if tag := response.headers.get("etag"):
                self._tags[case.formatted_path] = tag[0]

    def _name_things(self, case: Any, seed: Seed) -> None:
        if _right(case, ParameterLocation.PATH):
            for name, value in seed.ids.items():
                if _UUID.match(str(case.path_parameters.get(name, ""))):
                    case.path_parameters[name] = value
        if isinstance(case.body, dict) and _right(case, ParameterLocation.BODY) and isinstance(seed.body, dict):
            for name in ("caseId", "needId", "token", "sessionToken"):
                if name in case.body and name in seed.body:
                    case.body[name] = seed.body[name]

    def _introduce(self, case: Any, seed: Seed, *, keyed: bool) -> None:
        headers = case.headers
        headers.pop("Sync-Token", None)  # of a write that never was: the service would wait for it
        headers.pop("Acting-Unit", None)  # of a unit that nobody acts for: it would hide all that lies behind
        if seed.purpose:
            headers["Access-Purpose"] = seed.purpose
        if keyed and case.method.upper() == "POST" and (KEY not in headers or len(headers[KEY]) not in _BOUNDS):
            headers[KEY] = str(uuid4())
        known = self._tags.get(case.formatted_path)
        if case.operation.method.upper() == "PUT" and NEW in self._headers_of(case):
            headers.pop(VERSION, None)
            headers.pop(NEW, None)
            headers.update({VERSION: known} if known else {NEW: "*"})
        elif VERSION in headers or case.operation.method.upper() in ("PATCH", "PUT"):
            headers[VERSION] = known or '"1"'

    @staticmethod
    def _headers_of(case: Any) -> set[str]:
        return {parameter["name"] for parameter in case.operation.definition.raw.get("parameters", [])}


def _right(case: Any, where: ParameterLocation) -> bool:
    return case.meta is None or not case.meta.is_negative_at(where)


@contextmanager
def _listening(living: Living) -> Iterator[None]:
    hooks = (living.before_call, living.after_call)
    for hook in hooks:
        GLOBAL_HOOK_DISPATCHER.register_hook_with_name(hook, hook.__name__)
    try:
        yield
    finally:
        for hook in hooks:
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def run(gateway: str, document: Json, seeds: Mapping[str, Seed], settings: Json, *, thorough: bool) -> Outcome:
    """Run all phases; what they showed."""
    outcome = Outcome()
    config = SchemathesisConfig.from_dict({"base-url": gateway, **settings})
    schema = schemathesis.openapi.from_dict(seeded(document, seeds, thorough=thorough), config=config)
    _let_in(schema, seeds)
    with _listening(Living(document, seeds, outcome)):
        for event in from_schema(schema).execute():
            _note(event, outcome)
    return outcome


def _let_in(schema: Any, seeds: Mapping[str, Seed]) -> None:
    @schema.auth(refresh_interval=None)  # kept, one operation's token would be used for the next
    class Token:
        """Somebody whom the operation is for."""

        def get(self, case: Any, context: Any) -> str | None:
            return seed_for(case.operation.definition.raw["operationId"], seeds).token

        def set(self, case: Any, data: str | None, context: Any) -> None:
            if data:
                case.headers["Authorization"] = f"Bearer {data}"


def _note(event: Any, outcome: Outcome) -> None:
    if isinstance(event, events.NonFatalError):
        outcome.errors.append(f"{event.label}: {event.info}")
    elif isinstance(event, events.FatalError):
        outcome.errors.append(repr(event.exception))
    elif isinstance(event, events.ScenarioFinished):
        outcome.phases[event.phase.value] += 1
        for case_id, checks in event.recorder.checks.items():
            for check in checks:
                if check.failure_info is not None:
                    label = event.recorder.cases[case_id].value.operation.label
                    failure = check.failure_info.failure
                    told = f"{failure.message}\n{check.failure_info.code_sample}"
                    outcome.failures.setdefault(f"{event.phase.value}, {label}: {check.name}: {failure.title}", told)
