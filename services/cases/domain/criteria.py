"""A criteria set: published, dated and versioned rules for who is offered another effort.

Everybody can read them, and each says per criterion why. There is no score in them and nothing of anybody's history: a
citizen's situation is held against what is written, by a person, and the person decides.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from services.cases.domain.criteria_content import Content, Written, read
from services.cases.domain.errors.criteria import (
    CriteriaCodeTaken,
    CriteriaSetIsPublished,
    CriteriaSetNotFound,
    CriteriaSetNotInForce,
    PublishedInThePast,
)
from services.cases.domain.expression import Facts, Finding

CriteriaStatus = Literal["draft", "published"]
SourceStatus = Literal["law", "agreement", "local"]


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """What one criterion came to; where it is unknown, which facts nobody has stated."""

    code: str
    finding: Finding
    missing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a criteria set comes to for one citizen's facts on one day.

    `obstacles` are the criteria of which one alone keeps the citizen out: had that one been met, the rule would select.
    """

    results: tuple[CriterionResult, ...]
    must: Finding | None
    may: Finding | None
    selects: Finding
    obstacles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CriteriaSet:
    """One edition of an authority's criteria under a code, or one that ships with the product.

    `document` is what was written, and what is shown; a published one is never changed.
    """

    id: UUID
    code: str
    edition: int
    document: Written
    status: CriteriaStatus = "draft"
    valid_from: date | None = None
    valid_to: date | None = None  # the last day, when a later edition is known; not kept but found
    published_at: datetime | None = None
    shipped: bool = False
    version: int = 1

    def content(self) -> Content:
        """What it says, ready to be used.

        Raises:
            FaultyWriting: something in it does not fit, which nothing that was kept has.
        """
        return read(self.document)

    def rewritten(self, changes: Written) -> "CriteriaSet":
        """The draft with these changes (a merge patch), if it still is one and all of it fits.

        Raises:
            CriteriaSetIsPublished, FaultyWriting.
        """
        self._must_be_draft()
        changed = replace(self, document=merged(self.document, changes), version=self.version + 1)
        changed.content()
        return changed

    def published(self, valid_from: date, *, today: date, at: datetime) -> "CriteriaSet":
        """In force from a day, unchanged for ever. It supersedes the edition of the same code that is in force then.

        Raises:
            CriteriaSetIsPublished, PublishedInThePast.
        """
        self._must_be_draft()
        if valid_from < today:
            raise PublishedInThePast()
        return replace(self, status="published", valid_from=valid_from, published_at=at, version=self.version + 1)

    def in_force(self, day: date) -> bool:
        """True on the days from its first to its last."""
        begun = self.valid_from is not None and self.valid_from <= day
        return self.status == "published" and begun and (self.valid_to is None or day <= self.valid_to)

    def must_be_in_force(self, day: date) -> None:
        """Refuse a draft, one that is yet to come, and one that is superseded.

        Raises:
            CriteriaSetNotInForce.
        """
        if not self.in_force(day):
            raise CriteriaSetNotInForce(valid_from=self.valid_from, valid_to=self.valid_to)

    def _must_be_draft(self) -> None:
        if self.status != "draft":
            raise CriteriaSetIsPublished()


def must_be_free(code: str, shipped: Mapping[UUID, CriteriaSet]) -> None:
    """Refuse a code that a shipped set has: one code means one thing on one day.

    Raises:
        CriteriaCodeTaken.
    """
    if any(one.code == code for one in shipped.values()):
        raise CriteriaCodeTaken()


def must_exist(found: CriteriaSet | None) -> CriteriaSet:
    """The set, or the one answer for absent and not yours.

    Raises:
        CriteriaSetNotFound.
    """
    if found is None:
        raise CriteriaSetNotFound()
    return found


def must_be_published(found: CriteriaSet | None) -> CriteriaSet:
    """The set, if it is there and everybody may read it: a draft is its authors' alone.

    Raises:
        CriteriaSetNotFound.
    """
    return must_exist(found if found and found.status == "published" else None)


def judge(content: Content, facts: Facts, on: date) -> Verdict:
    """Hold facts against every criterion, and the findings against the rule."""
    found = {code: criterion.test.finding(facts, on) for code, criterion in content.criteria.items()}
    rule = content.rule
    selects = rule.selects(found)
    results = (
        CriterionResult(code, finding, _missing(content, code, facts) if finding == "unknown" else ())
        for code, finding in found.items()
    )
    alone = (code for code, finding in found.items() if finding == "not-met" and _would_select(content, found, code))
    return Verdict(
        results=tuple(results),
        must=rule.must.finding(found) if rule.must else None,
        may=rule.may.finding(found) if rule.may else None,
        selects=selects,
        obstacles=tuple(alone) if selects == "not-met" else (),
    )


def merged(written: Written, changes: Written) -> Written:
    """A merge patch: what is named changes, objects member by member, lists as a whole; null empties."""
    both = dict(written)
    for name, value in changes.items():
        former = both.get(name)
        if isinstance(value, Mapping) and isinstance(former, Mapping):
            value = merged(former, value)
        both[name] = value
    return both


def _missing(content: Content, code: str, facts: Facts) -> tuple[str, ...]:
    return tuple(sorted(content.criteria[code].needs - facts.keys()))


def _would_select(content: Content, found: Mapping[str, Finding], code: str) -> bool:
    return content.rule.selects({**found, code: "met"}) == "met"
