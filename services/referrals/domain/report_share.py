"""Which counts a caller is told: a lead those of the own sector, who sees to quality all of the authority's."""

from dataclasses import dataclass

from chassis.actor import Actor

SEES_TO_QUALITY = ("administrator", "auditor")


@dataclass(frozen=True, slots=True)
class Share:
    """The whole authority's counts, or one sector's: as the receiver, and as the sender where senders are told."""

    everything: bool
    sector: str | None

    def has(self, *, received_by: str | None, sent_by: str | None) -> bool:
        """Whether these counts are the caller's to see: of an own sector that received, or one that sent."""
        return self.everything or (self.sector is not None and self.sector in (received_by, sent_by))


def share_of(actor: Actor) -> Share:
    """What this caller is told of."""
    return Share(actor.has(*SEES_TO_QUALITY), actor.sector)
