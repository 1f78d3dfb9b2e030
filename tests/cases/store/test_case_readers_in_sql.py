"""The decision and the condition are one: whom `readers` names, the `where` lets through, and nobody else.

And what the row remembers of a case (its rank in the worklist) is what the case itself says.
"""

from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from chassis.actor import Actor
from chassis.clock import now
from chassis.errors import Refusal
from services.cases.domain.access import readers
from services.cases.domain.attention import rank_of
from services.cases.domain.case import Case
from services.cases.domain.catch import UNDER_WAY, KnownReferral, Receipt
from services.cases.domain.citizen import Citizen
from services.cases.domain.ending import Closure
from services.cases.domain.need import Need
from services.cases.domain.watching import foreseen
from services.cases.queries import CaseQueries
from services.cases.repository import CaseRepository
from services.cases.tables import cases
from tests.cases.world import World

SECTORS = ("employment", "social", "health")
STEPS = (
    "request",
    "request elsewhere",
    "accept",
    "contact",
    "receipt",
    "completed",
    "rejected",
    "failed",
    "cancelled",
    "release",
    "meet",
)
stories = st.lists(
    st.tuples(st.sampled_from(STEPS), st.integers(min_value=0, max_value=5), st.sampled_from(SECTORS)), max_size=14
)


class Story:
    """A case in memory, taken through steps; what does not fit is left out."""

    def __init__(self, authority: str) -> None:
        self.at = now()
        self.case = Case(uuid4(), authority, "2026-000000", Citizen(uuid4()), "registered", self.at, version=1)
        self.case.open(sector="employment", unit=None, coordinator="anna", ids=(uuid4(), uuid4(), uuid4()))
        for _ in range(2):
            self.case.register_need(Need(uuid4(), "debt", None, "employment", self.at))

    def step(self, what: str, which: int, sector: str) -> None:
        """Take one step, if it can be taken."""
        made = self.case
        live = [one for one in made.referrals.values() if one.state in UNDER_WAY]
        need = list(made.needs.values())[which % 2]
        if what == "request" and sector != need.owner_sector:
            unseen = which > 3
            asked = KnownReferral(uuid4(), need.id, need.owner_sector, sector, None, self.at, anonymous=unseen)
            made.hear_requested(asked)
        elif what == "request elsewhere":
            asked = KnownReferral(uuid4(), need.id, need.owner_sector, sector, None, self.at, to_authority="R1084")
            made.hear_requested(asked)
        elif what == "release":
            made.release(made.holder.sector, by="kim", reason="-", at=self.at, new_id=uuid4)
        elif what == "meet":
            made.close_need(need.id, "met", None)
        elif live:
            self._hear(what, live[which % len(live)])

    def _hear(self, what: str, one: KnownReferral) -> None:
        made = self.case
        if what == "accept" and one.accepted_at is None:
            made.hear_accepted(one.id, None, self.at, uuid4())
        elif what == "contact" and one.accepted_at:
            made.hear_contact_held(one.id, self.at)
        elif what == "receipt" and one.accepted_at and not one.receipt:
            made.hear_receipt(one.id, Receipt(uuid4(), one.takes_part, None, "bodil", self.at))
        elif what in ("completed", "rejected", "failed", "cancelled"):
            made.hear_ended(one.id, what, self.at, uuid4())  # type: ignore[arg-type]  # one of the four


async def kept(world: World, told: Story) -> None:
    """The case, in the database."""
    async with world.database.transaction(world.authority) as tx:
        repository = CaseRepository(tx)
        told.case.number = await repository.next_number(told.at)
        await repository.add(told.case, asking(world.authority, "employment"), known_citizen=False, at=told.at)


def asking(authority: str | None, sector: str | None) -> Actor:
    """Somebody of a sector."""
    return Actor("anna", "issuer", "client", authority=authority, sector=sector, purpose="casework")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], deadline=None)
@given(story=stories, closes=st.booleans())
async def test_the_where_finds_exactly_whom_the_decision_names(
    world: World, story: list[tuple[str, int, str]], closes: bool
) -> None:
    told = Story(world.authority)
    for step in story:
        try:
            told.step(*step)
        except Refusal:
            continue
    if closes:
        told.case.close(Closure("citizen-died", "-", told.at, told.case.holder.sector))
    made = told.case

    await kept(world, told)

    found = set()
    for sector in (*SECTORS, None):
        async with world.database.transaction(world.authority) as tx:
            queries: Any = CaseQueries(tx, asking(world.authority, sector))
            if await tx.all(select(cases.c.id).where(cases.c.id == made.id, *queries._visible())):
                found.add(sector)
    assert found == readers(made)

    async with world.database.transaction(world.authority) as tx:
        loaded = await CaseRepository(tx).heard_of(made.id)
        row = await tx.one(select(cases.c.attention_rank).where(cases.c.id == made.id))
    assert loaded is not None
    assert row is not None
    assert loaded.watched == foreseen(loaded)
    assert row.attention_rank == rank_of(foreseen(loaded), told.at)


async def test_a_case_comes_back_as_it_was_kept(world: World) -> None:
    told = Story(world.authority)
    for step in (("request", 0, "health"), ("accept", 0, ""), ("contact", 0, ""), ("receipt", 0, ""), ("meet", 1, "")):
        told.step(*step)
    told.step("release", 0, "")

    await kept(world, told)
    async with world.database.transaction(world.authority) as tx:
        loaded = await CaseRepository(tx).heard_of(told.case.id)

    assert loaded == told.case
    assert loaded.holder.sector == "health"


async def test_another_authoritys_case_is_not_found_by_its_id(world: World) -> None:
    made = await world.case()

    async with world.database.transaction("0147") as tx:
        assert await CaseRepository(tx).heard_of(UUID(made["id"])) is None
