"""Who may knock at the doors of cases. Whether they may enter this very case is `domain/access.py`'s to say."""

from typing import Annotated

from fastapi import Depends

from chassis.actor import Actor
from chassis.guards import Permission
from chassis.profiles import ROLES
from services.cases.domain.access import LETTING_GO

_CASEWORK = ("caseworker", "team-lead", "integration")

CaseReader = Annotated[Actor, Depends(Permission("cases:read", roles=_CASEWORK))]
CaseWriter = Annotated[Actor, Depends(Permission("cases:write", roles=_CASEWORK))]
# What opens a case to others, or lets somebody go, rests on a person's word; so does what the citizen was heard to say,
# and that somebody has seen an alarm.
CasePerson = Annotated[Actor, Depends(Permission("cases:write", roles=LETTING_GO))]
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
ExemptionBasisReader = Annotated[Actor, Depends(Permission("exemptions:read", roles=_CASEWORK, personal=False))]
RefusalReader = Annotated[
    Actor, Depends(Permission("exemptions:report", roles=("team-lead", "auditor"), personal=False))
]

# How much waits tells of nobody; who looked at a case is told to more than read it.
WatchCounter = Annotated[Actor, Depends(Permission("cases:read", roles=_CASEWORK, personal=False))]
AccessLogReader = Annotated[
    Actor, Depends(Permission("access-log:read", roles=("caseworker", "team-lead", "auditor", "dpo")))
]

# What an authority has decided, and what its codes are called, is no secret from anybody who has a token.
_EVERYBODY = tuple(sorted(ROLES))
CodeListReader = Annotated[Actor, Depends(Permission("code-lists:read", roles=_EVERYBODY, personal=False))]
PolicyReader = Annotated[Actor, Depends(Permission("policies:read", roles=_EVERYBODY, personal=False))]

# The organisation is about who works here, not about citizens.
_HOUSE = (*_CASEWORK, "administrator")
_LEADING = ("team-lead", "administrator")
UnitReader = Annotated[Actor, Depends(Permission("units:read", roles=_HOUSE, personal=False))]
StaffReader = Annotated[Actor, Depends(Permission("staff:read", roles=_HOUSE, personal=False))]
UnitEnder = Annotated[Actor, Depends(Permission("units:end", roles=_LEADING, personal=False))]
AbsenceKeeper = Annotated[Actor, Depends(Permission("absences:write", roles=("caseworker", *_LEADING), personal=False))]
_KEEPING = ("administrator",)
CodeListKeeper = Annotated[Actor, Depends(Permission("code-lists:write", roles=_KEEPING, personal=False))]
PolicyKeeper = Annotated[Actor, Depends(Permission("policies:write", roles=_KEEPING, personal=False))]
UnitKeeper = Annotated[Actor, Depends(Permission("units:write", roles=_KEEPING, personal=False))]
StaffKeeper = Annotated[Actor, Depends(Permission("staff:write", roles=_KEEPING, personal=False))]

# A closing plan names cases.
ClosingPlanReader = Annotated[Actor, Depends(Permission("closing-plans:read", roles=_LEADING))]
ClosingPlanner = Annotated[Actor, Depends(Permission("closing-plans:write", roles=_LEADING))]

# Who leads or evaluates a trial acts for no authority and sees no case; who enrols sees no list of a trial.
_IN_TRIALS = ("caseworker", "team-lead", "trial-manager", "evaluator")
TrialReader = Annotated[Actor, Depends(Permission("trials:read", roles=_IN_TRIALS, personal=False))]
TrialManager = Annotated[Actor, Depends(Permission("trials:write", roles=("trial-manager",), personal=False))]
ParticipantReader = Annotated[Actor, Depends(Permission("participants:read", roles=("trial-manager", "evaluator")))]
EnrolmentReader = Annotated[Actor, Depends(Permission("enrolments:read", roles=("caseworker", "team-lead")))]
EnrolmentWriter = Annotated[Actor, Depends(Permission("enrolments:write", roles=("caseworker", "team-lead")))]

# An import brings what is personal in, and tells codes only: nobody's data is read by it.
_SYSTEMS = ("integration",)
ImportReader = Annotated[Actor, Depends(Permission("imports:read", roles=_SYSTEMS, personal=False))]
ImportWriter = Annotated[Actor, Depends(Permission("imports:write", roles=_SYSTEMS, personal=False))]
