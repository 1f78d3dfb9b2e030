"""What the routes of trials and enrolments are given."""

from typing import Annotated

from fastapi import Depends

from chassis.given import TheActor, Tx
from services.cases.queries.enrolments import EnrolmentQueries
from services.cases.queries.trials import TrialQueries
from services.cases.repository import CaseRepository, PolicyRepository
from services.cases.repository.allocation import AllocationRepository
from services.cases.repository.enrolments import EnrolmentRepository
from services.cases.repository.trials import TrialRepository
from services.cases.use_cases.enrolments import Enrolling


async def _trials(tx: Tx) -> TrialRepository:
    return TrialRepository(tx)


async def _trial_reads(tx: Tx, actor: TheActor) -> TrialQueries:
    return TrialQueries(tx, actor)


async def _enrolling(tx: Tx) -> Enrolling:
    return Enrolling(CaseRepository(tx), EnrolmentRepository(tx), AllocationRepository(tx), PolicyRepository(tx))


async def _enrolment_reads(tx: Tx, actor: TheActor) -> EnrolmentQueries:
    return EnrolmentQueries(tx, actor)


Trials = Annotated[TrialRepository, Depends(_trials)]
TrialReads = Annotated[TrialQueries, Depends(_trial_reads)]
Enrolments = Annotated[Enrolling, Depends(_enrolling)]
EnrolmentReads = Annotated[EnrolmentQueries, Depends(_enrolment_reads)]
