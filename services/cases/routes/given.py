"""What routes are given: repository and queries over the request's transaction, for the one who asks."""

from typing import Annotated

from fastapi import Depends

from chassis.given import TheActor, Tx
from services.cases.queries import CaseQueries
from services.cases.repository import CaseRepository


async def _cases(tx: Tx) -> CaseRepository:
    return CaseRepository(tx)


async def _reads(tx: Tx, actor: TheActor) -> CaseQueries:
    return CaseQueries(tx, actor)


Cases = Annotated[CaseRepository, Depends(_cases)]
Reads = Annotated[CaseQueries, Depends(_reads)]
