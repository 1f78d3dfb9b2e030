"""Who may knock at surveys. Whose surveys they then see is decided in `domain/access.py`."""

from typing import Annotated

from fastapi import Depends

from chassis.actor import Actor
from chassis.guards import Permission
from services.surveys.domain.access import WRITE

_CASEWORK = ("caseworker", "team-lead")
_STAFF = (*_CASEWORK, "auditor", "dpo", "administrator", "integration", "service")

# Evaluators belong to no authority, so whether a programme is on is no question of theirs; the questions are.
InstrumentReader = Annotated[
    Actor, Depends(Permission("surveys:read", roles=(*_STAFF, "evaluator", "trial-manager"), personal=False))
]
ProgrammeReader = Annotated[Actor, Depends(Permission("surveys:read", roles=_STAFF, personal=False))]
ProgrammeKeeper = Annotated[Actor, Depends(Permission(WRITE, roles=("administrator",), personal=False))]

InvitationReader = Annotated[Actor, Depends(Permission("surveys:read", roles=(*_CASEWORK, "service")))]
InvitationWriter = Annotated[Actor, Depends(Permission(WRITE, roles=_CASEWORK))]
# A caseworker who could make a link could answer for the citizen: only the service that sends it gets it.
LinkMaker = Annotated[Actor, Depends(Permission(WRITE, roles=("service",)))]

ScoreReader = Annotated[Actor, Depends(Permission("surveys:read", roles=_CASEWORK))]
