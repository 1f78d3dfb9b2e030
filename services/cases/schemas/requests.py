"""Bodies that come in."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from chassis.wire import AuthorityCode, Body, Code, Day, LongText, SectorCode, ShortText, UnitId
from services.cases.domain.ending import ClosureGround, ReleaseGround
from services.cases.domain.need import Outcome

NeedDomain = Code  # of the list `need-domains`, and in force: the list is asked, not this file
CaseNumber = Annotated[str, StringConstraints(strict=True, max_length=16, pattern=r"^[0-9]{4}-[0-9]{6,9}$")]
KleNumber = Annotated[
    str, StringConstraints(strict=True, max_length=20, pattern=r"^[0-9]{2}(\.[0-9]{2}){0,2}(-[A-Z][0-9]{2})?$")
]
Url = Annotated[str, StringConstraints(strict=True, max_length=500, pattern=r"^https://[\x21-\x7e]+$")]
Language = Annotated[str, StringConstraints(strict=True, max_length=8, pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")]
Phone = Annotated[str, StringConstraints(strict=True, max_length=20, pattern=r"^\+?[0-9 ]{3,20}$")]
Email = Annotated[str, StringConstraints(strict=True, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
Channel = Literal["digital-post", "sms", "email"]
Yes = Annotated[bool, Field(strict=True)]


class IdentifierRequest(Body):
    """What another system calls the person. `cpr` is stored sealed and found by a keyed hash."""

    system: Code
    value: Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[0-9A-Za-z.\-]+$")]


class ContactRequest(Body):
    """How to reach the person, and when that is safe."""

    phone: Phone | None = None
    email: Email | None = None
    digital_post: Yes = False
    safe_to_call: ShortText | None = None
    preferred_channel: Channel | None = None
    language: Language | None = None
    interpreter: Yes = False


class CitizenRequest(Body):
    """The person: by identifiers, or anonymous under an alias."""

    identifiers: Annotated[list[IdentifierRequest], Field(max_length=10)] = Field(default_factory=list)
    name: ShortText | None = None
    anonymous: Yes = False
    alias: ShortText | None = None
    contact: ContactRequest | None = None
    protected_until: Day | None = None

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.anonymous and (self.identifiers or self.name or not self.alias):
            raise ValueError("an anonymous citizen has an alias, and neither name nor identifiers")
        if not self.anonymous and not self.identifiers:
            raise ValueError("a citizen has an identifier, or is anonymous")
        return self


class NeedRequest(Body):
    """What the citizen wants help with. Without `ownerSector` it is the caller's to see to."""

    id: UUID | None = None
    domain: NeedDomain
    description: LongText | None = None
    owner_sector: SectorCode | None = None


class ExternalReferenceRequest(Body):
    """What another system calls this case; unique within the authority."""

    system: Code
    value: ShortText
    url: Url | None = None


class InformedRequest(Body):
    """That the citizen was told of the case, when and how."""

    on: Day
    how: Code


class OpenCaseRequest(Body):
    """A new case. The caller's sector holds it from the first instant, and the caller coordinates."""

    id: UUID | None = None
    citizen: CitizenRequest
    kle: KleNumber | None = None
    needs: Annotated[list[NeedRequest], Field(min_length=1, max_length=50)]
    external_references: Annotated[list[ExternalReferenceRequest], Field(max_length=20)] = Field(default_factory=list)
    citizen_informed: InformedRequest | None = None
    origin: Literal["registered", "imported"] = "registered"


class ContactPatch(Body):
    """Changes to how the person is reached: null empties a field, an absent one stays as it is."""

    phone: Phone | None = None
    email: Email | None = None
    digital_post: Yes | None = None
    safe_to_call: ShortText | None = None
    preferred_channel: Channel | None = None
    language: Language | None = None
    interpreter: Yes | None = None

    def changes(self) -> dict[str, object]:
        """What to change; a flag that is emptied is off."""
        flags = {"digital_post", "interpreter"}
        named = {name: getattr(self, name) for name in self.model_fields_set}
        return {name: value or False if name in flags else value for name, value in named.items()}


class UpdateCaseRequest(Body):
    """A merge patch: what is named changes, null empties, what is absent stays."""

    kle: KleNumber | None = None
    name: ShortText | None = None
    contact: ContactPatch | None = None
    protected_until: Day | None = None


class SearchRequest(Body):
    """By exactly one of the four. In the body, because an identifier has no place in an address."""

    identifier: IdentifierRequest | None = None
    external_reference: ExternalReferenceRequest | None = None
    case_number: (
        Annotated[str, StringConstraints(strict=True, max_length=16, pattern=r"^[0-9]{4}-[0-9]{6,9}$")] | None
    ) = None
    alias: ShortText | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        given = [self.identifier, self.external_reference, self.case_number, self.alias]
        if sum(way is not None for way in given) != 1:
            raise ValueError("search by exactly one thing")
        return self


class CloseNeedRequest(Body):
    """How a need ended. Withdrawn by the citizen asks for the citizen's own words."""

    outcome: Outcome
    citizen_statement: LongText | None = None


class SetNeedAsideRequest(Body):
    """The citizen's "not now": own words, the day to ask again, and the sector that owes the question."""

    citizen_statement: LongText
    revisit_on: Day
    revisit_by_sector: SectorCode


class ConsentRequest(Body):
    """What the citizen agreed to, or refused."""

    decision: Literal["given", "refused"]
    from_sector: SectorCode
    to_sector: SectorCode
    to_unit: UnitId | None = None
    to_authority: AuthorityCode | None = None
    data_categories: Annotated[list[Code], Field(min_length=1, max_length=30)]
    shared_for: Code
    legal_basis: Code
    valid_until: Day | None = None
    evidence: LongText
    text_version: ShortText | None = None
    given_by: Literal["citizen", "representative", "guardian"]


class WithdrawalRequest(Body):
    """That the consent is withdrawn, and how we know."""

    evidence: LongText | None = None


class ReleaseRequest(Body):
    """A sector lets go. Only for itself, and only through the gate."""

    sector: SectorCode
    reason: LongText
    ground: ReleaseGround | None = None


class ArrivalRequest(Body):
    """The word of the authority the citizen moved to: the day it received the citizen, and its receipt."""

    received_on: Day
    receipt: ShortText


class ClosureRequest(Body):
    """How the case ends. Where the citizen declined: `citizenStatement`, in own words. Where the citizen moved:
    `toAuthority`, and how it was `told` or its `receipt`."""

    ground: ClosureGround
    reason: LongText
    citizen_statement: LongText | None = None
    to_authority: AuthorityCode | None = None
    told: ShortText | None = None
    receipt: ArrivalRequest | None = None
