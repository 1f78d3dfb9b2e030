"""What bodies look like on the wire: strict in, complete out, camelCase, no control characters, bounded everywhere."""

import re
from datetime import UTC, date, datetime
from typing import Annotated, Any, Generic, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic.alias_generators import to_camel
from pydantic_core import CoreSchema

from chassis.authorities import AUTHORITY_FORM

# Any character but the C0 and C1 controls; free text may also hold line breaks and tabs.
_PLAIN = r"^[^\x00-\x1f\x7f-\x9f]*$"
_PROSE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$"

_DAY = re.compile(r"^\d{4}-\d\d-\d\d$", re.ASCII)
_MOMENT = re.compile(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d", re.ASCII)

ShortText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=200, pattern=_PLAIN)]
LongText = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=4000, pattern=_PROSE)]
Code = Annotated[str, StringConstraints(strict=True, max_length=64, pattern=r"^[a-z][a-z0-9-]*$")]
SectorCode = Annotated[str, StringConstraints(strict=True, max_length=32, pattern=r"^[a-z][a-z0-9-]*$")]
UnitId = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=100, pattern=r"^[A-Za-z0-9:._-]+$")]
AuthorityCode = Annotated[str, StringConstraints(strict=True, max_length=11, pattern=AUTHORITY_FORM)]
Subject = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=255, pattern=r"^[\x21-\x7e]+$")]


def _to_utc(value: datetime) -> datetime:
    # Year 1 and year 9999 cannot be moved to another zone; no case reaches them.
    if not 1900 <= value.year <= 2200:
        raise ValueError("the year is out of range")
    return value.astimezone(UTC)


def _zulu(value: datetime) -> str:
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _as_day(value: object) -> object:
    # A number, or a text that is one, would be taken for seconds since 1970; so would a moment at midnight for its day.
    if isinstance(value, date) or (isinstance(value, str) and _DAY.match(value)):
        return value
    raise ValueError("a day is written YYYY-MM-DD")


def _sane_day(value: date) -> date:
    if not 1900 <= value.year <= 2200:
        raise ValueError("the year is out of range")
    return value


def _as_moment(value: object) -> object:
    # As for a day. What the text lacks beyond its form, such as the offset, the parser says better.
    if isinstance(value, datetime) or (isinstance(value, str) and _MOMENT.match(value)):
        return value
    raise ValueError("a moment is written YYYY-MM-DDThh:mm:ssZ, or with an offset")


# A moment: any offset is taken in, UTC with Z goes out. A timestamp without an offset is refused.
Moment = Annotated[
    AwareDatetime,
    BeforeValidator(_as_moment),
    AfterValidator(_to_utc),
    PlainSerializer(_zulu, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}),
]
Day = Annotated[date, BeforeValidator(_as_day), AfterValidator(_sane_day)]

MOST_CODES = 50


def _split(value: object) -> object:
    # FastAPI hands over what stands behind the key as a list of one: a repeated key is refused at the door.
    if isinstance(value, list):
        return list(dict.fromkeys(code for part in value for code in str(part).split(",")))
    return value


class _ByComma:
    """Told in the document as the one text it is: a generated client would repeat the key of an array."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        one = handler.resolve_ref_schema(handler.resolve_ref_schema(handler(schema))["items"])
        item = "|".join(one["enum"]) if "enum" in one else str(one["pattern"]).removeprefix("^").removesuffix("$")
        return {"type": "string", "pattern": f"^(?:{item})(?:,(?:{item})){{0,{MOST_CODES - 1}}}$"}


CodeT = TypeVar("CodeT")

# A filter of a list: codes with commas between, each once. `CodeList[Code]` takes any code, and of a closed list
# (an enumeration, `Sector`) a code that is not in it is refused: silence would look like an empty list.
# A route says where it stands: `status: Annotated[CodeList[Status], Query()] = None`.
CodeList = Annotated[Annotated[list[CodeT], Field(max_length=MOST_CODES), _ByComma()] | None, BeforeValidator(_split)]


class Body(BaseModel):
    """A request body. Unknown members are refused: a misspelt field must not be lost silently."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=False, extra="forbid", frozen=True)


class View(BaseModel):
    """An answer. Every member is always present, so that a generated client knows what it gets."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, frozen=True, serialize_by_alias=True, from_attributes=True
    )


Item = TypeVar("Item", bound=View)


class PageEnd(View):
    """Where the list goes on: send `next` as `cursor`, or stop at null."""

    next: str | None


class Page(View, Generic[Item]):
    """One page of a list. There is no total: counting costs more than the page and tells more than it should."""

    items: list[Item]
    page: PageEnd
