"""What a body tells of a person, as a value of the domain."""

from chassis.ids import new_id
from services.cases.domain.citizen import Citizen, Contact, identifier
from services.cases.schemas.requests import CitizenRequest, ContactRequest


def citizen_told(body: CitizenRequest) -> Citizen:
    """The person, as somebody new.

    Raises:
        MalformedCpr, MalformedReplacementNumber.
    """
    return Citizen(
        id=new_id(),
        identifiers=tuple(identifier(i.system, i.value) for i in body.identifiers),
        name=body.name,
        alias=body.alias,
        contact=_contact(body.contact) if body.contact else None,
        protected_until=body.protected_until,
        anonymous=body.anonymous,
    )


def _contact(body: ContactRequest) -> Contact:
    return Contact(**{name: getattr(body, name) for name in Contact.__dataclass_fields__})
