"""Who is asking, for which authority and sector, and why. Standard library only: the domain borrows this word."""

from dataclasses import dataclass

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Actor:
    """The caller of one request, as its token and headers say.

    `sector` and `unit` are the ones acted for now (see `Acting-Unit`); `sectors` and `units` are all the token names.
    `subject` is opaque: never a CPR number, a name or an e-mail address. `trials` are those an evaluator or a trial
    manager may see, who act for no authority.
    """

    subject: str
    issuer: str
    client: str
    authority: str | None = None
    sectors: frozenset[str] = NOBODY
    units: frozenset[str] = NOBODY
    roles: frozenset[str] = NOBODY
    scopes: frozenset[str] = NOBODY
    sector: str | None = None
    unit: str | None = None
    purpose: str | None = None
    trials: frozenset[str] = NOBODY

    def has(self, *roles: str) -> bool:
        """True when the caller has at least one of these roles."""
        return not self.roles.isdisjoint(roles)

    def permits(self, permission: str) -> bool:
        """True unless the token was narrowed to other permissions. It says nothing of roles.

        Ask it where an answer tells what its reader can do next.
        """
        return scopes_permit(self.scopes, permission)


def scopes_permit(scopes: frozenset[str], permission: str) -> bool:
    """Roles grant, scopes narrow: those of the form `a:b`, if there are any, are all that the token may be used for."""
    narrowed = {scope for scope in scopes if ":" in scope}
    return not narrowed or permission in narrowed
