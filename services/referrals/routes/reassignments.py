"""A unit is reorganised into another: what it has under way goes along."""

from uuid import UUID

from chassis.audit import looked_up
from chassis.clock import now
from chassis.errors import NotFound
from chassis.given import Tx
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from services.referrals.domain.errors import OnlyTheAddressedUnit, SameUnit
from services.referrals.permissions import UnitReassigner, UnitReassignmentReader
from services.referrals.routes.given import ReassignmentReads, ReassignmentStore, Store
from services.referrals.schemas.steps import UnitReassignmentRequest, UnitReassignmentView
from services.referrals.use_cases import reassign_unit as reassigning

router = room(tags=["referrals"])


@router.post(
    "/unit-reassignments",
    status_code=201,
    responses=problems(SameUnit, OnlyTheAddressedUnit, NotFound, AlreadyExists),
)
async def reassign_unit(
    body: UnitReassignmentRequest,
    actor: UnitReassigner,
    referrals: Store,
    reassignments: ReassignmentStore,
    reads: ReassignmentReads,
    answer: Answers,
    tx: Tx,
) -> UnitReassignmentView:
    """Move the live referrals of one unit of your sector to another, the oldest 50 first.

    Call it again (with a new key) until `remaining` is 0; then nobody is left with the old unit but who is `kept`,
    because the citizen's consent names it. What somebody had in hand is the new unit's to take; states, attempts and
    receipts stay as they are.
    """
    done, cases = await reassigning.reassign_unit(
        referrals,
        reassignments,
        actor,
        id=body.id or new_id(),
        from_unit=body.from_unit,
        to_unit=body.to_unit,
        now=now(),
    )
    await looked_up(tx, actor, cases, "referral")
    return answer.created(await reads.one(done.id), f"/v1/unit-reassignments/{done.id}")


@router.get("/unit-reassignments")
async def list_unit_reassignments(
    actor: UnitReassignmentReader, reads: ReassignmentReads, paging: PageRequest
) -> Page[UnitReassignmentView]:
    """The reorganisations of your sector, newest first."""
    return await reads.page(paging)


@router.get("/unit-reassignments/{reassignment_id}", responses=problems(NotFound))
async def get_unit_reassignment(
    reassignment_id: UUID, actor: UnitReassignmentReader, reads: ReassignmentReads, answer: Answers
) -> UnitReassignmentView:
    """One reorganisation."""
    return answer.ok(await reads.one(reassignment_id))
