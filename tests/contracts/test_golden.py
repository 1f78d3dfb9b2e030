"""Messages as they were sent: whole, lawful, and still read by today's classes."""

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from contracts.events import event_of, every_event
from contracts.events.surveys import ResponseSubmittedV1
from helhed.contracts import ROOT, golden
from helhed.contracts.golden import Message
from helhed.contracts.releases import releases

LIKE_A_CPR = re.compile(r"(?<![0-9a-f])[0-3][0-9][01][0-9]{3}-?[0-9]{4}(?![0-9a-f])")
ENVELOPE = Draft202012Validator(json.loads((ROOT / "envelope.json").read_text("utf-8")), format_checker=FormatChecker())
MESSAGES = [message for sent in golden.messages(ROOT).values() for message in sent]

each_message = pytest.mark.parametrize("message", MESSAGES, ids=lambda message: f"{message['type']}-{message['id']}")


def test_each_type_has_a_message_with_everything_and_one_with_the_least() -> None:
    for release in releases(ROOT):
        sent = json.loads((ROOT / "golden" / release.path.name).read_text("utf-8"))

        assert sent[0]["data"].keys() == release.schema["properties"].keys()
        # What a version gains later it need not have, so its least stays what it was.
        if not release.revision:
            assert sent[1]["data"].keys() == set(release.schema["required"])


@each_message
def test_the_envelope_is_a_cloudevent_as_we_speak_it(message: Message) -> None:
    ENVELOPE.validate(message)

    assert message["dataschema"] == f"urn:helhed:schema:{message['type']}"
    assert message["partitionkey"] == message["subject"]
    assert message["source"].endswith(f"/{message['type'].split('.')[2]}")


@each_message
def test_the_message_is_what_was_promised_and_what_we_still_say(message: Message) -> None:
    event = event_of(message["type"])
    assert event is not None
    promised = [release.schema for release in releases(ROOT) if release.event_type == message["type"]]

    for schema in promised:
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(message["data"])
    assert event.model_validate(message["data"]).model_dump(mode="json") == message["data"]
    assert (message["dataclassification"], message["dksensitivity"]) == (
        event.dataclassification,
        event.dksensitivity,
    )


@each_message
def test_no_message_holds_anything_like_a_cpr(message: Message) -> None:
    assert not LIKE_A_CPR.search(json.dumps(message))


@pytest.mark.parametrize("leak", ["070761-4285", "0707614285", "cpr 311299-0000."])
def test_the_search_for_a_cpr_finds_one(leak: str) -> None:
    assert LIKE_A_CPR.search(json.dumps(MESSAGES[0] | {"leak": leak}))


BROKEN_ENVELOPES = {
    "no sequence": {"sequence": None},
    "a sequence that sorts as text does": {"sequence": "42"},
    "a person for a subject": {"subject": "070761-4285"},
    "a source without its authority": {"source": "/cases"},
    "local time": {"time": "2026-09-14T10:01:05+02:00"},
    "an attribute name CloudEvents does not allow": {"data_class": "x"},
    "an object in an extension": {"extra": {"name": "x"}},
    "an unheard-of sensitivity": {"dksensitivity": "public"},
}


@pytest.mark.parametrize("change", BROKEN_ENVELOPES.values(), ids=BROKEN_ENVELOPES.keys())
def test_a_broken_envelope_is_refused(change: Message) -> None:
    changed = {name: value for name, value in (MESSAGES[0] | change).items() if value is not None}

    assert ENVELOPE.is_valid(MESSAGES[0])
    assert not ENVELOPE.is_valid(changed)


def test_a_release_without_golden_messages_is_named(contracts: Path) -> None:
    assert list(golden.faults(contracts, every_event())) == []

    (contracts / "golden" / "dk.helhed.cases.consent-withdrawn.v1.json").unlink()

    assert list(golden.faults(contracts, every_event())) == [
        "golden/dk.helhed.cases.consent-withdrawn.v1.json: needs a first message that uses every field, also consentId"
    ]


def test_a_class_that_no_longer_reads_an_old_message_is_named(contracts: Path) -> None:
    class Forgetful(ResponseSubmittedV1):
        score_version: int

    others = tuple(event for event in every_event() if event is not ResponseSubmittedV1)

    found = list(golden.faults(contracts, (*others, Forgetful)))

    assert len(found) == len(golden.messages(contracts)[ResponseSubmittedV1.event_type])
    assert all(fault.startswith("golden: Forgetful no longer reads message") for fault in found)
