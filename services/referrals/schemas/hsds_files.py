"""How HSDS documents are read: one for an address of its own, or a file of services. What is wrong is told by its
place; what stood there is not repeated."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel, ValidationError

from chassis import hygiene
from chassis.errors import Text
from chassis.problems import Fault, Faults, faults_of
from chassis.raw import Content
from services.referrals.domain.directory import DirectoryEntry, EntryKind, ServiceDraft
from services.referrals.domain.directory_import import ImportLine, LineFault
from services.referrals.schemas.hsds import OF_ENTRY, HsdsService

JSON, NDJSON = "application/json", "application/x-ndjson"
MOST_LINES = 500
MOST_BYTES = 128 << 10
"""How long one object may be: a service without its organisation and locations, or one of these."""
MOST_FAULTS = 20
_MOST_DEPTH = 24
_EXPORTED, _LISTED = "items", "contents"
"""Where the services of a page stand: in an export of ours, and in a list of any HSDS API."""

_TOO_LONG = Text("er for lang", "is too long")
_TOO_DEEP = Text("er for dybt indlejret", "is nested too deeply")
_OTHER_ID = Text("er ikke adressens", "is not that of the address")
_TOO_MANY = Text("har for mange linjer", "has too many lines")
_WRONG = Text("er ikke et HSDS-objekt", "is not an HSDS object")


def read_service(content: Content, service_id: UUID) -> ServiceDraft:
    """The service that stands in a body.

    Raises:
        Faults: it is no HSDS service, or another one than the address says.
    """
    return _draft(_one(content, HsdsService, service_id))


def read_entry(content: Content, kind: EntryKind, entry_id: UUID) -> DirectoryEntry:
    """The organisation or the location that stands in a body.

    Raises:
        Faults: it is none, or another one than the address says.
    """
    entry = DirectoryEntry(kind, entry_id, _one(content, OF_ENTRY[kind], entry_id))
    _must_be_short("", entry.document)
    return entry


def read_file(content: Content) -> list[ImportLine]:
    """The services of a file: NDJSON, one service as JSON, or a page of them: as an export of ours gives it
    (`items`), or as the list of another HSDS API does (`contents`).

    Raises:
        Faults: it cannot be taken apart, or has too many lines.
    """
    if content.kind == NDJSON:
        # After the size, so that nobody has half a million lines parsed.
        texts = [(number, text) for number, text in enumerate(content.body.split(b"\n"), start=1) if text.strip()]
        _must_be_few(len(texts))
        return [_line_of_text(number, text) for number, text in texts]
    items, listed = _items(_parsed(content.body))
    _must_be_few(len(items))
    return [replace(_line(number, item), listed=listed) for number, item in enumerate(items, start=1)]


def _items(parsed: Any) -> tuple[list[Any], bool]:
    """The services, and whether they are told as in a list."""
    if isinstance(parsed, dict) and "id" in parsed:
        return [parsed], False
    page = parsed if isinstance(parsed, dict) else {}
    items = page.get(_EXPORTED, page.get(_LISTED))
    if not isinstance(items, list):
        raise Faults([Fault("body", "", "not-hsds", _WRONG)])
    return items, _EXPORTED not in page


def _one(content: Content, model: type[BaseModel], id_: UUID) -> dict[str, Any]:
    document = _parsed(content.body)
    _check(document, model)
    if UUID(document["id"]) != id_:
        raise Faults([Fault("body", "/id", "other-id", _OTHER_ID)])
    return dict(document)


def _line_of_text(number: int, text: bytes) -> ImportLine:
    try:
        return _line(number, _parsed(text))
    except Faults as wrong:
        return _refused(number, wrong)


def _line(number: int, document: Any) -> ImportLine:
    try:
        _check(document, HsdsService)
        return ImportLine(number, _draft(document))
    except Faults as wrong:
        return _refused(number, wrong)


def _refused(number: int, wrong: Faults) -> ImportLine:
    faults = tuple(LineFault(fault.pointer, fault.code) for fault in wrong.faults)
    return ImportLine(number, None, faults[:MOST_FAULTS])


def _parsed(body: bytes) -> Any:
    try:
        return hygiene.check(body)
    except hygiene.Unclean as unclean:
        raise Faults([hygiene.fault(unclean)]) from None


def _check(document: Any, model: type[BaseModel]) -> None:
    if _deeper_than(document, _MOST_DEPTH):
        raise Faults([Fault("body", "", "too-deep", _TOO_DEEP)])
    try:
        model.model_validate(document)
    except ValidationError as invalid:
        errors = invalid.errors(include_url=False, include_context=False, include_input=False)
        raise Faults(faults_of({**error, "loc": ("body", *error["loc"])} for error in errors[:MOST_FAULTS])) from None


def _draft(document: dict[str, Any]) -> ServiceDraft:
    draft = ServiceDraft.of(document)
    _must_be_short("", draft.service.document)
    for pointer, entry in draft.told:
        _must_be_short(pointer, entry.document)
    return draft


def _must_be_short(pointer: str, document: Any) -> None:
    if len(orjson.dumps(document)) > MOST_BYTES:
        raise Faults([Fault("body", pointer, "too-long", _TOO_LONG)])


def _must_be_few(lines: int) -> None:
    if lines > MOST_LINES:
        raise Faults([Fault("body", "", "too-many-lines", _TOO_MANY)])


def _deeper_than(value: Any, most: int) -> bool:
    if most < 0:
        return True
    return any(_deeper_than(inside, most - 1) for inside in _inside(value))


def _inside(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        yield from value.values()
    elif isinstance(value, list):
        yield from value
