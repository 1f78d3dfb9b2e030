"""How a referral is told in FHIR. Made from what the ordinary read shows this caller, and from nothing else: so it
cannot tell more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from services.referrals.domain.clocks import ClockState
from services.referrals.domain.lifecycle import Action, State
from services.referrals.domain.units import full_name
from services.referrals.schemas.fhir import (
    FhirCoding,
    FhirConcept,
    FhirDays,
    FhirIdentifier,
    FhirMeta,
    FhirNote,
    FhirOutput,
    FhirPeriod,
    FhirReference,
    FhirRestriction,
    FhirServiceRequest,
    FhirTask,
    FhirWithheld,
    ServiceRequestStatus,
)
from services.referrals.schemas.views import EndingView, HistoryStep, Referral, SideView

CODES = "urn:helhed:code:"
IDS = "urn:helhed:id:"
TASK_CODES = "http://hl7.org/fhir/CodeSystem/task-code"
_REDACTED = FhirCoding(system="http://terminology.hl7.org/CodeSystem/v3-ObservationValue", code="REDACTED")

REQUEST_STATUS: Mapping[State, ServiceRequestStatus] = MappingProxyType(
    {
        State.DRAFT: "draft",
        State.REQUESTED: "active",
        State.ACCEPTED: "active",
        State.IN_PROGRESS: "active",
        State.ON_HOLD: "on-hold",
        State.COMPLETED: "completed",
        # A request that is refused or given up is not asked again: what comes after is a request of its own.
        State.REJECTED: "revoked",
        State.FAILED: "revoked",
        State.CANCELLED: "revoked",
        State.ENTERED_IN_ERROR: "entered-in-error",
    }
)
"""What has become of the request, for each state of the task."""

REASONS: Mapping[State, str] = MappingProxyType(
    {State.REJECTED: "decline-reason", State.FAILED: "failure-reason", State.CANCELLED: "cancellation-reason"}
)
"""Which list the reason code of an ending is from."""

_COUNTS = frozenset({ClockState.RUNNING, ClockState.MET, ClockState.MISSED})
"""Clocks whose last day is the day that was promised: not paused, waived, nor stopped with the referral."""


@dataclass(frozen=True, slots=True)
class ReferralTold:
    """What one caller is told of one referral."""

    referral: Referral
    steps: Sequence[HistoryStep]
    """Those of its history that this caller sees and FHIR has a word for."""
    authority: str
    redacted: bool
    """Whether there can be more than this caller is told."""


def task(told: ReferralTold) -> FhirTask:
    """How far it has come."""
    seen = told.referral
    return FhirTask(
        id=str(seen.id),
        meta=_meta(told),
        status=seen.state,
        status_withheld=None if seen.state else FhirWithheld(),
        status_reason=_status_reason(seen.state, seen.ending),
        business_status=_concept("catch-state", seen.catch_state) if seen.catch_state else None,
        code=FhirConcept(coding=[FhirCoding(system=TASK_CODES, code="fulfill")]),
        focus=_request(seen.id),
        for_=_citizen(seen),
        execution_period=_execution(told),
        authored_on=seen.requested_at,
        last_modified=_changed_at(told),
        requester=_party(told, seen.from_, seen.from_.unit),
        performer_type=[_concept("sector", seen.to.sector)],
        owner=_party(told, seen.to, seen.responsible_unit or seen.to.unit),
        note=_suggestion(told),
        restriction=_restriction(seen),
        output=_outputs(seen) or None,
    )


def service_request(told: ReferralTold) -> FhirServiceRequest:
    """What is asked."""
    seen = told.referral
    requester = _party(told, seen.from_, seen.from_.unit)
    words = [FhirNote(author_reference=requester, time=seen.requested_at, text=seen.reason)] if seen.reason else None
    return FhirServiceRequest(
        id=str(seen.id),
        meta=_meta(told),
        identifier=[_identifier("referral", seen.id)],
        replaces=[_request(seen.replaces)] if seen.replaces else None,
        status=REQUEST_STATUS[seen.state] if seen.state else None,
        status_withheld=None if seen.state else FhirWithheld(),
        category=[_concept("sector", seen.to.sector)],
        subject=_citizen(seen),
        authored_on=seen.requested_at,
        requester=requester,
        performer_type=_concept("sector", seen.to.sector),
        performer=[_party(told, seen.to, seen.to.unit)],
        supporting_info=_supporting(seen),
        note=words,
    )


def _meta(told: ReferralTold) -> FhirMeta:
    return FhirMeta(
        version_id=str(told.referral.version),
        last_updated=_changed_at(told),
        security=[_REDACTED] if told.redacted else None,
    )


def _changed_at(told: ReferralTold) -> datetime | None:
    """When this version came to be; absent where the caller is not told of the step that made it, or not when."""
    at = next((step.at for step in told.steps if step.version == told.referral.version), None)
    return _not_before(at, told.referral.requested_at)


def _execution(told: ReferralTold) -> FhirPeriod | None:
    """From the yes to the end. What was never accepted was never executed."""
    accepted = next((step for step in told.steps if step.action == Action.ACCEPTANCE), None)
    ended = told.referral.ending.at if told.referral.ending else None
    if accepted is None or (accepted.at is None and ended is None):
        return None
    return FhirPeriod(start=accepted.at, end=_not_before(ended, accepted.at))


def _not_before(at: datetime | None, other: datetime | None) -> datetime | None:
    """What cases told of has the time it happened there, which can lie before what was done here meanwhile. FHIR lets
    nothing end before it began."""
    return max(at, other) if at and other else at


def _status_reason(state: State | None, ending: EndingView | None) -> FhirConcept | None:
    if state is None or ending is None or not (ending.reason_code or ending.because):
        return None
    coded = _concept(REASONS[state], ending.reason_code).coding if ending.reason_code else None
    # Always with words, where need be the code itself: SDOH-CC takes no reason without.
    return FhirConcept(coding=coded, text=ending.because or ending.reason_code)


def _suggestion(told: ReferralTold) -> list[FhirNote] | None:
    """What the receiver says that the sender could do instead."""
    seen = told.referral
    if seen.ending is None or seen.ending.suggestion is None:
        return None
    receiver = _party(told, seen.to, seen.responsible_unit or seen.to.unit)
    return [FhirNote(author_reference=receiver, time=seen.ending.at, text=seen.ending.suggestion)]


def _restriction(seen: Referral) -> FhirRestriction | None:
    """The promise that falls due first."""
    counting = [clock for clock in seen.clocks if clock.state in _COUNTS]
    if not counting:
        return None
    first = min(counting, key=lambda clock: clock.due_on)
    return FhirRestriction(period=FhirDays(start=first.started_on, end=first.due_on))


def _outputs(seen: Referral) -> list[FhirOutput]:
    """What came of it so far."""
    contact, receipt, ending = seen.first_contact, seen.handover_receipt, seen.ending
    found: list[FhirOutput] = []
    if seen.attempts.count:
        found.append(_output("contact-attempts", value_integer=seen.attempts.count))
    if contact:
        found.append(_output("first-contact", value_date_time=contact.at))
    if receipt:
        found.append(_output("handover-receipt", value_identifier=_identifier("receipt", receipt.id)))
        found.append(_output("takes-holding", value_boolean=receipt.takes_holding))
    if receipt and receipt.at:
        found.append(_output("handover-receipt-given", value_date_time=receipt.at))
    if ending and ending.outcome:
        found.append(_output("outcome", value_codeable_concept=_concept("outcome", ending.outcome)))
    if seen.replaced_by:
        found.append(_output("successor", value_reference=_request(seen.replaced_by)))
    return found


def _supporting(seen: Referral) -> list[FhirReference]:
    """The need, by its id; and the consent, where the sharing rests on one."""
    need = FhirReference(identifier=_identifier("need", seen.need_id))
    if seen.basis.consent_id is None:
        return [need]
    return [need, FhirReference(type_="Consent", identifier=_identifier("consent", seen.basis.consent_id))]


def _citizen(seen: Referral) -> FhirReference:
    """She is known by her case, to those who may know it. Her name and number are not here."""
    return FhirReference(type_="Patient", identifier=_identifier("case", seen.case_id), display=seen.case_number)


def _party(told: ReferralTold, party: SideView, unit: str | None) -> FhirReference:
    """A sector, or a unit of it. Their names are an authority's own, so the system says whose."""
    kind = "unit" if unit else "sector"
    value = full_name(unit, party.sector) if unit else party.sector
    system = f"urn:helhed:authority:{party.authority or told.authority}:{kind}"
    return FhirReference(type_="Organization", identifier=FhirIdentifier(system=system, value=value))


def _request(referral_id: UUID) -> FhirReference:
    return FhirReference(reference=f"ServiceRequest/{referral_id}", type_="ServiceRequest")


def _concept(of: str, code: str) -> FhirConcept:
    return FhirConcept(coding=[FhirCoding(system=CODES + of, code=code)])


def _identifier(of: str, value: UUID) -> FhirIdentifier:
    return FhirIdentifier(system=IDS + of, value=str(value))


def _output(of: str, **value: Any) -> FhirOutput:
    return FhirOutput(type_=_concept("output", of), **value)
