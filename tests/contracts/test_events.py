"""The classes: strict to publish, tolerant to read, and named for the moment they tell."""

import re
import uuid
from typing import Any

import pytest
from pydantic import ValidationError

from contracts.event import Event
from contracts.events import event_of, every_event
from contracts.events.cases import CaseOpenedV1, ConsentGivenV1
from contracts.events.referrals import HandoverReceivedV1

OPENED = {"openedBySector": "employment", "caseNumber": "2026-004217", "origin": "registered"}

each_event = pytest.mark.parametrize("event", every_event(), ids=lambda event: event.__name__)


def test_the_vocabulary_is_what_the_services_announce() -> None:
    told: dict[str, set[str]] = {}
    for event in every_event():
        told.setdefault(event.service, set()).add(event.__name__.removesuffix("V1"))

    assert told == {
        "cases": {
            "CaseOpened", "CaseImported", "NeedRegistered", "NeedSetAside", "NeedEnded", "ConsentGiven",
            "ConsentWithdrawn", "SectorInvolved", "SectorReleased", "ResponsibilityTransferred", "CatchLost",
            "CaseClosed", "InvitationDelivered", "InvitationUndeliverable",
            "NeedRevisitDue", "NeedReopened", "CoordinatorChanged", "PlanAgreed",
            "OfferMade", "OfferAnswered", "ExemptionGranted", "ExemptionEnding",
            "EnrolmentStarted", "EnrolmentWithdrawn", "CriteriaAssessed", "NotificationUnacknowledged",
        },
        "referrals": {
            "ReferralRequested", "ReferralAccepted", "ReferralRejected", "ContactAttempted", "FirstContactHeld",
            "HandoverReceived", "ReferralCompleted", "ReferralFailed", "ReferralCancelled",
            "ReferralRedirected", "ReferralPutOnHold", "ReferralResumed", "ReferralEnteredInError",
            "ReferralReassigned", "DeadlineApproaching", "DeadlineMissed", "DeadlineWaived", "CapacityChanged",
        },
        "surveys": {"InvitationIssued", "ResponseSubmitted"},
    }  # fmt: skip


@each_event
def test_the_name_on_the_wire_tells_service_moment_and_version(event: type[Event]) -> None:
    words = re.findall(r"[A-Z][a-z]+|V[0-9]+", event.__name__)

    moment, version = "-".join(words[:-1]).lower(), words[-1].lower()

    assert event.event_type == f"dk.helhed.{event.service}.{moment}.{version}"


@each_event
def test_the_docstring_says_what_happened_and_then_who_cares(event: type[Event]) -> None:
    happened, *cares = (event.__doc__ or "").strip().split("\n\n")

    assert happened.endswith(".")
    assert re.search(r"cases|referrals|surveys|holder|[Ee]verybody", " ".join(cares))


def test_an_event_is_found_by_its_name_and_an_unknown_one_is_nobodys_fault() -> None:
    assert event_of("dk.helhed.cases.case-opened.v1") is CaseOpenedV1
    assert event_of("dk.helhed.cases.case-opened.v99") is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("opened_by_sector", "Employment"),
        ("opened_by_sector", "e" * 33),
        ("opened_by_sector", "health\n"),
        ("opened_by_unit", ""),
        ("opened_by_unit", "u" * 101),
        ("coordinator", "s" * 256),
        ("case_number", "070761-4285"),
        ("origin", "from another system"),
    ],
)
def test_a_value_of_the_wrong_shape_cannot_be_published(field: str, value: str) -> None:
    good = {"opened_by_sector": "employment", "case_number": "2026-004217", "origin": "registered"}
    CaseOpenedV1.model_validate(good)

    with pytest.raises(ValidationError) as refused:
        CaseOpenedV1.model_validate(good | {field: value})

    assert refused.value.error_count() == 1


@pytest.mark.parametrize("almost", ["yes", 1, "true"])
def test_a_promise_to_hold_is_true_or_false_and_nothing_like_it(almost: object) -> None:
    receipt = {name: str(uuid.uuid4()) for name in ("referralId", "needId", "receiptId")}
    receipt |= {"fromSector": "social", "toSector": "health"}

    with pytest.raises(ValidationError, match="takesHolding"):
        HandoverReceivedV1.model_validate(receipt | {"takesHolding": almost})


def test_a_slip_of_the_pen_cannot_lose_a_field() -> None:
    slip: dict[str, Any] = {"cordinator": "8f14e45f"}

    with pytest.raises(ValidationError, match="cordinator"):
        CaseOpenedV1(opened_by_sector="employment", case_number="2026-004217", origin="registered", **slip)


def test_a_consent_that_covers_nothing_is_no_consent() -> None:
    with pytest.raises(ValidationError, match="at least 1 item"):
        ConsentGivenV1(
            consent_id=uuid.uuid4(),
            from_sector="employment",
            to_sector="health",
            data_categories=(),
            shared_for="treatment",
            legal_basis="sundhedsloven-43",
        )


def test_a_reader_lets_pass_what_it_does_not_know() -> None:
    event = CaseOpenedV1.model_validate(OPENED | {"addedInThreeYears": {"deep": True}})

    assert event.model_dump() == OPENED


@each_event
def test_an_absent_field_is_absent_on_the_wire_and_never_null(event: type[Event]) -> None:
    optional = [field.alias for field in event.model_fields.values() if not field.is_required()]
    values = {field.alias or name: None for name, field in event.model_fields.items() if not field.is_required()}

    wire = event.model_construct(**values).model_dump(mode="json")

    assert not wire.keys() & set(optional)


def test_what_was_said_cannot_be_changed() -> None:
    event = CaseOpenedV1.model_validate(OPENED)

    with pytest.raises(ValidationError, match="frozen"):
        event.origin = "imported"  # type: ignore[misc]  # that mypy refuses it too is no proof at run time
