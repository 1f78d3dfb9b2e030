"""Loads and saves a referral. Saving writes its rows and what it announces, or nothing."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Select, Uuid, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.actor import Actor
from chassis.concurrency import expect
from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from chassis.outbox import announce
from chassis.working_days import is_working_day
from services.referrals.domain.access import may_see, may_wait
from services.referrals.domain.clocks import earliest
from services.referrals.domain.days import day_of
from services.referrals.domain.errors import NeedAlreadyReferred
from services.referrals.domain.handover import HandoverContent, Section
from services.referrals.domain.moments import Step
from services.referrals.domain.referral import Referral
from services.referrals.publishes import contract_events
from services.referrals.repository.clocks import Clocks
from services.referrals.repository.handover import Handovers
from services.referrals.repository.received import go_home, note_received
from services.referrals.repository.referral_rows import SELECTED, referral_of
from services.referrals.tables import LIVE, contact_attempts, known_needs, referral_steps, referrals


def reason_context(referral_id: UUID) -> str:
    """Where a reason is sealed to: moved to another referral it does not open."""
    return f"referrals.reason:{referral_id}"


def ending_context(referral_id: UUID) -> str:
    """Where the words of an ending are sealed to."""
    return f"referrals.ending_words:{referral_id}"


def step_context(referral_id: UUID, version: int) -> str:
    """Where the words of one step are sealed to."""
    return f"referral_steps.words:{referral_id}:{version}"


# Built once: they run with every step.
_this = (referrals.c.authority == bindparam("of_authority"), referrals.c.id == bindparam("of_id"))
_ONE = SELECTED.where(*_this).with_for_update(of=referrals)
_PEEK = SELECTED.where(*_this)
_THESE = (
    SELECTED.where(
        referrals.c.authority == bindparam("of_authority"),
        referrals.c.id == func.any(bindparam("of_ids", type_=ARRAY(Uuid))),
    )
    .order_by(referrals.c.id)
    .with_for_update(of=referrals)
)
_REASON = select(referrals.c.reason_sealed).where(*_this)
_SAVE = update(referrals).where(*_this, referrals.c.version == bindparam("of_version"))
_OWNER = (
    select(known_needs.c.owner_sector)
    .where(known_needs.c.authority == referrals.c.authority, known_needs.c.need_id == referrals.c.need_id)
    .scalar_subquery()
)
_FOLLOW = (
    update(referrals)
    .where(
        referrals.c.authority == bindparam("of_authority"),
        referrals.c.need_id == bindparam("of_need"),
        LIVE,
        func.coalesce(referrals.c.need_owner, referrals.c.from_sector) != _OWNER,
    )
    .values(need_owner=_OWNER)
)
_RELY = (
    update(referrals)
    .where(referrals.c.authority == bindparam("of_authority"), referrals.c.id.in_(bindparam("ids", expanding=True)))
    .values(relied_on=True)
)
_ATTEMPTS = insert(contact_attempts)
_STEPS = insert(referral_steps)


class Referrals:
    """The referrals of one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._clocks = Clocks(tx)
        self._handovers = Handovers(tx)

    async def get(self, referral_id: UUID, actor: Actor, *, expected: int | None = None) -> Referral:
        """The referral, locked until the transaction ends.

        Raises:
            NotFound: it does not exist, or this caller may not know that it does.
            Stale: the caller expected another version of it.
        """
        referral = await self._found(_ONE, referral_id, actor)
        expect(referral.version, expected)
        await self._clocks.load_all([referral])
        return referral

    async def peek(self, referral_id: UUID, actor: Actor) -> Referral:
        """The referral as it is, not locked: for what must be locked before it.

        Raises:
            NotFound: it does not exist, or this caller may not know that it does.
        """
        return await self._found(_PEEK, referral_id, actor)

    async def _found(self, statement: Select[Any], referral_id: UUID, actor: Actor) -> Referral:
        """The referral, wherever it is kept: from here on the transaction acts there."""
        row = await self._tx.one(statement, of_authority=self._tx.authority, of_id=referral_id)
        if row is None and await go_home(self._tx, referral_id):
            row = await self._tx.one(statement, of_authority=self._tx.authority, of_id=referral_id)
        if row is None or not may_see(actor, referral := referral_of(row)):
            raise NotFound()
        return referral

    async def of_code(self, referral_id: UUID, *, held: bool) -> Referral | None:
        """The referral that a catch code stands for, if there is one; `held`, it is locked. For who has shown the code:
        they may act on it once, and nobody asks whether they may see it, because they are not shown it."""
        statement = _ONE if held else _PEEK
        row = await self._tx.one(statement, of_authority=self._tx.authority, of_id=referral_id)
        referral = None if row is None else referral_of(row)
        if held and referral:
            await self._clocks.load_all([referral])
        return referral

    async def some(self, ids: Sequence[UUID], actor: Actor) -> list[Referral]:
        """Those of these referrals that the caller may see, locked until the transaction ends."""
        rows = await self._tx.all(_THESE, of_authority=self._tx.authority, of_ids=list(ids))
        found = [referral for row in rows if may_see(actor, referral := referral_of(row))]
        await self._clocks.load_all(found)
        return found

    async def anonymous_of_unit(self, unit_names: Sequence[str], *, to_sector: str) -> list[Referral]:
        """The anonymous referrals that wait at a unit, all of them, locked. For the town itself: when the unit is
        reorganised, its citizens' codes are good at the new one, and who reorganises it does not learn that there are
        any."""
        wanted = self._selected().where(
            referrals.c.anonymous, referrals.c.to_sector == to_sector, referrals.c.to_unit.in_(unit_names), LIVE
        )
        return await self._locked(wanted)

    async def handover_of(self, referral: Referral) -> HandoverContent | None:
        """What the sender has handed over, to be sealed anew where it is sent on."""
        return await self._handovers.content_of(referral.id)

    async def handover_missing(self, referral: Referral) -> list[Section]:
        """What the receiver asked to be told when the request was put, and nobody has written."""
        return await self._handovers.missing(referral, on=day_of(referral.requested_at))

    async def reason_of(self, referral: Referral) -> str:
        """The sender's words, to be sealed anew where they are sent on."""
        row = await self._tx.one(_REASON, of_authority=referral.authority, of_id=referral.id)
        if row is None:
            raise NotFound()
        return self._tx.sealer.open(row.reason_sealed, context=reason_context(referral.id))

    async def live_in_case(self, case_id: UUID) -> list[Referral]:
        """Every live referral of a case, locked. For the town itself: nobody is asked whether they may see them."""
        return await self._locked(self._selected().where(referrals.c.case_id == case_id, LIVE))

    async def _locked(self, wanted: Select[Any]) -> list[Referral]:
        rows = await self._tx.all(wanted.order_by(referrals.c.id).with_for_update(of=referrals))
        found = [referral_of(row) for row in rows]
        await self._clocks.load_all(found)
        return found

    async def caught_of_needs(self, need_ids: Sequence[UUID], *, let_go_by: str) -> list[Referral]:
        """The referrals by which somebody else than this sector caught these needs, the newest first; also where the
        catch was lost later."""
        somebody_else = or_(
            referrals.c.to_sector != let_go_by, referrals.c.to_authority.is_not(None), referrals.c.anonymous
        )
        wanted = self._selected().where(
            referrals.c.need_id.in_(need_ids),
            somebody_else,
            referrals.c.first_contact_at.is_not(None),
            referrals.c.receipt_id.is_not(None),
        )
        newest_first = wanted.order_by(referrals.c.requested_at.desc(), referrals.c.id.desc())
        return [referral_of(row) for row in await self._tx.all(newest_first)]

    async def follow_need(self, need_id: UUID) -> None:
        """Let what is under way for a need be its present owner's, as far as is known. To nobody else it changes."""
        await self._tx.run(_FOLLOW, of_authority=self._tx.authority, of_need=need_id)

    async def rely_on(self, caught: Sequence[Referral]) -> None:
        """A sector was let go because of these catches."""
        ids = [referral.id for referral in caught]
        await self._tx.run(_RELY, of_authority=self._tx.authority, ids=ids)

    async def add(self, referral: Referral) -> None:
        """Save a new referral.

        Raises:
            NeedAlreadyReferred: another live referral carries the need, however close the race was.
            AlreadyExists: the id is taken, here or where it is received.
        """
        row = {**_identity(referral), **self._changeable(referral), "version": 1}
        row["reason_sealed"] = self._tx.sealer.seal(referral.reason or "", context=reason_context(referral.id))
        added = (
            upsert(referrals)
            .values(row)
            .on_conflict_do_nothing(index_elements=[referrals.c.authority, referrals.c.need_id], index_where=LIVE)
            .returning(referrals.c.id)
        )
        if await self._tx.one(added) is None:
            raise NeedAlreadyReferred()
        await self._save_what_happened(referral)

    async def save(self, referral: Referral) -> None:
        """Save what changed, once, one version on.

        Raises:
            Stale: somebody saved it in between.
        """
        referral.follow_with_clocks(is_working_day)
        which = {"of_authority": referral.authority, "of_id": referral.id, "of_version": referral.version}
        row = {**which, **self._changeable(referral), "version": referral.version + 1}
        if not await self._tx.run(_SAVE, [row]):
            raise Stale()
        await self._save_what_happened(referral)

    async def _save_what_happened(self, referral: Referral) -> None:
        referral.version += 1
        await self._tx.run(_ATTEMPTS, _attempt_rows(referral))
        await self._tx.run(_STEPS, [self._step_row(referral, step) for step in referral.steps])
        await self._clocks.save(referral)
        await note_received(self._tx, referral)
        await self._handovers.save(referral)
        told, last = contract_events(referral), referral.steps[-1]
        await announce(self._tx, referral.case_id, told, at=last.at, awaited=may_wait(last.by, referral))
        referral.new_attempts.clear()
        referral.steps.clear()
        referral.events.clear()

    def _step_row(self, referral: Referral, step: Step) -> dict[str, Any]:
        words = step.words
        context = step_context(referral.id, referral.version)
        return {
            "authority": referral.authority,
            "referral_id": referral.id,
            "version": referral.version,
            "action": step.action,
            "from_state": step.from_state,
            "to_state": step.to_state,
            "at": step.at,
            "by_authority": step.by.authority if step.by and step.by.authority != referral.authority else None,
            "by_sector": step.by.sector if step.by else None,
            "by_unit": step.by.unit if step.by else None,
            "by_subject": step.by.subject if step.by else None,
            "words_sealed": None if words is None else self._tx.sealer.seal(words, context=context),
        }

    def _selected(self) -> Select[Any]:
        return SELECTED.where(referrals.c.authority == self._tx.authority)

    def _changeable(self, referral: Referral) -> dict[str, Any]:
        """The columns a step can change."""
        contact, receipt, ending = referral.first_contact, referral.receipt, referral.ending
        changed: dict[str, Any] = {
            "state": referral.state,
            "to_unit": referral.to_unit,
            "asked_unit": referral.asked_unit,
            "claimed_by": referral.claim and referral.claim.by,
            "claimed_at": referral.claim and referral.claim.at,
            "on_hold_since": referral.on_hold and referral.on_hold.since,
            "on_hold_until": referral.on_hold and referral.on_hold.until,
            "responsible_unit": referral.responsible_unit,
            "attempt_count": referral.attempt_count,
            "last_attempt_at": referral.last_attempt_at,
            "due_on": earliest(referral.clocks),
        }
        if contact:
            changed |= {
                "first_contact_at": contact.at,
                "first_contact_channel": contact.channel,
                "first_contact_present": list(contact.present),
            }
        if receipt:
            changed |= {
                "receipt_id": receipt.id,
                "receipt_at": receipt.at,
                "receipt_takes_holding": receipt.takes_holding,
                "receipt_unit": receipt.unit,
                "receipt_coordinator": receipt.coordinator,
            }
        if ending:
            changed |= {"ended_at": ending.at, "ending_code": ending.code}
            if ending.words is not None:
                changed["ending_words_sealed"] = self._tx.sealer.seal(ending.words, context=ending_context(referral.id))
        return changed


def _identity(referral: Referral) -> dict[str, Any]:
    """The columns that never change."""
    return {
        "authority": referral.authority,
        "id": referral.id,
        "case_id": referral.case_id,
        "need_id": referral.need_id,
        "from_sector": referral.from_sector,
        "from_unit": referral.from_unit,
        "requested_by": referral.requested_by,
        "to_sector": referral.to_sector,
        "to_service_id": referral.to_service_id,
        "to_authority": referral.to_authority,
        "consent_id": referral.basis.consent_id,
        "legal_basis": referral.basis.legal_basis,
        "return_scope": referral.return_scope,
        "anonymous": referral.anonymous,
        "approached_on": referral.approached_on,
        "guarantee": referral.guarantee,
        "requested_at": referral.requested_at,
    }


def _attempt_rows(referral: Referral) -> Sequence[dict[str, Any]]:
    return [
        {
            "authority": referral.authority,
            "id": attempt.id,
            "referral_id": referral.id,
            "at": attempt.at,
            "channel": attempt.channel,
            "result": attempt.result,
            "recorded_at": attempt.recorded_at,
        }
        for attempt in referral.new_attempts
    ]
