"""Who may knock at the doors of cases. Whether they may enter this very case is `domain/access.py`'s to say."""

from typing import Annotated

from fastapi import Depends

from chassis.actor import Actor
from chassis.guards import Permission
from services.cases.domain.access import LETTING_GO

_CASEWORK = ("caseworker", "team-lead", "integration")

CaseReader = Annotated[Actor, Depends(Permission("cases:read", roles=_CASEWORK))]
CaseWriter = Annotated[Actor, Depends(Permission("cases:write", roles=_CASEWORK))]
CaseReleaser = Annotated[Actor, Depends(Permission("cases:release", roles=LETTING_GO))]

ReportReader = Annotated[
    Actor, Depends(Permission("reports:read", roles=("team-lead", "auditor", "administrator"), personal=False))
]
CaseloadReader = Annotated[Actor, Depends(Permission("caseloads:read", roles=("team-lead",)))]
OwnCaseloadReader = Annotated[Actor, Depends(Permission("caseloads:read", roles=("caseworker", "team-lead")))]
TimeUseReader = Annotated[Actor, Depends(Permission("time-use:read", roles=("team-lead",)))]

# To let a sector in is a person's doing, as letting go is.
JoinRequestAnswerer = Annotated[Actor, Depends(Permission("join-requests:write", roles=("caseworker", "team-lead")))]
