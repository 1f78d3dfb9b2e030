"""What routes are given: repository and queries over the request's transaction, for the one who asks."""

from typing import Annotated

from fastapi import Depends

from chassis.given import TheActor, Tx
from services.cases.queries import CaseQueries
from services.cases.queries.staff import StaffQueries
from services.cases.repository import (
    CaseRepository,
    CodeListRepository,
    PolicyRepository,
    StaffRepository,
    UnitRepository,
)


async def _cases(tx: Tx) -> CaseRepository:
    return CaseRepository(tx)


async def _reads(tx: Tx, actor: TheActor) -> CaseQueries:
    return CaseQueries(tx, actor)


async def _policies(tx: Tx) -> PolicyRepository:
    return PolicyRepository(tx)


async def _lists(tx: Tx) -> CodeListRepository:
    return CodeListRepository(tx)


async def _units(tx: Tx) -> UnitRepository:
    return UnitRepository(tx)


async def _staff(tx: Tx) -> StaffRepository:
    return StaffRepository(tx)


async def _staff_reads(tx: Tx) -> StaffQueries:
    return StaffQueries(tx)


Cases = Annotated[CaseRepository, Depends(_cases)]
Reads = Annotated[CaseQueries, Depends(_reads)]
Policies = Annotated[PolicyRepository, Depends(_policies)]
Lists = Annotated[CodeListRepository, Depends(_lists)]
Units = Annotated[UnitRepository, Depends(_units)]
Staff = Annotated[StaffRepository, Depends(_staff)]
StaffReads = Annotated[StaffQueries, Depends(_staff_reads)]
