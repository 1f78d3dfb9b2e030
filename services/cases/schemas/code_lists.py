"""Code lists on the wire."""

import hashlib
from datetime import date
from typing import Literal

import orjson

from chassis.actor import Actor
from chassis.errors import Text
from chassis.wire import Body, Code, Day, ShortText, View
from services.cases.domain.code_lists import DatedList, ListedCode


class LabelsRequest(Body):
    """What a code is called, in both languages."""

    da: ShortText
    en: ShortText


class LocalCodeRequest(Body):
    """A code of the authority's own. `validTo` is its last day; `replacedBy` what took its place."""

    labels: LabelsRequest
    valid_from: Day
    valid_to: Day | None = None
    replaced_by: Code | None = None


class LabelsView(View):
    """The same in Danish and English."""

    da: str
    en: str


class ListedCodeView(View):
    """One code. `shipped` codes came with the product; `local` ones are the authority's own."""

    code: str
    labels: LabelsView
    valid_from: Day
    valid_to: Day | None
    replaced_by: str | None
    source: Literal["shipped", "local"]
    version: int
    allowed_actions: list[str]


class CodeListSummary(View):
    """A list, without its codes. `open`: the authority may add codes of its own."""

    list: str
    title: LabelsView
    note: LabelsView | None
    open: bool
    version: int


class CodeListView(CodeListSummary):
    """A list with its codes, in the order they are to be shown. `version` changes when any of them does."""

    codes: list[ListedCodeView]


def code(listed: DatedList, one: ListedCode, actor: Actor) -> ListedCodeView:
    may = actor.has("administrator") and actor.authority is not None and actor.permits("code-lists:write")
    return ListedCodeView(
        code=one.code,
        labels=_labels(one.labels),
        valid_from=one.valid_from,
        valid_to=one.valid_to,
        replaced_by=one.replaced_by,
        source=one.source,
        version=one.version,
        allowed_actions=["putCode"] if may and listed.open and one.source == "local" else [],
    )


def summary(listed: DatedList) -> CodeListSummary:
    return CodeListSummary(**_summary(listed, list(listed.codes.values())))


def whole(listed: DatedList, actor: Actor, on: date | None) -> CodeListView:
    shown = [one for one in listed.codes.values() if on is None or one.in_force(on)]
    return CodeListView(**_summary(listed, shown), codes=[code(listed, one, actor) for one in shown])


def _summary(listed: DatedList, shown: list[ListedCode]) -> dict[str, object]:
    return {
        "list": listed.code,
        "title": _labels(listed.title),
        "note": _labels(listed.note) if listed.note else None,
        "open": listed.open,
        "version": _fingerprint(listed, shown),
    }


def _labels(text: Text) -> LabelsView:
    return LabelsView(da=text.da, en=text.en)


def _fingerprint(listed: DatedList, shown: list[ListedCode]) -> int:
    """A number that changes when the list says something else: it is assembled from two places, so no count fits it."""
    told = orjson.dumps([listed.title, listed.note, listed.open, shown], default=str)
    return int.from_bytes(hashlib.sha256(told).digest()[:6])
