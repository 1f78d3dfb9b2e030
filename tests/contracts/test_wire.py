"""What really goes over the broker, and who really listens, held against what the contracts say."""

import importlib
import json
import re

import pytest
import yaml
from jsonschema import Draft202012Validator, FormatChecker

from chassis.envelope import Envelope, from_message, to_message
from helhed.contracts import ROOT, asyncapi, golden, privacy
from helhed.contracts.golden import Message

MESSAGES = [message for sent in golden.messages(ROOT).values() for message in sent]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message['type']}-{message['id']}")
def test_a_message_on_the_broker_is_what_the_document_says(message: Message) -> None:
    service, moment = message["type"].split(".")[2:4]
    document = yaml.safe_load((ROOT / "asyncapi" / f"{service}.yaml").read_text("utf-8"))
    (documented,) = (m for m in document["components"]["messages"].values() if m["name"] == message["type"])
    (address,) = (c["address"] for c in document["channels"].values() if c.get("address", "").endswith(f".{moment}"))

    subject, body, headers = to_message(Envelope.from_json(message))

    assert subject == address.format(authority="0101", caseId=message["subject"])
    Draft202012Validator(documented["headers"], format_checker=FormatChecker()).validate(headers)
    assert json.loads(body) == message["data"]
    assert from_message(body, headers) == Envelope.from_json(message)


def test_no_subject_holds_more_than_codes_and_random_ids() -> None:
    for message in MESSAGES:
        subject, _, _ = to_message(Envelope.from_json(message))

        assert re.fullmatch(r"ev\.v1\.[A-Za-z0-9]+\.[a-z]+\.[0-9a-f-]{36}\.[a-z-]+", subject)


@pytest.mark.parametrize("service", asyncapi.SERVICES)
def test_a_service_listens_to_exactly_what_the_fields_list_lets_it_receive(service: str) -> None:
    consumer = importlib.import_module(f"services.{service}.consumes").consumer

    permitted = {event for event, entry in privacy.allow_list(ROOT).items() if service in entry["receivers"]}

    assert set(consumer._handlers) == permitted
