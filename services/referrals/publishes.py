"""What the rest of town hears of a referral: every domain event on the left, its contract event on the right.

No reason, channel, date or outcome leaves this way: they are health data, and who may read them asks the API. Of an
outcome it is told only that help was broken off: nobody holds the citizen then, and who answers for the need must know.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from contracts.events import referrals as contract
from services.referrals.domain import events
from services.referrals.domain.capacity import CapacityChanged
from services.referrals.domain.clocks import DueClock, Notice, next_day, watched_day
from services.referrals.domain.days import day_of
from services.referrals.domain.referral import Referral

Facts = Mapping[str, Any]


def contract_events(referral: Referral) -> list[contract.ReferralMoment]:
    """Everything this referral has to announce, in the order it happened."""
    common: Facts = {
        "referral_id": referral.id,
        "need_id": referral.need_id,
        "from_sector": referral.from_sector,
        "to_sector": referral.to_sector,
        # Where somebody is treated who wants to be unknown there is told to nobody, and so in no event.
        "to_unit": None if referral.anonymous else referral.to_unit,
        "to_authority": referral.to_authority,
    }
    return [_translate(event, common, _due_on(event, referral)) for event in referral.events]


def deadline_event(due: DueClock, notice: Notice) -> contract.ReferralMoment:
    """What is told of a clock: when, and never which promise it is, since that may tell of health."""
    common: Facts = {
        "referral_id": due.referral_id,
        "need_id": due.need_id,
        "from_sector": due.from_sector,
        "to_sector": due.to_sector,
        "to_unit": due.to_unit,
        "to_authority": due.to_authority,
    }
    kind = events.DeadlineMissed if notice is Notice.MISSED else events.DeadlineApproaching
    return _translate(kind(due.clock.due_on), common)


def _due_on(event: events.ReferralEvent, referral: Referral) -> date | None:
    """The promised day that is told with an event, as the clocks stand after it."""
    match event:
        case events.ReferralRequested():
            return watched_day(referral.clocks)
        case events.ReferralResumed():
            return next_day(referral.clocks, day_of(referral.steps[-1].at))
        case _:
            return None


def _translate(event: events.ReferralEvent, common: Facts, due_on: date | None = None) -> contract.ReferralMoment:
    match event:
        case events.ReferralRequested():
            return contract.ReferralRequestedV1(
                **common,
                anonymous=event.anonymous or None,
                return_scope=event.return_scope,
                consent_id=event.consent_id,
                legal_basis=event.legal_basis,
                due_on=due_on,
            )
        case events.ReferralResumed():
            return contract.ReferralResumedV1(**common, due_on=due_on)
        case events.ReferralAccepted(responsible_unit=unit):
            return contract.ReferralAcceptedV1(**common, responsible_unit=unit)
        case events.FirstContactHeld(link_made_by=link_made_by):
            return contract.FirstContactHeldV1(**common, link_made_by=link_made_by)
        case events.HandoverReceived():
            return contract.HandoverReceivedV1(
                **common,
                receipt_id=event.receipt_id,
                takes_holding=event.takes_holding,
                unit=event.unit,
                coordinator=event.coordinator,
                link_made_by=event.link_made_by,
            )
        case events.ReferralCompleted(broken_off=broken_off):
            return contract.ReferralCompletedV1(**common, broken_off=broken_off or None)
        case events.ReferralRedirected(successor_id=successor_id):
            return contract.ReferralRedirectedV1(**common, successor_id=successor_id)
        case events.ReferralPutOnHold(until=until):
            return contract.ReferralPutOnHoldV1(**common, until=until)
        case events.ReferralReassigned(responsible_unit=unit):
            return contract.ReferralReassignedV1(**common, responsible_unit=unit)
        case events.DeadlineApproaching(due_on=due_on):
            return contract.DeadlineApproachingV1(**common, due_on=due_on)
        case events.DeadlineMissed(due_on=due_on):
            return contract.DeadlineMissedV1(**common, due_on=due_on)
        case _:
            return _PLAIN[type(event)](**common)


_PLAIN: Mapping[type[events.ReferralEvent], Callable[..., contract.ReferralMoment]] = {
    events.ReferralRejected: contract.ReferralRejectedV1,
    events.ContactAttempted: contract.ContactAttemptedV1,
    events.ReferralFailed: contract.ReferralFailedV1,
    events.ReferralCancelled: contract.ReferralCancelledV1,
    events.DeadlineWaived: contract.DeadlineWaivedV1,
    events.ReferralEnteredInError: contract.ReferralEnteredInErrorV1,
}


def capacity_event(changed: CapacityChanged) -> contract.CapacityChangedV1:
    """What is told of the room of a service of the directory."""
    return contract.CapacityChangedV1(
        service_id=changed.service_id,
        sector=changed.sector,
        unit=changed.unit,
        covers=changed.covers,
        status=changed.capacity.status,
        as_of=changed.capacity.as_of,
        waiting_days=changed.capacity.waiting_days,
        active=None if changed.active else False,
    )
