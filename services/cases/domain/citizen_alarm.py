"""The citizen says: nobody has caught me. Taken down in the citizen's own words, and ended only in them."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.cases.domain.errors.watching import AlarmHasEnded


@dataclass(frozen=True, slots=True)
class CitizenAlarm:
    """What the citizen said (sealed at rest), of which need or of the whole, taken down by whom; and how it ended."""

    id: UUID
    statement: str
    need_id: UUID | None
    sector: str
    unit: str | None
    raised_at: datetime
    ended_at: datetime | None = None
    ended_statement: str | None = None
    ended_by_sector: str | None = None
    version: int = 1

    @property
    def stands(self) -> bool:
        """True until the citizen says otherwise."""
        return self.ended_at is None

    def end(self, statement: str, sector: str, at: datetime) -> "CitizenAlarm":
        """The citizen says that it is over: it is not inferred from anything else (I10).

        Raises:
            AlarmHasEnded.
        """
        if not self.stands:
            raise AlarmHasEnded()
        return replace(
            self,
            ended_at=max(at, self.raised_at),
            ended_statement=statement,
            ended_by_sector=sector,
            version=self.version + 1,
        )
