"""Exemption (fritagelse): for a period, the citizen is released from named duties.

A citizen's duties and an authority's duties are different things, and an exemption touches the first only. It takes
away no help: nothing of the release gate, the needs, the referrals or the plan reads this file (I12), and a test holds
that.

Who decides: a person, never a system, of the sector that holds the case, or of employment, whose duties they are, while
it has a part in the case. Another sector at work in the case reads of which duties and until when; on what it rests and
why is read by the sector that decided, and by others under a consent that covers `exemptions`.

Days are Danish days, and both ends count: an exemption holds on its first day, on its last, and on all between.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from chassis.actor import Actor
from services.cases.domain.access import LETTING_GO, may_see_of, may_work, must_work
from services.cases.domain.case import Case
from services.cases.domain.errors.exemptions import (
    ChecksNotYours,
    EndsBackwards,
    EndsNoSooner,
    ExemptionBasisNotGranted,
    ExemptionNotYours,
    ExemptionOver,
    NoticeTooShort,
    OutsideItsGround,
    ProvisionNotCovered,
)
from services.cases.domain.legal_basis import LegalBasis

DECIDERS = ("caseworker", "team-lead")
# Whose duties they are that a citizen is exempted from. Sectors are functions, so this stays as organisations change.
DUTIES_OF = "employment"

ExemptionState = Literal["to-come", "in-force", "over", "cancelled"]
# What a person can give as the reason for an ending, and what the grounds themselves give.
DecidedReason = Literal["citizen-request", "assessment-changed", "registered-in-error"]
EndingReason = Literal[
    "citizen-request", "assessment-changed", "registered-in-error", "legal-basis-ended", "enrolment-ended"
]
# What the benefits system asks before it acts. Each is refused while the citizen is exempt.
DemandKind = Literal["demand", "sanction", "absence-registration", "availability-check"]

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Ground:
    """What an exemption rests on: a provision of ordinary law, or a trial's legal basis and the citizen's enrolment."""

    legal_basis: str | None = None
    legal_basis_id: UUID | None = None
    enrolment_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class TrialGround:
    """The legal basis of a trial, and what the citizen's enrolment in it lets the basis be used for."""

    basis: LegalBasis
    enrolment_id: UUID
    starts_on: date
    ends_on: date
    exempt_from: frozenset[str]

    def must_allow(self, provisions: tuple[str, ...], first: date, last: date) -> None:
        """Refuse what basis and arm do not both release from, and every day outside either period (I16).

        Raises:
            ExemptionBasisNotGranted, ProvisionNotCovered, OutsideItsGround.
        """
        if self.basis.status != "granted":
            raise ExemptionBasisNotGranted(status=self.basis.status)
        beyond = sorted(set(provisions) - (self.exempt_from & self.basis.codes))
        if beyond:
            raise ProvisionNotCovered(provisions=beyond)
        earliest, latest = max(self.basis.valid_from, self.starts_on), min(self.basis.valid_to, self.ends_on)
        if first < earliest or last > latest:
            raise OutsideItsGround(earliest=earliest, latest=latest)


@dataclass(frozen=True, slots=True)
class ExemptionWish:
    """The exemption somebody asks for: by a provision of ordinary law, or by a trial's legal basis."""

    provisions: tuple[str, ...]
    valid_from: date
    valid_to: date
    legal_basis: str | None
    legal_basis_id: UUID | None
    reason: str | None

    def granted(
        self, exemption_id: UUID, case_id: UUID, *, enrolment_id: UUID | None, by: Actor, at: datetime
    ) -> "Exemption":
        """The decision, once everything it rests on has allowed it."""
        return Exemption(
            id=exemption_id,
            case_id=case_id,
            provisions=self.provisions,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            granted_to=self.valid_to,
            ground=Ground(self.legal_basis, self.legal_basis_id, enrolment_id),
            reason=self.reason,
            decided_by=by.subject,
            decided_sector=by.sector or "",
            decided_at=at,
        )


@dataclass(frozen=True, slots=True)
class EarlyEnd:
    """That an exemption ends before the day it was granted to: when, why, and when that was decided."""

    id: UUID
    valid_to: date
    reason: EndingReason
    decided_at: datetime
    decided_by: str | None = None  # nobody, where what it rested on has ended
    decided_sector: str | None = None


@dataclass(frozen=True, slots=True)
class Exemption:
    """One decision. Its period is never prolonged and never ends backwards: a renewal is a decision of its own."""

    id: UUID
    case_id: UUID
    provisions: tuple[str, ...]
    valid_from: date
    valid_to: date  # the day before `valid_from` when it was cancelled before it began
    granted_to: date
    ground: Ground
    reason: str | None
    decided_by: str
    decided_sector: str
    decided_at: datetime
    early_end: EarlyEnd | None = None
    announced_to: date | None = None  # the last day that the citizen was to be told of, or that was missed
    announced_at: datetime | None = None
    version: int = 1

    def state(self, today: date) -> ExemptionState:
        """Where it is in its life."""
        if self.valid_to < self.valid_from:
            return "cancelled"
        if today < self.valid_from:
            return "to-come"
        return "in-force" if today <= self.valid_to else "over"

    def covers(self, provision: str, day: date) -> bool:
        """True when the duty does not bind the citizen that day."""
        return provision in self.provisions and self.valid_from <= day <= self.valid_to

    def ends(
        self, on: date, reason: DecidedReason, *, by: Actor, at: datetime, today: date, notice_days: int, end_id: UUID
    ) -> "Exemption":
        """Somebody decides that it ends sooner. The citizen has notice, unless the citizen is the one who asks.

        Raises:
            EndsBackwards, ExemptionOver, EndsNoSooner, NoticeTooShort.
        """
        if on < today:
            raise EndsBackwards()
        if self.state(today) not in ("to-come", "in-force"):
            raise ExemptionOver()
        if on >= self.valid_to:
            raise EndsNoSooner(to=self.valid_to)
        earliest = today if reason == "citizen-request" else today + timedelta(days=notice_days)
        if on < earliest:
            raise NoticeTooShort(earliest=earliest)
        return self._shortened(EarlyEnd(end_id, self._last(on), reason, at, by.subject, by.sector))

    def lapses(
        self, basis_to: date, enrolled_to: date, *, at: datetime, today: date, notice_days: int, end_id: UUID
    ) -> "Exemption":
        """What it rests on under a trial ends sooner: so does it, and never without notice.

        Who left the trial was told the day as they left. Of a legal basis that ends, the citizen learns by this: they
        planned on what the authority decided, so a basis that ends tomorrow is followed by as many days as they are
        owed. Those are the authority's to answer for, and not the citizen's.
        """
        noticed = today + timedelta(days=notice_days)
        ends: tuple[tuple[date, EndingReason], ...] = (
            (max(enrolled_to, today), "enrolment-ended"),
            (max(basis_to, noticed), "legal-basis-ended"),
        )
        on, reason = min(ends)
        last = self._last(on)
        if self.state(today) not in ("to-come", "in-force") or last >= self.valid_to:
            return self
        return self._shortened(EarlyEnd(end_id, last, reason, at))

    def announcement_due(self, today: date, notice_days: int) -> bool:
        """True from `notice_days` before the last day on, until it has been seen to: once for each last day."""
        lasts = self.valid_from <= self.valid_to
        return lasts and self.announced_to != self.valid_to and self.valid_to - timedelta(days=notice_days) <= today

    def announced(self, at: datetime, today: date) -> "Exemption":
        """After the announcement. One whose last day has passed is announced no more: that is kept as missed."""
        told_at = at if today <= self.valid_to else None
        return replace(self, announced_to=self.valid_to, announced_at=told_at, version=self.version + 1)

    def _last(self, on: date) -> date:
        return max(on, self.valid_from - _DAY)

    def _shortened(self, end: EarlyEnd) -> "Exemption":
        # The decision is announced as it is taken: nothing is left for the clock.
        return replace(
            self,
            valid_to=end.valid_to,
            early_end=end,
            announced_to=end.valid_to,
            announced_at=end.decided_at,
            version=self.version + 1,
        )


def exempt_until(exemptions: Iterable[Exemption], today: date) -> date | None:
    """The last day of the one that lasts longest from today on; None without one."""
    lasting = (one for one in exemptions if one.state(today) in ("to-come", "in-force"))
    return max((one.valid_to for one in lasting), default=None)


# -- who may ----------------------------------------------------------------------------------------------------------


def may_decide(case: Case, actor: Actor) -> bool:
    """True for the holding sector, and for employment while it has a part in the case."""
    return actor.sector == case.holder.sector or (actor.sector == DUTIES_OF and case.involvement(DUTIES_OF) is not None)


def case_actions(case: Case, actor: Actor) -> list[str]:
    """What this actor may do about exemptions in the case, beside what `domain/access.py` lists."""
    decides = may_work(case, actor) and may_decide(case, actor) and actor.has(*LETTING_GO)
    return ["grantExemption"] if case.status == "open" and decides and actor.permits("exemptions:write") else []


def must_decide(case: Case, actor: Actor) -> None:
    """Refuse to everybody else.

    Raises:
        SectorNotInvolved: no part in the case at all. ExemptionNotYours.
    """
    must_work(case, actor)
    if not may_decide(case, actor):
        raise ExemptionNotYours()


def may_see_ground(case: Case, exemption: Exemption, actor: Actor, today: date) -> bool:
    """True when the actor may read what it rests on and why."""
    return may_see_of(case, actor, exemption.decided_sector, "exemptions", today)


def must_be_one_who_asks(actor: Actor) -> None:
    """Who is exempt is asked across all cases of the authority by those who could demand: systems, and employment.

    A sector that could not demand has nothing to ask; in its own cases it reads the exemptions themselves.

    Raises:
        ChecksNotYours.
    """
    if not actor.has("integration") and actor.sector != DUTIES_OF:
        raise ChecksNotYours()


def exemption_actions(case: Case, exemption: Exemption, actor: Actor, today: date) -> list[str]:
    """What this actor may do with one exemption now."""
    lasting = exemption.state(today) in ("to-come", "in-force")
    decides = actor.has(*DECIDERS) and actor.permits("exemptions:write") and may_decide(case, actor)
    return ["endExemption"] if lasting and decides else []
