"""What every event is: facts and ids about one moment in one case, never about a person.

Words only: nothing here knows a broker, a database or a service.
"""

from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, StrictBool, model_serializer
from pydantic.alias_generators import to_camel

Classification = Literal["confidential", "restricted"]
Sensitivity = Literal["confidential", "sensitive"]

Id = UUID
Day = date
YesNo = StrictBool
Sector = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,31}$")]
"""A code of the dated list of sectors: `employment`, `social`, `health`."""
Authority = Annotated[str, Field(pattern=r"^([0-9]{4}|R[0-9]{4}|CVR[0-9]{8})$")]
"""Who acts under law: a municipality (`0101`), a region (`R1084`), an organisation (`CVR12345678`)."""
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,63}$")]
"""A word of an open list. The list may grow without a new version, so a consumer lets pass what it does not
know."""
Unit = Annotated[str, Field(min_length=1, max_length=100)]
"""The id of a unit in the authority's organisation."""
Subject = Annotated[str, Field(min_length=1, max_length=255)]
"""A person at work, as the identity provider names them: opaque, never a name or a number of theirs."""
CaseNumber = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{6,9}$")]
"""What people say on the telephone: `2026-004217`. Counted, so it says nothing about the citizen."""


class Event(BaseModel):
    """The data of one moment. Case, authority, time and order travel outside it, as CloudEvents attributes.

    Strict to publish: the constructor refuses a value of the wrong shape and a field that does not exist, so the
    request fails and not the relay. Tolerant to read: `model_validate` lets pass a field this version does not know,
    so that publishers may go first. An optional field is either there or absent on the wire; it is never `null`.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        serialize_by_alias=True,
        frozen=True,
        extra="forbid",
    )

    event_type: ClassVar[str]
    """The name on the wire. Written out and not derived: renaming the class must never rename the event."""
    service: ClassVar[str]
    dataclassification: ClassVar[Classification] = "confidential"
    dksensitivity: ClassVar[Sensitivity] = "confidential"

    @classmethod
    def model_validate(cls, obj: Any, **options: Any) -> Self:
        """Read what came over the wire. The constructor is for publishers: there, an unknown field is a slip."""
        return super().model_validate(obj, **{"extra": "ignore", **options})

    @model_serializer(mode="wrap")
    def _without_absent_fields(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        return {name: value for name, value in dump(self).items() if value is not None}
