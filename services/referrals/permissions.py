"""Who may knock. Which referrals they then find is `domain/access.py`'s matter."""

from typing import Annotated

from fastapi import Depends

from chassis.actor import Actor
from chassis.guards import Permission
from services.referrals.domain.access import WRITE
from services.referrals.domain.keepers import (
    DIRECTORY_KEEPERS,
    GUARANTEE_KEEPERS,
    KEEP_DIRECTORY,
    KEEP_GUARANTEES,
    TELL_CAPACITY,
)
from services.referrals.domain.report_share import SEES_TO_QUALITY

_ROLES = ("caseworker", "team-lead", "integration")

_EVERYBODY = (*_ROLES, "administrator", "auditor", "dpo")

ReferralReader = Annotated[Actor, Depends(Permission("referrals:read", roles=_ROLES))]
ReferralWriter = Annotated[Actor, Depends(Permission(WRITE, roles=_ROLES))]
# Whoever has a link answers for another: it is a person who hands one out, and who can be asked about it.
PartnerLinkMaker = Annotated[Actor, Depends(Permission(WRITE, roles=("caseworker", "team-lead")))]

# A lead decides who of the sector does the work. What is told of it afterwards counts referrals and names nobody.
UnitReassigner = Annotated[Actor, Depends(Permission("unit-reassignments:write", roles=("team-lead",)))]
UnitReassignmentReader = Annotated[
    Actor, Depends(Permission("unit-reassignments:read", roles=("caseworker", "team-lead"), personal=False))
]
# What is promised to everybody tells of nobody.
GuaranteeReader = Annotated[Actor, Depends(Permission("guarantees:read", roles=_EVERYBODY, personal=False))]
GuaranteeKeeper = Annotated[Actor, Depends(Permission(KEEP_GUARANTEES, roles=GUARANTEE_KEEPERS, personal=False))]

# Somebody of a unit has met whoever carried a code: a person's word. What is told of it names nobody.
_MEETING = ("caseworker", "team-lead")
CatchConfirmer = Annotated[Actor, Depends(Permission("catch-confirmations:write", roles=_MEETING, personal=False))]
CatchReader = Annotated[Actor, Depends(Permission("catch-confirmations:read", roles=_MEETING, personal=False))]

# What is counted of citizens names none of them; who is sent to and fro is somebody's to see to.
ReportReader = Annotated[
    Actor, Depends(Permission("reports:read", roles=("team-lead", *SEES_TO_QUALITY), personal=False))
]
PingPongReader = Annotated[Actor, Depends(Permission("ping-pong:read", roles=("caseworker", "team-lead")))]

# The directory tells of help, not of those who need it. A system keeps it; a unit tells of its own room.
_STAFF = ("caseworker", "team-lead", *DIRECTORY_KEEPERS)
DirectoryReader = Annotated[Actor, Depends(Permission("directory:read", roles=_STAFF, personal=False))]
DirectoryKeeper = Annotated[Actor, Depends(Permission(KEEP_DIRECTORY, roles=DIRECTORY_KEEPERS, personal=False))]
CapacityTeller = Annotated[Actor, Depends(Permission(TELL_CAPACITY, roles=_STAFF, personal=False))]
