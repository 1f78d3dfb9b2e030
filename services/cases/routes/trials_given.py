"""What the routes of trials and enrolments are given."""

from typing import Annotated

from fastapi import Depends

from chassis.given import Tx, of_caller, of_tx
from services.cases.queries.enrolments import EnrolmentQueries
from services.cases.queries.trials import TrialQueries
from services.cases.repository import CaseRepository, PolicyRepository
from services.cases.repository.allocation import AllocationRepository
from services.cases.repository.enrolments import EnrolmentRepository
from services.cases.repository.trials import TrialRepository
from services.cases.use_cases.enrolments import Enrolling


async def _enrolling(tx: Tx) -> Enrolling:
    return Enrolling(CaseRepository(tx), EnrolmentRepository(tx), AllocationRepository(tx), PolicyRepository(tx))


Trials = Annotated[TrialRepository, Depends(of_tx(TrialRepository))]
TrialReads = Annotated[TrialQueries, Depends(of_caller(TrialQueries))]
Enrolments = Annotated[Enrolling, Depends(_enrolling)]
EnrolmentReads = Annotated[EnrolmentQueries, Depends(of_caller(EnrolmentQueries))]
