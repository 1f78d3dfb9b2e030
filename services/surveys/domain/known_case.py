"""What surveys knows of a case, all of it heard from cases: that it exists, whether it is open, who works on it."""

from dataclasses import dataclass, field
from uuid import UUID

from services.surveys.domain.errors import SurveyedCaseClosed


@dataclass(slots=True)
class KnownCase:
    """The holder is kept after the case closes: somebody must be able to read what was answered."""

    id: UUID
    authority: str
    holding_sector: str
    involved: set[str] = field(default_factory=set)
    is_open: bool = True

    @property
    def sectors(self) -> frozenset[str]:
        """The sectors that hold the case or take part in it."""
        return frozenset(self.involved | {self.holding_sector})

    def involve(self, sector: str) -> None:
        """A sector takes part from now on."""
        self.involved.add(sector)

    def release(self, sector: str) -> None:
        """A sector no longer takes part. When it held the case, the transfer says who holds it now."""
        self.involved.discard(sector)

    def transfer(self, to_sector: str) -> None:
        """Another sector holds. The one that held has let go: responsibility moves by a release and in no other way."""
        self.holding_sector = to_sector

    def close(self) -> None:
        """The case is over: nobody takes part any more. The last holder may still read."""
        self.is_open = False
        self.involved.clear()

    def require_open(self) -> None:
        """Refuse when the case is over.

        Raises:
            SurveyedCaseClosed: it is.
        """
        if not self.is_open:
            raise SurveyedCaseClosed()
