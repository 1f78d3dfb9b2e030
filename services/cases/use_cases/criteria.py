"""The life of a criteria set: written, rewritten while it is a draft, published for good."""

from datetime import date, datetime
from uuid import UUID

from chassis.actor import Actor
from chassis.clock import day_of
from chassis.concurrency import expect
from chassis.ids import new_id
from services.cases.domain.criteria import CriteriaSet, must_exist
from services.cases.domain.criteria_content import Written, read
from services.cases.repository.criteria import CriteriaRepository


async def draft_criteria_set(
    sets: CriteriaRepository, actor: Actor, set_id: UUID | None, code: str, document: Written, *, now: datetime
) -> CriteriaSet:
    """Write a new edition of a code, as a draft.

    Raises:
        FaultyWriting, CriteriaCodeTaken, AlreadyExists.
    """
    read(document)
    edition = await sets.next_edition(code)
    made = CriteriaSet(set_id or new_id(), code, edition, document)
    await sets.add(made, actor, at=now)
    return made


async def rewrite_criteria_set(
    sets: CriteriaRepository, set_id: UUID, changes: Written, *, expected: int
) -> CriteriaSet:
    """Change what a draft says.

    Raises:
        CriteriaSetNotFound, Stale, CriteriaSetIsPublished, FaultyWriting.
    """
    made = await _locked(sets, set_id, expected)
    changed = made.rewritten(changes)
    await sets.rewrite(changed)
    return changed


async def publish_criteria_set(
    sets: CriteriaRepository, actor: Actor, set_id: UUID, valid_from: date, *, expected: int | None, now: datetime
) -> CriteriaSet:
    """Put a draft in force from a day.

    Raises:
        CriteriaSetNotFound, Stale, CriteriaSetIsPublished, PublishedInThePast, CriteriaDayTaken.
    """
    made = await _locked(sets, set_id, expected)
    return await sets.publish(made.published(valid_from, today=day_of(now), at=now), actor)


async def _locked(sets: CriteriaRepository, set_id: UUID, expected: int | None) -> CriteriaSet:
    made = must_exist(await sets.locked(set_id))
    expect(made.version, expected)
    return made
