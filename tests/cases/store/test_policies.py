"""An authority's dated choices, as they are kept."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.clock import now
from chassis.ids import new_id
from services.cases.domain.policies import DEFAULTS, Policies, PolicyDecision
from services.cases.repository import PolicyRepository
from tests.cases.world import World

JANUARY, MAY, JUNE = date(2026, 1, 1), date(2026, 5, 1), date(2026, 6, 1)


def decision(code: str, value: Any, valid_from: date = JANUARY, version: int = 1) -> PolicyDecision:
    """A decision that the head of administration took."""
    return PolicyDecision(new_id(), code, version, value, valid_from, "Besluttet i udvalget.", "leder", now())


async def decided(world: World, *decisions: PolicyDecision) -> None:
    """These decisions are taken."""
    async with world.database.transaction(world.authority) as tx:
        await PolicyRepository(tx).add(decisions)


async def on(world: World, day: date, authority: str | None = None) -> Policies:
    """The choices of an authority on a day."""
    async with world.database.transaction(authority or world.authority) as tx:
        return await PolicyRepository(tx).on(day)


async def test_what_nobody_has_decided_is_as_the_product_ships_it(world: World) -> None:
    assert await on(world, MAY) == DEFAULTS


async def test_a_decision_holds_from_its_day_until_the_next(world: World) -> None:
    await decided(
        world,
        decision("refer-within-days", 14, MAY),
        decision("refer-within-days", 21, JUNE, version=2),
        decision("release-needs-plan", True, MAY),
    )

    assert (await on(world, date(2026, 4, 30))) == DEFAULTS
    assert (await on(world, MAY)).refer_within_days == 14
    assert (await on(world, JUNE)).refer_within_days == 21
    assert (await on(world, JUNE)).release_needs_plan is True


async def test_of_two_decisions_for_one_day_the_later_holds(world: World) -> None:
    await decided(world, decision("contact-every-days", 30), decision("contact-every-days", 14, version=2))

    assert (await on(world, MAY)).contact_every_days == 14


async def test_a_decision_for_an_earlier_day_leaves_a_later_one_as_it_is(world: World) -> None:
    await decided(world, decision("contact-every-days", 30, JUNE), decision("contact-every-days", 14, MAY, version=2))

    assert (await on(world, MAY)).contact_every_days == 14
    assert (await on(world, JUNE)).contact_every_days == 30


@pytest.mark.parametrize(
    ("code", "value"), [("unheard-of", True), ("refer-within-days", True), ("coordinator-required", 1)]
)
async def test_what_this_version_does_not_understand_is_as_undecided(world: World, code: str, value: Any) -> None:
    await decided(world, decision(code, value))

    assert await on(world, MAY) == DEFAULTS


async def test_another_authority_has_decided_nothing_by_it(world: World) -> None:
    await decided(world, decision("release-needs-plan", True))

    assert await on(world, MAY, authority="0999") == DEFAULTS


@pytest.mark.parametrize("change", ["update policies set value = 'true'", "delete from policies"])
async def test_no_decision_is_written_over_or_lost(world: World, change: str) -> None:
    with pytest.raises(ProgrammingError, match="permission denied"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(text(change))


async def test_a_value_is_a_yes_or_a_number(world: World) -> None:
    with pytest.raises(IntegrityError, match="ck_policies_value"):
        await decided(world, decision("release-needs-plan", {"yes": "no"}))
