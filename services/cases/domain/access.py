"""Who may see, and who may act in, this very case. Plain data in, plain data out; queries turn `readers` into a where.

A case is read within its authority by the sector that holds it (after closing: held it last), by those involved, and by
those who have a referral under way to them. Whoever was asked in another authority reads the referral, where that is
kept, and not the case; the sector of that name here was not asked. A released sector may read its own release, and no
more. To everybody else the case does not exist.
"""

from datetime import date, datetime

from chassis.actor import Actor
from services.cases.domain.case import Case
from services.cases.domain.citizen_alarm import CitizenAlarm
from services.cases.domain.consent import Consent
from services.cases.domain.errors import (
    CaseNotFound,
    ConsentNotYours,
    HolderOnly,
    OverrideNotYours,
    ProtectionNotYours,
    SectorNotInvolved,
)
from services.cases.domain.errors.watching import AlarmNotYours
from services.cases.domain.need import Need

# A system may keep a case up to date. Letting go of a citizen is a person's doing.
LETTING_GO = ("caseworker", "team-lead")


def readers(case: Case) -> frozenset[str]:
    """The sectors of the case's own authority that may read it."""
    involved = {r.sector for r in case.involved}
    receiving = {r.to_sector for r in case.referrals.values() if r.opens}
    return frozenset({case.holder.sector} | involved | receiving)


def may_read(case: Case, actor: Actor) -> bool:
    """True when the case exists as far as this actor is concerned."""
    return actor.authority == case.authority and actor.sector in readers(case)


def must_read(case: Case | None, actor: Actor) -> Case:
    """The case, or the one answer for absent and not yours.

    Raises:
        CaseNotFound.
    """
    if case is None or not may_read(case, actor):
        raise CaseNotFound()
    return case


def may_work(case: Case, actor: Actor) -> bool:
    """True when the actor's sector has a part in the open case."""
    return actor.sector == case.holder.sector or any(r.sector == actor.sector for r in case.involved)


def must_work(case: Case, actor: Actor) -> None:
    """Refuse to sectors without a part.

    Raises:
        SectorNotInvolved.
    """
    if not may_work(case, actor):
        raise SectorNotInvolved()


def may_see_of(case: Case, actor: Actor, sector: str, category: str, today: date) -> bool:
    """True when the actor may see what `sector` wrote of this category (`notes`, `contacts`, `plan`, …).

    A sector sees its own. Of another's it sees what a consent in force covers, from that sector to its own: the same
    municipality is not free sharing (FVL § 29, sundhedsloven § 43).
    """
    if actor.sector == sector:
        return True
    return any(
        consent.from_sector == sector
        and consent.to_sector == actor.sector
        and consent.to_authority is None
        and consent.to_unit in (None, actor.unit)
        and category in consent.data_categories
        and consent.in_force(today)
        for consent in case.consents.values()
    )


def may_read_words(
    case: Case, actor: Actor, *sectors: str, today: date, category: str = "", after: datetime | None = None
) -> bool:
    """True when the actor may read words of the case itself (a need's, a hearing's, the reason of a release): the
    holder, and whoever they are of, or may be told by a consent that covers the category. What was said before a
    release (`after`) is also for the sector that let go on it. To be asked, or to have another part, is no reason."""
    if actor.sector == case.holder.sector:
        return True
    if after and any(made.sector == actor.sector and made.at >= after for made in case.releases.values()):
        return True
    return any(may_see_of(case, actor, sector, category, today) for sector in sectors)


def must_be_party(actor: Actor, *sectors: str) -> None:
    """Refuse to all but these sectors: who gives and who receives know what was agreed, others do not.

    Raises:
        ConsentNotYours.
    """
    if actor.sector not in sectors:
        raise ConsentNotYours(pointer="/fromSector")


def consent_actions(case: Case, consent: Consent, actor: Actor, today: date) -> list[str]:
    """What this actor may do with one consent now."""
    if not may_work(case, actor) or not consent.lasts(today) or not actor.permits("cases:write"):
        return []
    gives = actor.sector == consent.from_sector and actor.has(*LETTING_GO) and case.status == "open"
    confirms = gives and consent.awaits_confirmation(today)
    return ["confirmConsent", "withdrawConsent"] if confirms else ["withdrawConsent"]


def must_hold(case: Case, actor: Actor) -> None:
    """Refuse to all but the holding sector.

    Raises:
        HolderOnly.
    """
    if actor.sector != case.holder.sector:
        raise HolderOnly()


# What a sector with a part in an open case may do, and what its holder may do beside. By operation id.
_OF_ANY_PART = (
    "addExternalReference",
    "linkDocument",
    "makeAppointment",
    "makeOffer",
    "recordBudgetEntry",
    "recordContact",
    "recordNote",
    "registerNeed",
    "updateCase",
    "writePlan",
)
_OF_A_PERSON = ("raiseCitizenAlarm", "recordConsent", "recordHearing", "recordScreening")
_OF_THE_HOLDER = ("addIdentifier", "assignCoordinator", "stateParty")


def allowed_actions(case: Case, actor: Actor) -> list[str]:
    """What this actor may do with the case now, by operation id: the same decisions that guard the calls."""
    holds, writes = actor.sector == case.holder.sector, actor.permits("cases:write")
    if case.status == "closed":
        moved = case.closure is not None and case.closure.awaits_receipt
        return ["confirmArrival"] if moved and holds and writes else []
    if not may_work(case, actor):
        return []
    actions = [*(_OF_ANY_PART if writes else ()), *(_OF_THE_HOLDER if writes and holds else ())]
    if writes and holds and case.citizen.anonymous:
        actions.append("identifyCitizen")
    if actor.has(*LETTING_GO):
        actions += _of_a_person(actor, holds=holds)
    return sorted(actions)


def _of_a_person(actor: Actor, *, holds: bool) -> list[str]:
    """What no system does: ask, hear, open a wall, let somebody in or go, judge a situation."""
    actions = list(_OF_A_PERSON if actor.permits("cases:write") else ())
    actions += ["involveSector"] if holds and actor.permits("cases:write") else []
    actions += ["assessCriteria"] if actor.permits("assessments:write") else []
    if actor.permits("cases:release"):
        actions += ["releaseSector", "closeCase"] if holds else ["releaseSector"]
    return actions


def answers_for(case: Case, need: Need, actor: Actor) -> bool:
    """True when the need is the actor's to see to: owned by its sector, or left behind by a sector that has let go and
    so the holder's. Somebody always answers for a need, also for one that was set aside before a release."""
    owner_left = need.owner_sector != case.holder.sector and case.involvement(need.owner_sector) is None
    return actor.sector == (case.holder.sector if owner_left else need.owner_sector)


def need_actions(case: Case, need: Need, actor: Actor) -> list[str]:
    """What this actor may do with one need now."""
    if not answers_for(case, need, actor) or not actor.permits("cases:write"):
        return []
    if case.status == "closed":
        return ["closeNeed"] if need.state == "set-aside" else []
    if need.state in ("met", "withdrawn"):
        return ["reopenNeed"] if need.may_reopen else []
    return ["closeNeed", "reopenNeed", "setNeedAside"] if need.settled else ["closeNeed", "setNeedAside"]


def may_end_alarm(case: Case, alarm: CitizenAlarm, actor: Actor) -> bool:
    """True for the holder, for the sector that took the alarm down, and for the one that answers for its need."""
    need = case.needs.get(alarm.need_id) if alarm.need_id else None
    return actor.sector in (case.holder.sector, alarm.sector) or (need is not None and answers_for(case, need, actor))


def must_end_alarm(case: Case, alarm: CitizenAlarm, actor: Actor) -> None:
    """Refuse to silence an alarm that another sector answers for.

    Raises:
        AlarmNotYours.
    """
    if not may_end_alarm(case, alarm, actor):
        raise AlarmNotYours()


def must_keep_protected(case: Case, actor: Actor, until: date | None, today: date) -> None:
    """Refuse to shorten the protection of name and address to all but a team lead of the holding sector.

    Raises:
        ProtectionNotYours.
    """
    before = case.citizen.protected_until
    shortened = before is not None and case.citizen.protected(today) and (until is None or until < before)
    if shortened and not (actor.sector == case.holder.sector and actor.has("team-lead")):
        raise ProtectionNotYours()


def must_override(actor: Actor) -> None:
    """Refuse to go round the gate to all but those with the right to it (I8).

    Raises:
        OverrideNotYours.
    """
    if not actor.has("team-lead"):
        raise OverrideNotYours()
