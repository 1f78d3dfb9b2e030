"""What routes are given: repository and queries over the request's transaction, for the one who asks."""

from typing import Annotated

from fastapi import Depends

from chassis.given import of_caller, of_tx
from services.cases.queries import CaseQueries
from services.cases.queries.staff import StaffQueries
from services.cases.repository import (
    CaseRepository,
    CodeListRepository,
    PolicyRepository,
    StaffRepository,
    UnitRepository,
)

Cases = Annotated[CaseRepository, Depends(of_tx(CaseRepository))]
Reads = Annotated[CaseQueries, Depends(of_caller(CaseQueries))]
Policies = Annotated[PolicyRepository, Depends(of_tx(PolicyRepository))]
Lists = Annotated[CodeListRepository, Depends(of_tx(CodeListRepository))]
Units = Annotated[UnitRepository, Depends(of_tx(UnitRepository))]
Staff = Annotated[StaffRepository, Depends(of_tx(StaffRepository))]
StaffReads = Annotated[StaffQueries, Depends(of_tx(StaffQueries))]
