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

# An assessment is a person's: no system decides who is offered help.
AssessmentReader = Annotated[Actor, Depends(Permission("assessments:read", roles=_CASEWORK))]
AssessmentWriter = Annotated[Actor, Depends(Permission("assessments:write", roles=("caseworker", "team-lead")))]
_READ_CRITERIA = (*_CASEWORK, "administrator", "auditor", "dpo")
CriteriaReader = Annotated[Actor, Depends(Permission("criteria:read", roles=_READ_CRITERIA, personal=False))]
CriteriaWriter = Annotated[Actor, Depends(Permission("criteria:write", roles=("administrator",), personal=False))]
CriteriaCounter = Annotated[
    Actor, Depends(Permission("criteria:count", roles=("team-lead", "auditor"), personal=False))
]

# To exempt is a person's decision. Who is exempt is asked by systems above all: the benefits system, by night.
ExemptionDecider = Annotated[Actor, Depends(Permission("exemptions:write", roles=("caseworker", "team-lead")))]
ExemptionChecker = Annotated[Actor, Depends(Permission("exemptions:check", roles=_CASEWORK))]
DemandChecker = Annotated[Actor, Depends(Permission("exemptions:check", roles=_CASEWORK))]
ExemptionBasisReader = Annotated[Actor, Depends(Permission("exemptions:read", roles=_CASEWORK, personal=False))]
RefusalReader = Annotated[
    Actor, Depends(Permission("exemptions:report", roles=("team-lead", "auditor"), personal=False))
]
