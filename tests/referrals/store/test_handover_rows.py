"""What the database itself holds of handover content, codes and receipts, whatever the code does: tried as its role."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError

from chassis.clock import day_of, now
from chassis.ids import new_id
from chassis.problems import AlreadyExists
from services.referrals.tables import catch_codes, handover_contents
from tests.referrals.handovers import UNIT, code_of, confirmed, handed_over, unseen
from tests.referrals.world import World


async def try_to(world: World, statement: Any, **values: Any) -> None:
    """Do it as the service's own role."""
    async with world.database.transaction(world.authority) as tx:
        await tx.run(statement, None, **values)


async def refused(world: World, statement: str, **values: Any) -> str:
    """What PostgreSQL says to it."""
    with pytest.raises(DBAPIError) as no:
        await try_to(world, text(statement), **values)
    return str(no.value.orig)


async def caught(world: World) -> UUID:
    """A referral that was caught by its code."""
    _, path = await unseen(world)
    code = await code_of(world, path)
    done = await confirmed(world.caller("health", UNIT), code, day_of(now()).isoformat())
    assert done.status_code == 201
    return UUID(path.rsplit("/", 1)[1])


@pytest.mark.parametrize(
    "change",
    [
        "update handover_contents set risks_sealed = null",
        "delete from handover_contents",
        "delete from catch_codes",
        "update catch_codes set digest = null",
        "update catch_codes set expires_at = expires_at + interval '1 year'",
        "update catch_confirmations set unit = 'psykiatri'",
        "delete from catch_confirmations",
    ],
)
async def test_what_was_written_is_not_rewritten(world: World, change: str) -> None:
    assert "permission denied" in await refused(world, change)


@pytest.mark.parametrize("change", ["used_at = null", "replaced_at = now()", "used_at = now()"])
async def test_a_code_is_spent_once(world: World, change: str) -> None:
    referral = await caught(world)
    said = await refused(world, f"update catch_codes set {change} where referral_id = :id", id=referral)
    assert "spent once" in said


async def test_a_referral_has_one_unspent_code(world: World) -> None:
    _, path = await unseen(world)
    await code_of(world, path)
    row = {
        "authority": world.authority,
        "id": new_id(),
        "referral_id": UUID(path.rsplit("/", 1)[1]),
        "digest": b"another",
        "issued_at": now(),
        "expires_at": now().replace(year=2199, day=1),
        "by_subject": "s",
    }
    with pytest.raises(AlreadyExists):
        await try_to(world, insert(catch_codes).values(row))


@pytest.mark.parametrize(
    "change",
    [
        "receipt_takes_holding = not receipt_takes_holding",
        "receipt_id = null, receipt_at = null, receipt_takes_holding = null",
        "receipt_coordinator = 'another'",
        "first_contact_at = now()",
        "anonymous = not anonymous",
    ],
)
async def test_what_was_promised_stays(world: World, change: str) -> None:
    seen = await world.referral("acceptance", "first-contact", "handover-receipt")
    said = await refused(world, f"update referrals set {change} where id = :id", id=UUID(seen["id"]))
    assert "what was promised stays" in said


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ("legal_basis = 'fvl-28-2'", "one_basis"),
        ("return_scope = 'dates'", "unseen"),
        ("responsible_unit = 'alkohol'", "unseen"),
        ("claimed_by = 's', claimed_at = now()", "unseen"),
        ("state = 'rejected', ended_at = now()", "unseen"),
        ("first_contact_channel = 'phone', first_contact_at = now()", "whole_contact"),
        ("receipt_id = gen_random_uuid(), receipt_at = now(), receipt_takes_holding = true", "unseen"),
    ],
)
async def test_an_anonymous_referral_is_of_nobody_on_the_other_side(world: World, change: str, rule: str) -> None:
    _, path = await unseen(world)
    said = await refused(world, f"update referrals set {change} where id = :id", id=UUID(path.rsplit("/", 1)[1]))
    assert f"ck_referrals_{rule}" in said


async def test_content_is_of_a_step_that_was_taken(world: World) -> None:
    _, path = await handed_over(world, "need")
    row = {"authority": world.authority, "referral_id": UUID(path.rsplit("/", 1)[1]), "version": 9}
    with pytest.raises(DBAPIError, match="fk_handover_contents_step"):
        await try_to(world, insert(handover_contents).values(row))
