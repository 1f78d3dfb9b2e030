"""Who may knock: the two kinds of guard a route can have, and what a knock must carry (purpose, acting unit).

A guard stands in the signature of its route (`actor: CaseReader`), so reading the first line tells who may.
"""

from typing import Annotated

from fastapi import Depends, Request

from chassis.actor import Actor, scopes_permit
from chassis.auth import Claims
from chassis.errors import BadInput, NotAllowed, Text
from chassis.problems import Fault

PURPOSES_OF: dict[str, frozenset[str]] = {
    "caseworker": frozenset({"casework", "treatment", "coordination", "emergency"}),
    "team-lead": frozenset({"casework", "treatment", "coordination", "emergency", "supervision", "quality-control"}),
    "evaluator": frozenset({"statistics"}),
    "trial-manager": frozenset({"trial-administration"}),
    "auditor": frozenset({"audit", "quality-control"}),
    "dpo": frozenset({"audit", "quality-control"}),
    "administrator": frozenset({"quality-control"}),
    "integration": frozenset({"system-integration"}),
    "service": frozenset({"system-integration"}),
    "citizen": frozenset({"citizen-request"}),
    "representative": frozenset({"citizen-request"}),
}
PURPOSES = sorted(frozenset().union(*PURPOSES_OF.values()))

# In the scope of our own question whether a caller may still read what they were answered before: the token may have
# been narrowed to writing, and its repeated write is answered all the same. No request from outside can set it.
AS_BEFORE = "helhed.as-before"

ANONYMOUS = Actor(subject="anonymous", issuer="public", client="public")


class PurposeRequired(BadInput):
    """A read of personal data must say why (400)."""

    slug = "purpose-required"
    title = Text("Skriv formålet i Access-Purpose.", "State the purpose in Access-Purpose.")


class PurposeNotYours(NotAllowed):
    """The role may not look for this reason (403)."""

    slug = "purpose-not-allowed"
    title = Text("Din rolle må ikke slå op med det formål.", "Your role may not look for that purpose.")


class ActingUnitRequired(BadInput):
    """The caller has several sectors or units and must name one (400). Facts: `units`, those it may name."""

    slug = "acting-unit-required"
    title = Text("Vælg, hvilken enhed du handler for (Acting-Unit).", "Name the unit you act for (Acting-Unit).")


class ActingUnitNotYours(NotAllowed):
    """The named unit is not one of the token's (403)."""

    slug = "acting-unit-not-yours"
    title = Text("Den enhed er ikke en af dine.", "That unit is not one of yours.")


class RoleMissing(NotAllowed):
    """None of the caller's roles may use this operation (403)."""

    slug = "role-missing"
    title = Text("Din rolle giver ikke adgang hertil.", "Your role does not open this.")


class ScopeMissing(NotAllowed):
    """The token was narrowed to other permissions (403)."""

    slug = "insufficient-scope"
    title = Text("Adgangstokenet dækker ikke dette.", "The access token does not cover this.")


class Permission:
    """One permission: a name (`<resource>:<read|write>`), the roles that have it, and whether it reads personal data.

    Roles grant, scopes narrow: a token whose `scope` names any permission of this form has those only.
    """

    def __init__(self, name: str, *, roles: tuple[str, ...], personal: bool = True) -> None:
        self.name = name
        self.roles = frozenset(roles)
        self.personal = personal

    async def __call__(self, request: Request) -> Actor:
        """As a dependency: the actor whom the door let in."""
        actor: Actor = request.state.actor
        return actor

    def admit(self, claims: Claims, request: Request, *, reads: bool) -> tuple[Actor, list[Fault]]:
        """The actor for these claims and headers, with what its headers lack.

        Raises:
            NotAllowed: role, scope, purpose or unit do not fit.
        """
        if claims.roles.isdisjoint(self.roles):
            raise RoleMissing()
        if not scopes_permit(claims.scopes, self.name) and AS_BEFORE not in request.scope:
            raise ScopeMissing()
        faults: list[Fault] = []
        purpose = self._purpose(claims, request, faults, required=reads and self.personal)
        sector, unit = _acting(claims, request, faults)
        actor = Actor(
            subject=claims.subject,
            issuer=claims.issuer,
            client=claims.client,
            authority=claims.authority,
            sectors=claims.sectors,
            units=claims.units,
            roles=claims.roles & self.roles,
            scopes=claims.scopes,
            sector=sector,
            unit=unit,
            purpose=purpose,
            trials=claims.trials,
        )
        return actor, faults

    def _purpose(self, claims: Claims, request: Request, faults: list[Fault], *, required: bool) -> str | None:
        named = request.headers.get("access-purpose")
        purpose = claims.default_purpose if named is None else named
        if purpose is None:
            if required:
                text = Text("mangler", "is missing")
                faults.append(Fault("header", "/Access-Purpose", "purpose-required", text, PurposeRequired))
            return None
        allowed = frozenset().union(*(PURPOSES_OF.get(role, frozenset()) for role in claims.roles))
        if purpose not in allowed:
            raise PurposeNotYours()
        return purpose


class PublicDoor:
    """Open to everybody, on purpose and in writing."""

    async def __call__(self) -> None:
        """As a dependency: nobody in particular."""


Public = Annotated[None, Depends(PublicDoor())]


def _acting(claims: Claims, request: Request, faults: list[Fault]) -> tuple[str | None, str | None]:
    """The sector and unit acted for. A unit id may name its sector (`health:alkohol`); else it is of the only one."""
    named = request.headers.get("acting-unit")
    if named is None:
        if len(claims.sectors) <= 1 and len(claims.units) <= 1:
            return next(iter(claims.sectors), None), next(iter(claims.units), None)
        choices = tuple(sorted(claims.units or claims.sectors))
        text = Text("mangler", "is missing")
        facts = (("units", choices),)
        faults.append(Fault("header", "/Acting-Unit", "acting-unit-required", text, ActingUnitRequired, facts))
        return None, None
    if named in claims.units:
        sector, colon, _ = named.partition(":")
        if colon and sector in claims.sectors:
            return sector, named
        if len(claims.sectors) == 1:
            return next(iter(claims.sectors)), named
    elif named in claims.sectors:
        return named, None
    raise ActingUnitNotYours()
