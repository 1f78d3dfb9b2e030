"""How a case is shown: domain value in, view out. What is masked is masked here and nowhere else."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of, now
from services.cases.domain.access import allowed_actions, consent_actions, may_read_words, need_actions
from services.cases.domain.attention import at_moment, for_the_case
from services.cases.domain.case import Case
from services.cases.domain.catch import CatchState
from services.cases.domain.citizen import Citizen
from services.cases.domain.consent import Consent
from services.cases.domain.ending import Release, ReleaseGround
from services.cases.domain.exemptions import case_actions
from services.cases.domain.need import Need
from services.cases.domain.record import StaffCard
from services.cases.domain.release_gate import Unmet
from services.cases.domain.responsibility import Responsibility
from services.cases.domain.sight import Sight, sight_of
from services.cases.domain.waiting import Waiting, waiting
from services.cases.schemas import views as v

_TITLES = {
    "need-not-referred": ("Behovet er ikke henvist til nogen.", "The need is not referred to anybody."),
    "referral-not-accepted": ("Henvisningen er ikke modtaget.", "The referral is not accepted."),
    "first-contact-missing": ("Borgeren har ikke mødt modtageren.", "The citizen has not met the receiver."),
    "receipt-missing": ("Modtageren har ikke kvitteret.", "The receiver has given no receipt."),
    "no-sector-takes-holding": ("Ingen overtager ansvaret for sagen.", "No sector takes over the case."),
    "plan-not-agreed": ("Borgeren har ikke taget stilling til planen.", "The citizen has taken no stand on the plan."),
    "coordinator-missing": ("Modtageren har ikke nævnt en koordinator.", "The receiver has named no coordinator."),
    "screening-missing": ("Alle fagområder er ikke spurgt.", "Not every sector has been asked."),
    "citizen-not-heard": ("Borgeren er ikke hørt.", "The citizen has not been heard."),
    "need-open-in-own-sector": ("Et behov er åbent.", "A need is open."),
    "sector-not-released": ("Et fagområde har ikke sluppet.", "A sector has not let go."),
    "told-by-own-link": (
        "Modtageren svarede med dit link. En kollega skal slippe.",
        "The receiver answered with your link. A colleague lets go.",
    ),
}

# What would bring each condition about. Whoever waits has one thing to do, or one sector to call.
REMEDIES = {
    "need-not-referred": "requestReferral",
    "referral-not-accepted": "acceptReferral",
    "first-contact-missing": "recordFirstContact",
    "receipt-missing": "giveHandoverReceipt",
    "no-sector-takes-holding": "giveHandoverReceipt",
    "coordinator-missing": "giveHandoverReceipt",
    "plan-not-agreed": "writePlan",
    "screening-missing": "recordScreening",
    "citizen-not-heard": "recordHearing",
    "need-open-in-own-sector": "closeNeed",
    "sector-not-released": "releaseSector",
    "told-by-own-link": "releaseSector",
}


def summary(case: Case, actor: Actor, today: date) -> v.CaseSummary:
    return v.CaseSummary(**_summary(case, actor, today))


def whole(case: Case, actor: Actor, today: date) -> v.CaseView:
    """One case in full, as far as this reader is told."""
    sight, told = sight_of(case, actor, today), _summary(case, actor, today)
    left_out = [case.citizen.identifiers and not sight.person, case.citizen.contact and not sight.contact]
    told["hidden"] += sum(map(bool, [*left_out, case.kle and not sight.wants]))
    return v.CaseView(
        **told,
        citizen=citizen(case.citizen, today, sight),
        kle=case.kle if sight.wants else None,
        citizen_informed=v.InformedView.model_validate(case.citizen_informed) if case.citizen_informed else None,
        involved=[v.InvolvedView(sector=r.sector, unit=r.unit, since=r.since) for r in case.involved],
        external_references=[
            v.ExternalReferenceView(system=r.system, value=r.value, url=r.url) for r in case.external_references
        ],
        opened_at=case.opened_at,
        closed_at=case.closure.at if case.closure else None,
    )


def _summary(case: Case, actor: Actor, today: date) -> dict[str, Any]:
    person, sight = case.citizen, sight_of(case, actor, today)
    protected = person.protected(today)
    named = sight.person and not protected
    urgent, caught = for_the_case(at_moment(case.watched, now()), actor.sector), case.catch_states()
    waits = waiting(case, caught)
    return {
        "id": case.id,
        "case_number": case.number,
        "display_name": person.name if named else None,
        "alias": person.alias if sight.person else None,
        "protected": protected,
        "status": case.status,
        "origin": case.origin,
        "holding_sector": case.holder.sector,
        "coordinator": coordinator(case.coordinator, case.coordinator_card),
        "needs": [
            v.NeedSummary(**_need(need, caught[need.id], waits.get(need.id), sight))
            for need in case.needs.values()
            if sight.shows(need.id)
        ],
        "attention": [
            v.AttentionView.model_construct(
                kind=a.kind, since=a.since, need_id=a.need_id, referral_id=a.referral_id, due_on=a.due_on
            )
            for a in urgent
            if sight.shows(a.need_id)
        ],
        "exempt_until": case.exempt_until if case.exempt_until and case.exempt_until >= today else None,
        "last_contact_at": case.last_contact_at,
        "next_contact_due": case.next_contact_due(actor.sector),
        "hidden": sum((bool(person.name and not named), bool(person.alias and not sight.person)))
        + (0 if sight.wants else len(case.needs)),
        "version": case.version,
        "allowed_actions": sorted([*allowed_actions(case, actor), *case_actions(case, actor)]),
    }


def _need(need: Need, caught: CatchState, next_step: Waiting | None, sight: Sight) -> dict[str, Any]:
    """For whom a need waits: who has the next step, or who owes the question of a need that was set aside."""
    aside = need.setting_aside if need.state == "set-aside" else None
    waits_for = (
        v.WaitingForView(sector=next_step.sector, unit=next_step.unit, authority=next_step.authority)
        if next_step
        else None
    )
    due_on = day_of(next_step.due_at) if next_step and next_step.due_at else None
    return {
        "id": need.id,
        "domain": need.domain if sight.wants else None,
        "state": need.state,
        "owner_sector": need.owner_sector,
        "catch_state": caught,
        "waiting_for": v.WaitingForView(sector=aside.revisit_by_sector, unit=None, authority=None)
        if aside
        else waits_for,
        "due_on": aside.revisit_on if aside else due_on,
    }


def need(case: Case, shown: Need, actor: Actor) -> v.NeedView:
    aside, caught = shown.setting_aside, case.catch_states()
    told = may_read_words(case, actor, shown.owner_sector, today=day_of(now()), category="need")
    # What the citizen said last: when it ended, else when it was set aside.
    said = shown.citizen_statement or (aside.citizen_statement if aside else None)
    return v.NeedView(
        **_need(shown, caught[shown.id], waiting(case, caught).get(shown.id), sight_of(case, actor, day_of(now()))),
        case_id=case.id,
        description=shown.description if told else None,
        registered_at=shown.registered_at,
        revisit_on=aside.revisit_on if aside else None,
        revisit_by_sector=aside.revisit_by_sector if aside else None,
        outcome=shown.outcome,
        citizen_statement=said if told else None,
        version=case.version,
        allowed_actions=need_actions(case, shown, actor),
    )


def citizen(person: Citizen, today: date, sight: Sight) -> v.CitizenView:
    named, reached = (told and not person.protected(today) for told in (sight.person, sight.contact))
    return v.CitizenView(
        identifiers=[v.IdentifierView.model_validate(i) for i in person.identifiers] if sight.person else [],
        name=person.name if named else None,
        alias=person.alias if sight.person else None,
        contact=v.ContactView.model_validate(person.contact) if reached and person.contact else None,
        protected_until=person.protected_until if sight.person else None,
    )


def coordinator(stretch: Responsibility | None, card: StaffCard | None = None) -> v.CoordinatorView | None:
    if stretch is None or stretch.subject is None:
        return None
    known = card if card and card.subject == stretch.subject else StaffCard(stretch.subject)
    return v.CoordinatorView(subject=stretch.subject, name=known.name, phone=known.phone, unit=stretch.unit)


def responsibility(case: Case, at: datetime) -> v.ResponsibilityView:
    """Who was responsible at a moment, and the history, oldest first."""
    history = sorted(case.responsibilities.values(), key=lambda r: (r.since, r.kind, r.sector))
    then = [r for r in history if r.lasts_at(at)]
    holder = next((r for r in then if r.kind == "holder"), None)
    return v.ResponsibilityView(
        at=at,
        holder=v.HolderView(sector=holder.sector, unit=holder.unit) if holder else None,
        coordinator=coordinator(next((r for r in then if r.kind == "coordinator"), None)),
        involved=[v.HolderView(sector=r.sector, unit=r.unit) for r in then if r.kind == "involved"],
        acting_authority=case.party("acting", at),
        paying_authority=case.party("paying", at),
        history=[
            v.StretchView(kind=r.kind, sector=r.sector, unit=r.unit, from_=r.since, to=r.until, because=r.because)
            for r in history
        ],
    )


def unmet(condition: Unmet, language: str) -> v.UnmetView:
    waiting = None
    if condition.waiting_for_sector:
        waiting = v.WaitingForView(
            sector=condition.waiting_for_sector,
            unit=condition.waiting_for_unit,
            authority=condition.waiting_for_authority,
        )
    return v.UnmetView(
        code=condition.code,
        title=_TITLES[condition.code][language == "en"],
        need_id=condition.need_id,
        referral_id=condition.referral_id,
        waiting_for=waiting,
        since=condition.since,
        due_at=condition.due_at,
        remedy=v.RemedyView(operation_id=REMEDIES[condition.code], who=condition.waiting_for_sector),
    )


def release_check(case: Case, sector: str, ground: ReleaseGround | None, by: str, language: str) -> v.ReleaseCheckView:
    view = case.gate(sector, ground, by=by)
    return v.ReleaseCheckView(
        sector=sector,
        ground=view.ground,
        releasable=case.status == "open" and view.releasable,
        unmet=[unmet(condition, language) for condition in view.unmet],
    )


def release(case: Case | None, case_id: UUID, made: Release, actor: Actor) -> v.ReleaseView:
    """One release. Without a case it is the reader's own: who has let go reads no more of the case than that."""
    told = case is None or may_read_words(case, actor, made.sector, today=day_of(now()))
    return v.ReleaseView(
        id=made.id,
        case_id=case_id,
        sector=made.sector,
        ground=made.ground,
        reason=made.reason if told else None,
        at=made.at,
        taken_over_by=made.taken_over_by,
        receipt_id=made.receipt_id,
        referral_ids=list(made.referral_ids),
    )


def consent(case: Case, shown: Consent, actor: Actor, today: date) -> v.ConsentView:
    told = may_read_words(case, actor, *shown.parties, today=today)
    return v.ConsentView(
        id=shown.id,
        case_id=case.id,
        decision=shown.decision,
        from_sector=shown.from_sector,
        to_sector=shown.to_sector,
        to_unit=shown.to_unit,
        to_authority=shown.to_authority,
        data_categories=list(shown.data_categories),
        shared_for=shown.shared_for,
        legal_basis=shown.legal_basis,
        valid_until=shown.valid_until,
        evidence=shown.evidence if told else None,
        text_version=shown.text_version,
        given_by=shown.given_by,
        recorded_at=shown.recorded_at,
        recorded_by_sector=shown.recorded_by_sector,
        confirmed_at=shown.confirmed_at,
        withdrawn_at=shown.withdrawn_at,
        in_force=shown.in_force(today),
        version=shown.version,
        allowed_actions=consent_actions(case, shown, actor, today),
    )
