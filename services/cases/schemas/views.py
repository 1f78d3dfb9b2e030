"""Answers that go out."""

from datetime import date
from uuid import UUID

from pydantic import Field

from chassis.wire import Day, Moment, View
from services.cases.domain.attention import Kind as AttentionKind
from services.cases.domain.case import Origin, Status
from services.cases.domain.catch import CatchState
from services.cases.domain.ending import ReleaseGround
from services.cases.domain.need import Outcome
from services.cases.domain.need import State as NeedState
from services.cases.domain.release_gate import Code as UnmetCode
from services.cases.domain.responsibility import Kind as ResponsibilityKind


class CoordinatorView(View):
    """The one person the citizen turns to, by name and number where the authority's staff is told of."""

    subject: str
    name: str | None
    phone: str | None
    unit: str | None


class NeedSummary(View):
    """One need, as a list shows it. Its domain is told as far as the reader may know what the citizen wants."""

    id: UUID
    domain: str | None
    state: NeedState
    owner_sector: str
    catch_state: CatchState
    waiting_for: "WaitingForView | None"
    due_on: Day | None


class NeedView(NeedSummary):
    """One need in full. It is a part of its case: `version` is the case's. Its words are for its owner, the holder, and
    whom the citizen has agreed to tell (`need`)."""

    case_id: UUID
    description: str | None
    registered_at: Moment
    revisit_on: date | None
    revisit_by_sector: str | None
    outcome: Outcome | None
    citizen_statement: str | None
    version: int
    allowed_actions: list[str]


class AttentionView(View):
    """One reason to look at the case now."""

    kind: AttentionKind
    since: Moment
    need_id: UUID | None
    referral_id: UUID | None
    due_on: Day | None


class CaseSummary(View):
    """A case, as a list shows it. Who reads it only because of a referral is told of the citizen what that rests on:
    `hidden` counts what is known and left out, needs of which nothing is told among it."""

    id: UUID
    case_number: str
    display_name: str | None
    alias: str | None
    protected: bool
    status: Status
    origin: Origin
    holding_sector: str
    coordinator: CoordinatorView | None
    needs: list[NeedSummary]
    attention: list[AttentionView]
    exempt_until: Day | None
    last_contact_at: Moment | None
    next_contact_due: Day | None
    hidden: int
    version: int
    allowed_actions: list[str]


class IdentifierView(View):
    """An identifier, masked. A warning (`cpr-modulus-11`) asks to look again; it is no fault: such numbers exist."""

    system: str
    masked: str
    warnings: list[str]


class ContactView(View):
    """How to reach the person, and when that is safe."""

    phone: str | None
    email: str | None
    digital_post: bool
    safe_to_call: str | None
    preferred_channel: str | None
    language: str | None
    interpreter: bool


class CitizenView(View):
    """The person. Contact is left out while name and address are protected."""

    identifiers: list[IdentifierView]
    name: str | None
    alias: str | None
    contact: ContactView | None
    protected_until: Day | None


class InvolvedView(View):
    """A sector with a part in the case."""

    sector: str
    unit: str | None
    since: Moment


class ExternalReferenceView(View):
    """What another system calls this case."""

    system: str
    value: str
    url: str | None


class InformedView(View):
    """That the citizen was told of the case, when and how."""

    on: Day
    how: str


class CaseView(CaseSummary):
    """One case in full."""

    citizen: CitizenView
    kle: str | None
    citizen_informed: InformedView | None
    involved: list[InvolvedView]
    external_references: list[ExternalReferenceView]
    opened_at: Moment
    closed_at: Moment | None


class HolderView(View):
    """Who holds the case."""

    sector: str
    unit: str | None


class StretchView(View):
    """One stretch of responsibility."""

    kind: ResponsibilityKind
    sector: str
    unit: str | None
    from_: Moment = Field(alias="from")
    to: Moment | None
    because: str


class ResponsibilityView(View):
    """Who was responsible at a moment, and the whole history."""

    at: Moment
    holder: HolderView | None
    coordinator: CoordinatorView | None
    involved: list[HolderView]
    acting_authority: str
    paying_authority: str
    history: list[StretchView]


class WaitingForView(View):
    """For whom one waits. With `authority` the sector is another authority's."""

    sector: str
    unit: str | None
    authority: str | None


class RemedyView(View):
    """What would remedy it: an operation, and the sector that can call it."""

    operation_id: str
    who: str | None


class UnmetView(View):
    """One condition that does not hold yet."""

    code: UnmetCode
    title: str
    need_id: UUID | None
    referral_id: UUID | None
    waiting_for: WaitingForView | None
    since: Moment | None
    due_at: Moment | None
    remedy: RemedyView | None


class ReleaseCheckView(View):
    """The gate's answer, as a release would get it now; most urgent first."""

    sector: str
    ground: ReleaseGround
    releasable: bool
    unmet: list[UnmetView]


class ReleaseView(View):
    """A sector's letting go. Why is for that sector and the holder."""

    id: UUID
    case_id: UUID
    sector: str
    ground: str
    reason: str | None
    at: Moment
    taken_over_by: str | None
    receipt_id: UUID | None
    referral_ids: list[UUID]


class ConsentView(View):
    """A consent, given or refused. One that the receiving sector recorded is in force once the giving one confirms.
    Its evidence is for the two sectors it is between, and the holder."""

    id: UUID
    case_id: UUID
    decision: str
    from_sector: str
    to_sector: str
    to_unit: str | None
    to_authority: str | None
    data_categories: list[str]
    shared_for: str
    legal_basis: str
    valid_until: Day | None
    evidence: str | None
    text_version: str | None
    given_by: str
    recorded_at: Moment
    recorded_by_sector: str | None
    confirmed_at: Moment | None
    withdrawn_at: Moment | None
    in_force: bool
    version: int
    allowed_actions: list[str]
