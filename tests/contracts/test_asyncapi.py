"""The generated documents: everything said is in them, nothing else, and every example is lawful."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from contracts.events import every_event
from helhed.contracts import ROOT, asyncapi, check, main, privacy, write
from helhed.contracts.asyncapi import Document

DOCUMENTS: dict[str, Document] = {
    service: yaml.safe_load((ROOT / "asyncapi" / f"{service}.yaml").read_text("utf-8")) for service in asyncapi.SERVICES
}
each_document = pytest.mark.parametrize("service", asyncapi.SERVICES)


def resolved(service: str, reference: str) -> Any:
    """What a `$ref` in a service's document names, in this document or the one beside it."""
    file, _, pointer = reference.partition("#/")
    service = Path(file).stem if file else service
    node: Any = DOCUMENTS[service]
    for part in pointer.split("/"):
        node = node[part]
        if "$ref" in node:
            service, node = owner_of(service, node["$ref"]), resolved(service, node["$ref"])
    return node


def owner_of(service: str, reference: str) -> str:
    file = reference.partition("#")[0]
    return Path(file).stem if file else service


def references(node: Any) -> list[str]:
    if isinstance(node, dict):
        own = [node["$ref"]] if "$ref" in node else []
        return own + [found for value in node.values() for found in references(value)]
    return [found for item in node for found in references(item)] if isinstance(node, list) else []


def test_the_documented_messages_are_the_events_and_the_reverse() -> None:
    documented = {
        (service, message["name"])
        for service, document in DOCUMENTS.items()
        for message in document["components"]["messages"].values()
    }

    assert documented == {(event.service, event.event_type) for event in every_event()}


@each_document
def test_each_service_sends_what_it_announces_and_receives_what_the_fields_list_says(service: str) -> None:
    actions: dict[str, set[str]] = {"send": set(), "receive": set()}
    for operation in DOCUMENTS[service]["operations"].values():
        (message,) = operation["messages"]
        assert message["$ref"].startswith(operation["channel"]["$ref"])
        actions[operation["action"]].add(resolved(service, message["$ref"])["name"])

    assert actions["send"] == {event.event_type for event in every_event() if event.service == service}
    assert actions["receive"] == {
        event_type for event_type, entry in privacy.allow_list(ROOT).items() if service in entry["receivers"]
    }


@each_document
def test_every_reference_leads_somewhere(service: str) -> None:
    found = references(DOCUMENTS[service])

    assert len(found) > 10
    assert all(resolved(service, reference) for reference in found)


@each_document
def test_every_example_is_a_message_as_documented(service: str) -> None:
    for message in DOCUMENTS[service]["components"]["messages"].values():
        assert len(message["examples"]) >= 2
        for example in message["examples"]:
            for part in ("headers", "payload"):
                Draft202012Validator(message[part], format_checker=FormatChecker()).validate(example[part])


@each_document
def test_every_field_is_explained(service: str) -> None:
    for message in DOCUMENTS[service]["components"]["messages"].values():
        assert all(field["description"] for field in message["payload"]["properties"].values())


@each_document
def test_an_address_says_authority_case_and_moment(service: str) -> None:
    own = {name: channel for name, channel in DOCUMENTS[service]["channels"].items() if "$ref" not in channel}

    addresses = {channel["address"] for channel in own.values()}

    moments = {event.event_type.split(".")[3] for event in every_event() if event.service == service}
    assert addresses == {f"ev.v1.{{authority}}.{service}.{{caseId}}.{moment}" for moment in moments}


@each_document
def test_the_broker_asks_who_you_are(service: str) -> None:
    document = DOCUMENTS[service]

    assert document["asyncapi"] == "3.1.0"
    assert document["servers"]["broker"]["security"]
    assert all(resolved(service, scheme["$ref"])["type"] for scheme in document["servers"]["broker"]["security"])


@pytest.fixture
def without_apps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave the services' OpenAPI out of it: importing three apps says nothing about events."""
    monkeypatch.setattr("helhed.contracts.openapi.texts", lambda: ())


@pytest.mark.usefixtures("without_apps")
def test_a_document_edited_by_hand_is_drift_and_writing_mends_it(contracts: Path) -> None:
    path = contracts / "asyncapi" / "cases.yaml"
    generated = path.read_text("utf-8")
    path.write_text(generated.replace("case-opened", "case-changed"))

    assert "asyncapi/cases.yaml is not what the classes say: run `helhed contracts write`" in list(check(contracts))

    assert write(contracts) == [path]
    assert path.read_text("utf-8") == generated


@pytest.mark.usefixtures("without_apps")
def test_the_command_names_a_fault_and_fails(
    contracts: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("helhed.contracts.ROOT", contracts)
    assert main(["check"]) == 0

    (contracts / "asyncapi" / "surveys.yaml").unlink()

    assert main(["check"]) == 1
    assert "asyncapi/surveys.yaml is not what the classes say" in capsys.readouterr().out
    assert main(["write"]) == 0
    assert "wrote contracts/asyncapi/surveys.yaml" in capsys.readouterr().out
