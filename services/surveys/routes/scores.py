"""Scores over HTTP: what the citizen's answers came to, for those who work on the case."""

from uuid import UUID

from chassis.errors import NotFound
from chassis.http import Tx, problems, room
from chassis.paging import Page, PageRequest
from services.surveys.permissions import ScoreReader
from services.surveys.queries import Queries
from services.surveys.schemas.invitations import ScoreView

router = room(tags=["scores"])


@router.get("/cases/{case_id}/scores", responses=problems(NotFound))
async def list_scores(case_id: UUID, actor: ScoreReader, tx: Tx, page: PageRequest) -> Page[ScoreView]:
    """The scores of a case's casework waves, latest first. Answers given for evaluation are never here."""
    return await Queries(tx, actor).scores(case_id, page)
