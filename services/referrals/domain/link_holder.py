"""Whoever answers by a one-referral link, and whose word that may have been."""

from dataclasses import dataclass

from chassis.actor import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHolder(Actor):
    """The addressed unit as far as anybody knows; by name nobody."""

    made_by: str
    """Who made the link. They were told its secret too, so what is told by it goes out with their name."""


def link_made_by(actor: Actor) -> str | None:
    """Who made the link that this caller came with; None for a caller with a login."""
    return actor.made_by if isinstance(actor, LinkHolder) else None
