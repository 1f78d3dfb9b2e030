"""`GET /v1/me`: who the token says I am, and what I may say with it."""

from dataclasses import replace
from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from chassis.actor import Actor
from chassis.auth import Claims
from chassis.guards import PURPOSES_OF, Permission
from chassis.http import room
from chassis.problems import Fault
from chassis.wire import View

EVERY_ROLE = tuple(PURPOSES_OF)


class _Anybody(Permission):
    """Open to whoever has a token that holds, however narrow: one must be able to ask what one may ask for."""

    def admit(self, claims: Claims, request: Request, *, reads: bool) -> tuple[Actor, list[Fault]]:
        """The actor, with no acting unit where it would have to name one."""
        actor, _ = super().admit(replace(claims, scopes=frozenset()), request, reads=False)
        return replace(actor, scopes=claims.scopes), []


Anybody = Annotated[Actor, Depends(_Anybody("me:read", roles=EVERY_ROLE, personal=False))]

router = room(tags=["gateway"])


class Acting(View):
    """For whom this request acts."""

    sector: str | None
    unit: str | None


class Me(View):
    """The caller, as its token says. `subject` is opaque."""

    issuer: str
    subject: str
    client: str
    authority: str | None = Field(description="The authority acted under; null for evaluators and trial managers.")
    sectors: list[str]
    units: list[str]
    roles: list[str]
    scopes: list[str]
    purposes: list[str] = Field(description="What may stand in Access-Purpose.")
    acting: Acting = Field(description="Both null when the token names several units and Acting-Unit is not sent.")


@router.get("/me", summary="Who the token says I am")
async def who_am_i(actor: Anybody) -> Me:
    """Who the token says I am, and the purposes and units I may name.

    Any valid token will do. No personal data is read.
    """
    return Me(
        issuer=actor.issuer,
        subject=actor.subject,
        client=actor.client,
        authority=actor.authority,
        sectors=sorted(actor.sectors),
        units=sorted(actor.units),
        roles=sorted(actor.roles),
        scopes=sorted(actor.scopes),
        purposes=sorted(frozenset().union(*(PURPOSES_OF.get(role, frozenset()) for role in actor.roles))),
        acting=Acting(sector=actor.sector, unit=actor.unit),
    )
