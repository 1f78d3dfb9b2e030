"""Another authority, to which the world's own puts referrals."""

import secrets
from dataclasses import dataclass, field, replace
from typing import Any

from chassis.ids import new_id
from contracts.events import cases
from tests.referrals.world import APPROACHED, BODIES, SENDERS, Caller, KnownCase, World, consent, wish_for

WITHIN_REACH = {**BODIES, "handover-receipt": {"takesHolding": False}}
"""A good body for every action, where what is asked is another authority's."""


def a_code() -> str:
    """An authority that no other test uses."""
    return f"CVR{secrets.randbelow(10**8):08}"


def within(world: World, authority: str | None = None) -> World:
    """The same service, as another authority has it."""
    return replace(world, authority=authority or a_code(), told={})


@dataclass(frozen=True)
class Abroad:
    """An authority of its own, that no other test uses."""

    world: World
    authority: str = field(default_factory=a_code)

    def caller(self, sector: str | None, *units: str, **told: Any) -> Caller:
        """Somebody there."""
        return self.world.caller(sector, *units, authority=self.authority, **told)

    async def case(self, **scope: Any) -> KnownCase:
        """A case at home, with a consent that names this authority."""
        return await self.world.case(to_authority=self.authority, **scope)

    async def asked_by_its_namesake(self) -> str:
        """The id of a referral from health at home, which has a part in a case of employment's, to health here."""
        case = await self.case()
        given = consent(new_id(), from_sector="health", to_sector="health", to_authority=self.authority)
        own = cases.NeedRegisteredV1(need_id=new_id(), owner_sector="health")
        await self.world.tell(case.id, cases.SectorInvolvedV1(sector="health"), own, given)
        changes = {"needId": str(own.need_id), "consentId": str(given.consent_id), "toAuthority": self.authority}
        asked = await self.world.caller("health").post("/referrals", wish_for(case, **changes, **APPROACHED))
        assert asked.status_code == 201, asked.text
        return str(asked.json()["id"])

    async def referral(self, *steps: str, case: KnownCase | None = None, **wish: Any) -> dict[str, Any]:
        """A referral from employment at home to health here, taken through these steps; as health here sees it."""
        wanted = wish_for(case or await self.case(), toAuthority=self.authority, **{**APPROACHED, **wish})
        asked = await self.world.caller("employment").post("/referrals", wanted)
        assert asked.status_code == 201, asked.text
        path = f"/referrals/{asked.json()['id']}"
        for step in steps:
            caller = self.world.caller("employment") if step in SENDERS else self.caller("health")
            took = await caller.post(f"{path}/{step}", WITHIN_REACH[step])
            assert took.is_success, took.text
        return dict((await self.caller("health").get(path)).json())
