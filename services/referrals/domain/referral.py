"""One referral: what it knows and what it allows. Which step is possible when, `lifecycle.py` says."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.access import hands, side_of, way_back
from services.referrals.domain.beside import CONTENT, Decision, content_refusal
from services.referrals.domain.clocks import WAIVER, Clock, DeadlineWaiver, IsWorkingDay, followed
from services.referrals.domain.codes import (
    CASE_CLOSED,
    SENDER_LET_GO,
    DeclineCode,
    FailureCode,
    Outcome,
    ReturnScope,
)
from services.referrals.domain.coordinator import coordinator_of
from services.referrals.domain.days import day_of, require_approached
from services.referrals.domain.errors.addressing import HoldingStaysInTheAuthority
from services.referrals.domain.events import (
    ContactAttempted,
    DeadlineWaived,
    FirstContactHeld,
    HandoverReceived,
    ReferralAccepted,
    ReferralCancelled,
    ReferralCompleted,
    ReferralEnteredInError,
    ReferralEvent,
    ReferralFailed,
    ReferralPutOnHold,
    ReferralReassigned,
    ReferralRedirected,
    ReferralRejected,
    ReferralRequested,
    ReferralResumed,
)
from services.referrals.domain.guarantees import Guarantee
from services.referrals.domain.handover import HandoverContent
from services.referrals.domain.lifecycle import LIVE, Action, Standing, State
from services.referrals.domain.link_holder import link_made_by
from services.referrals.domain.moments import (
    REASSIGNMENT,
    REQUEST,
    Claim,
    ContactAttempt,
    Ending,
    FirstContact,
    Hold,
    Receipt,
    Step,
)
from services.referrals.domain.position import Position
from services.referrals.domain.sharing import Basis
from services.referrals.domain.units import names_of


@dataclass(slots=True, kw_only=True)
class Referral:
    """A request from one sector to another to take on a need."""

    id: UUID
    authority: str
    case_id: UUID
    need_id: UUID
    from_sector: str
    from_unit: str | None
    requested_by: str
    to_sector: str
    to_unit: str | None
    basis: Basis
    return_scope: ReturnScope
    approached_on: date | None
    requested_at: datetime
    to_service_id: UUID | None = None
    to_authority: str | None = None
    """The authority that was asked, where it is another than the sender's own. The referral stays the sender's."""
    state: State = State.REQUESTED
    responsible_unit: str | None = None
    attempt_count: int = 0
    last_attempt_at: datetime | None = None
    first_contact: FirstContact | None = None
    receipt: Receipt | None = None
    ending: Ending | None = None
    claim: Claim | None = None
    on_hold: Hold | None = None
    question_open: bool = False
    """Whether the sender owes an answer. Counted from the questions, never set here."""
    guarantee: str | None = None
    """The promise that the sender named."""
    clocks: list[Clock] = field(default_factory=list)
    waiver: DeadlineWaiver | None = None
    """Only when it has just been recorded: no rule reads the words."""
    reason: str | None = None
    """The sender's words. Only on a new referral: no rule reads them, so they stay sealed afterwards."""
    anonymous: bool = False
    """The receiver finds nothing of it: a code that the citizen carries is all they are told."""
    handover: HandoverContent | None = None
    """What the sender hands over, when it has just been written. Saved, it is read back where it is shown."""
    sender_has_part: bool = True
    """Whether the sender still holds the case or takes part in it. Heard, never set here."""
    need_owner: str | None = None
    """Whose the need is, where that changed under way. Heard, like the two that follow."""
    owner_has_part: bool = False
    relied_on: bool = False
    """Whether a sector was let go because of this catch."""
    asked_unit: str | None = None
    """The unit that was asked at first, where a reorganisation has moved the request on."""
    version: int = 0
    """The version that was loaded; 0 for a referral nobody has saved yet."""
    events: list[ReferralEvent] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    new_attempts: list[ContactAttempt] = field(default_factory=list)

    @property
    def takes_part(self) -> bool:
        """Whether the receiver has a part in the case: one of another authority has none, nor one that knows nothing of
        it."""
        return self.to_authority is None and not self.anonymous

    def standing(self, by: Actor) -> Standing:
        """What decides which actions are open to this caller."""
        return Standing(
            self.state,
            receipt_given=self.receipt is not None,
            holding_promised=self.receipt is not None and self.receipt.takes_holding,
            contact_held=self.first_contact is not None,
            question_open=self.question_open,
            hands=hands(by, self.claim.by if self.claim else None),
        )

    def accept(self, *, by: Actor, responsible_unit: str | None, at: datetime) -> None:
        """The receiver commits to act; the unit that will is the one named, else the caller's, else the addressed."""
        self._take(Action.ACCEPTANCE, by, at)
        self.responsible_unit = responsible_unit or by.unit or self.to_unit
        self.events.append(ReferralAccepted(self.responsible_unit))

    def reject(self, *, by: Actor, reason: DeclineCode, suggestion: str | None, at: datetime) -> None:
        """The receiver refuses. Responsibility stays where it is."""
        self._take(Action.REJECTION, by, at)
        self.ending = Ending(at, code=reason, words=suggestion)
        self.events.append(ReferralRejected())

    def record_attempt(self, attempt: ContactAttempt, *, by: Actor) -> None:
        """Note a try that did not reach the citizen. It is never a contact and changes no state."""
        self._take(Action.CONTACT_ATTEMPTS, by, attempt.recorded_at)
        require_approached(attempt.at, self.approach_day)
        self.attempt_count += 1
        self.last_attempt_at = max(attempt.at, self.last_attempt_at or attempt.at)
        self.new_attempts.append(attempt)
        self.events.append(ContactAttempted())

    def hold_first_contact(self, contact: FirstContact, *, by: Actor, at: datetime) -> None:
        """Confirm that the citizen attended. Only the receiver can know."""
        self._take(Action.FIRST_CONTACT, by, at)
        require_approached(contact.at, self.approach_day)
        self.first_contact = contact
        self.events.append(FirstContactHeld(link_made_by(by)))

    def give_receipt(
        self, receipt_id: UUID, *, by: Actor, takes_holding: bool, coordinator: str | None, at: datetime
    ) -> None:
        """Promise, once and for good. Who will coordinate is the caller unless somebody else is named.

        Raises:
            HoldingStaysInTheAuthority: another authority would take over the sender's own case.
            CoordinatorNotNamed: a system would take it over, and no person is named.
        """
        self._take(Action.HANDOVER_RECEIPT, by, at)
        if takes_holding and self.to_authority is not None:
            raise HoldingStaysInTheAuthority()
        self.receipt = Receipt(
            id=receipt_id,
            at=at,
            takes_holding=takes_holding,
            unit=by.unit or self.responsible_unit,
            coordinator=coordinator_of(by, coordinator, takes_holding=takes_holding),
        )
        promised = (receipt_id, takes_holding, self.receipt.unit, self.receipt.coordinator)
        self.events.append(HandoverReceived(*promised, link_made_by(by)))

    def complete(self, *, by: Actor, outcome: Outcome, at: datetime) -> None:
        """The receiver has done what it was asked to do."""
        self._take(Action.COMPLETION, by, at)
        self.ending = Ending(at, code=outcome)
        self.events.append(ReferralCompleted(broken_off=outcome is Outcome.CITIZEN_ENDED_IT))

    def fail(self, *, by: Actor, reason: FailureCode, at: datetime) -> None:
        """The receiver gives up. Never after a receipt that takes holding."""
        self._take(Action.FAILURE, by, at)
        self.ending = Ending(at, code=reason)
        self.events.append(ReferralFailed())

    def cancel(self, *, by: Actor, because: str, at: datetime) -> None:
        """The sender takes the request back. Never after a receipt that takes holding."""
        self._take(Action.CANCELLATION, by, at)
        self.on_hold = None
        self.ending = Ending(at, words=because)
        self.events.append(ReferralCancelled())

    @property
    def approach_day(self) -> date:
        """The day the citizen asked for help, as far as anybody has said; else the day of the request."""
        return self.approached_on or day_of(self.requested_at)

    def start_clock(self, guarantee: Guarantee, *, on: date, is_working_day: IsWorkingDay) -> None:
        """From this day on a promise runs. One that runs already, or has run, does not begin again."""
        if guarantee.terms is not None and all(clock.guarantee != guarantee.code for clock in self.clocks):
            clock = Clock.start(guarantee.code, guarantee.terms, on=on, is_working_day=is_working_day)
            self.clocks.append(clock)

    def follow_with_clocks(self, is_working_day: IsWorkingDay) -> None:
        """Let the clocks follow the steps that were just taken. Done once for every save."""
        contact_at = self.first_contact.at if self.first_contact else None
        self.clocks = [
            followed(clock, self.steps, contact_at=contact_at, is_working_day=is_working_day) for clock in self.clocks
        ]

    def waive_deadlines(self, *, by: Actor, statement: str, at: datetime) -> None:
        """Record that the citizen chose another provider. Either side may; the referral itself goes on."""
        refused = self._position(by, at).waiver_refusal()
        if refused is not None:
            raise refused
        self.clocks = [clock.waived(day_of(at)) for clock in self.clocks]
        self.waiver = DeadlineWaiver(statement, at)
        self.steps.append(Step(WAIVER, self.state, self.state, at, by))
        self.events.append(DeadlineWaived())

    def complete_handover(self, content: HandoverContent, *, by: Actor, at: datetime) -> None:
        """The sender writes down what it hands over, anew and as a whole."""
        self.require_beside(content_refusal, by=by, at=at)
        self.handover = content
        self.steps.append(Step(CONTENT, self.state, self.state, at, by))

    def end_with_case(self, *, at: datetime) -> None:
        """Cancel because the case was closed; nothing happens to a referral that has ended already.

        A receipt does not stop it: the promise was to hold the case, and the case's own gate has let it end.
        """
        self._end_for_the_town(CASE_CLOSED, at)

    def end_with_sender(self, *, at: datetime) -> None:
        """Cancel because the sender let go of a citizen whom nobody had met: nobody else can act on an anonymous
        referral, and it would stand in the way of the next."""
        self._end_for_the_town(SENDER_LET_GO, at)

    def _end_for_the_town(self, because: str, at: datetime) -> None:
        if self.state not in LIVE:
            return
        self.steps.append(Step(Action.CANCELLATION, self.state, State.CANCELLED, at, None))
        self.state = State.CANCELLED
        self.on_hold = None
        self.ending = Ending(at, code=because)
        self.events.append(ReferralCancelled())

    def enter_in_error(self, *, by: Actor, because: str, at: datetime) -> None:
        """The sender never meant it. Never after a receipt that takes holding."""
        self._take(Action.ENTRY_IN_ERROR, by, at)
        self.on_hold = None
        self.ending = Ending(at, words=because)
        self.events.append(ReferralEnteredInError())

    def redirect(self, *, by: Actor, reason: DeclineCode, successor_id: UUID, at: datetime) -> None:
        """The receiver cannot help and sends the request on. Responsibility stays with the sender."""
        self._take(Action.REDIRECTION, by, at)
        self.ending = Ending(at, code=reason)
        self.events.append(ReferralRedirected(successor_id))

    def put_on_hold(self, *, by: Actor, until: date | None, because: str, at: datetime) -> None:
        """Pause, by the citizen's own choice. Everything reached so far stays."""
        self._take(Action.HOLD, by, at, because)
        self.on_hold = Hold(at, until)
        self.events.append(ReferralPutOnHold(until))

    def resume(self, *, by: Actor, at: datetime) -> None:
        """Go on from where the pause began."""
        self._take(Action.RESUMPTION, by, at)
        self.on_hold = None
        self.events.append(ReferralResumed())

    def take_in_hand(self, *, by: Actor, at: datetime) -> None:
        """Somebody of the unit sees to it. The referral stays the unit's."""
        self._take(Action.CLAIM, by, at)
        self.claim = Claim(by.subject, at)

    def hand_back(self, *, by: Actor, at: datetime) -> None:
        """It is the whole unit's to see to again."""
        self._take(Action.RETURN, by, at)
        self.claim = None

    def ask(self, *, by: Actor, at: datetime) -> None:
        """The receiver asks the sender something; what, is kept beside the referral."""
        self._take(Action.QUESTIONS, by, at)
        self.question_open = True

    def answer(self, *, by: Actor, at: datetime) -> None:
        """The sender answers a question."""
        self._take(Action.ANSWERS, by, at)

    def is_under_way_with(self, unit: str) -> bool:
        """Whether this unit is the one addressed, or the one that acts, and something is still asked of it."""
        return self.state in LIVE and not names_of(unit, self.to_sector).isdisjoint(
            {self.to_unit, self.responsible_unit} - {None}
        )

    def move_to_unit(self, unit: str, *, from_unit: str, by: Actor, at: datetime) -> None:
        """Its unit was reorganised: another of the same sector has it, and nobody in it has it in hand yet."""
        left = names_of(from_unit, self.to_sector)
        if self.to_unit in left:
            self.asked_unit = self.asked_unit or self.to_unit
            self.to_unit = unit
        self.responsible_unit = unit if self.responsible_unit in left else self.responsible_unit
        self.claim = None
        self.steps.append(Step(REASSIGNMENT, self.state, self.state, at, by))
        self.events.append(ReferralReassigned(self.responsible_unit))

    def note_request(self, *, by: Actor, at: datetime) -> None:
        """Its first step, by whoever put the request."""
        self.steps.append(Step(REQUEST, None, self.state, at, by))
        basis, scope = self.basis, self.return_scope
        self.events.append(ReferralRequested(scope, basis.consent_id, basis.legal_basis, self.anonymous))

    def require_beside(self, refusal: Decision, *, by: Actor, at: datetime) -> None:
        """Refuse what is no step, to whoever may not do it now."""
        self._position(by, at).require_beside(refusal)

    def _take(self, action: Action, by: Actor, at: datetime, words: str | None = None) -> None:
        reached = self._position(by, at).reached(action)
        self.steps.append(Step(action, self.state, reached, at, by, words))
        self.state = reached

    def _position(self, by: Actor, at: datetime) -> Position:
        side = side_of(by, self)
        if side is None:
            raise NotFound()
        parts = way_back(side, self.return_scope)
        return Position(side, parts, self.standing(by), self.anonymous, self.clocks, day_of(at))
