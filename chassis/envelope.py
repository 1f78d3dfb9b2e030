"""CloudEvents 1.0, in and out: JSON in the outbox, binary mode (headers `ce-…`, body = data) on the wire."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol
from urllib.parse import quote, unquote
from uuid import UUID

import orjson
from pydantic import BaseModel

from chassis.hygiene import storable

SEQUENCE_DIGITS = 20
_TYPE = re.compile(r"^dk\.helhed\.[a-z]+\.[a-z-]+\.v[0-9]+\Z")
_NAME = re.compile(r"^[A-Za-z0-9_-]{1,64}\Z")  # a token of a NATS subject: no dot, no space, no wildcard


class Announcement(Protocol):
    """What the chassis needs to know of a contract event."""

    event_type: ClassVar[str]
    service: ClassVar[str]
    dataclassification: ClassVar[Literal["confidential", "restricted"]]
    dksensitivity: ClassVar[Literal["confidential", "sensitive"]]

    def model_dump_json(self, *, by_alias: bool = ..., exclude_none: bool = ...) -> str: ...


class MalformedEnvelope(Exception):
    """A message that is not a CloudEvent of ours. It can never be applied."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """One event with its address: who says it (`source` service of `authority`), of which case, as number what."""

    id: UUID
    type: str
    source: str
    authority: str
    case_id: UUID
    sequence: int
    time: datetime
    data: dict[str, Any]
    traceparent: str | None = None
    dataclassification: str = "restricted"
    dksensitivity: str = "sensitive"

    def attributes(self) -> dict[str, str]:
        """The CloudEvents context attributes. Intermediaries may read and log them: nothing personal in here."""
        found = {
            "specversion": "1.0",
            "id": str(self.id),
            "type": self.type,
            "source": f"/authorities/{self.authority}/{self.source}",
            "subject": str(self.case_id),
            "time": self.time.isoformat().replace("+00:00", "Z"),
            "dataschema": f"urn:helhed:schema:{self.type}",
            "datacontenttype": "application/json",
            "sequence": str(self.sequence).zfill(SEQUENCE_DIGITS),
            "partitionkey": str(self.case_id),
            "dataclassification": self.dataclassification,
            "dksensitivity": self.dksensitivity,
        }
        if self.traceparent:
            found["traceparent"] = self.traceparent
        return found

    def to_json(self) -> dict[str, Any]:
        """The structured form, as kept in the outbox and in dead letters."""
        return {**self.attributes(), "data": self.data}

    @classmethod
    def of(cls, attributes: dict[str, Any], data: dict[str, Any]) -> "Envelope":
        """Read attributes and data.

        Raises:
            MalformedEnvelope: something is missing or not of its form.
        """
        try:
            _, authorities, authority, service = str(attributes["source"]).split("/")
            if authorities != "authorities" or attributes["specversion"] != "1.0":
                raise ValueError("not one of ours")
            sequence = int(attributes["sequence"])
            if not 0 < sequence < 1 << 63:
                raise ValueError("no number of ours")
            return cls(
                id=UUID(str(attributes["id"])),
                type=_word(_TYPE, attributes["type"]),
                source=_word(_NAME, service),
                authority=_word(_NAME, authority),
                case_id=UUID(str(attributes["subject"])),
                sequence=sequence,
                time=datetime.fromisoformat(attributes["time"]),
                data=data,
                traceparent=attributes.get("traceparent"),
                dataclassification=attributes.get("dataclassification", "restricted"),
                dksensitivity=attributes.get("dksensitivity", "sensitive"),
            )
        except (KeyError, ValueError, TypeError) as wrong:
            raise MalformedEnvelope(type(wrong).__name__) from None

    @classmethod
    def from_json(cls, event: dict[str, Any]) -> "Envelope":
        """Read the structured form."""
        return cls.of(event, event.get("data", {}))


def _word(form: re.Pattern[str], value: object) -> str:
    if not form.match(str(value)):
        raise ValueError("not of its form")
    return str(value)


def subject_of(event: Envelope) -> str:
    """The NATS subject: `ev.v1.<authority>.<service>.<case>.<moment>`. Random ids and codes only."""
    moment = event.type.removeprefix("dk.helhed.").split(".")[1]
    return f"ev.v1.{event.authority}.{event.source}.{event.case_id}.{moment}"


def to_message(event: Envelope) -> tuple[str, bytes, dict[str, str]]:
    """Subject, body and headers of the binary mode. Header values are percent-encoded as the HTTP binding says."""
    headers = {f"ce-{name}": quote(value, safe=" !#$&'()*+,/:;=?@[]~") for name, value in event.attributes().items()}
    headers["Nats-Msg-Id"] = str(event.id)
    return subject_of(event), orjson.dumps(event.data), headers


def from_message(body: bytes, headers: dict[str, str] | None) -> Envelope:
    """Read a message in binary mode.

    Raises:
        MalformedEnvelope: headers or body are not of the form.
    """
    attributes = {k[3:]: unquote(v) for k, v in (headers or {}).items() if k.startswith("ce-")}
    try:
        data = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise MalformedEnvelope("body") from None
    # What the database cannot hold could be neither an effect nor a dead letter, and would come again for ever.
    if not isinstance(data, dict) or not storable(data):
        raise MalformedEnvelope("body")
    return Envelope.of(attributes, data)


def data_of(event: BaseModel | Announcement) -> dict[str, Any]:
    """A contract event's members as they go on the wire: camelCase, absent ones left out."""
    loaded: dict[str, Any] = orjson.loads(event.model_dump_json(by_alias=True, exclude_none=True))
    return loaded
