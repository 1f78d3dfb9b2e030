"""Keeps the watch list beside each case, in the transaction that saved it, and tells what has come true."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Uuid, bindparam, delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.clock import day_of
from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.attention import WatchItem, next_change, rank_of
from services.cases.domain.case import Case
from services.cases.domain.organisation import Absence
from services.cases.domain.policies import Policies
from services.cases.domain.watching import NOTHING, Around, Assessed, foreseen, rules_of
from services.cases.repository.notifications import NotificationRepository
from services.cases.repository.rows import watch_item_row

_w, _m, _c = t.watch_items.c, t.watched_cases.c, t.cases.c
_GONE = delete(t.watch_items).where(_w.case_id == bindparam("of_case"), _w.id.in_(bindparam("gone", expanding=True)))
_CHANGED = ("case_number", "rank", "unit", "since", "due_on", "until", "responsible_subject", "responsible_unit")
_PUT = upsert(t.watch_items)
_PUT = _PUT.on_conflict_do_update(index_elements=[_w.id], set_={name: _PUT.excluded[name] for name in _CHANGED})
_NOTE = upsert(t.watched_cases)
_NOTE = _NOTE.on_conflict_do_update(
    index_elements=[_m.case_id],
    set_={name: _NOTE.excluded[name] for name in ("case_version", "rules", "look_again_at")},
)
_RANK = (
    update(t.cases)
    .where(_c.id == bindparam("of_case"), _c.attention_rank != bindparam("rank"))
    .values(attention_rank=bindparam("rank"))
)
_FORGET = (delete(t.watch_items), delete(t.watched_cases))
_STALE = (
    select(_c.id)
    .outerjoin(t.watched_cases, _m.case_id == _c.id)
    .where(
        _c.authority == bindparam("of_authority"),
        _c.id > bindparam("after"),
        (_m.case_id.is_(None))
        | (_m.case_version != _c.version)
        | ((_c.status == "open") & (_m.rules != bindparam("rules"))),
    )
    .order_by(_c.id)
    .limit(bindparam("most"))
)
_AGAIN = (
    update(t.watched_cases)
    .where(_m.case_id == func.any(bindparam("cases", type_=ARRAY(Uuid))))
    .values(look_again_at=bindparam("at"))
)
_DUE = (
    select(_m.case_id, _m.authority)
    .where(_m.look_again_at <= bindparam("at"))
    .order_by(_m.look_again_at)
    .limit(bindparam("most"))
)
_a = t.absences.c
_ABSENCE = ("id", "subject", "first_day", "back_on", "substitute", "recorded_at", "version")
# Days on which the coordinator is away and nobody stands in, now or to come.
_UNCOVERED = select(*(_a[name] for name in _ABSENCE)).where(
    _a.authority == bindparam("of_authority"),
    _a.subject == bindparam("of_subject"),
    _a.substitute.is_(None),
    or_(_a.back_on.is_(None), _a.back_on > bindparam("today")),
)
_s = t.assessments.c
# What the latest assessment by each criteria set came to.
_ASSESSED = (
    select(_s.id, _s.decided_at, _s.selected, _s.path_sector)
    .ext(distinct_on(_s.criteria_set_code))
    .where(_s.case_id == bindparam("of_case"), _s.authority == bindparam("of_authority"))
    .order_by(_s.criteria_set_code, _s.decided_at.desc(), _s.id.desc())
)
_AGAIN_OF = (
    update(t.watched_cases)
    .where(
        _m.case_id.in_(
            select(_c.id).where(
                _c.authority == bindparam("of_authority"),
                _c.coordinator == bindparam("of_subject"),
                _c.status == "open",
            )
        )
    )
    .values(look_again_at=bindparam("at"))
)
_AUTHORITIES = select(_c.authority).distinct()


class WatchBook:
    """What was found in a case before, what is found now, and what of that has to be told."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._before: dict[UUID, WatchItem] = {}

    async def look(self, case: Case, at: datetime) -> None:
        """Find what needs eyes in the case as it is now. Nothing is written yet."""
        self._before = _by_id(case)
        case.watched = foreseen(case, await self._around(case, at))

    async def keep(self, case: Case, at: datetime) -> None:
        """Write down what was found, and tell what has come true and was never told."""
        found = _by_id(case)
        gone = [item_id for item_id in self._before if item_id not in found]
        if gone:
            await self._tx.run(_GONE, of_case=case.id, gone=gone)
        new = [item for item_id, item in found.items() if self._before.get(item_id) != item]
        owner = {"authority": case.authority, "case_id": case.id, "case_number": case.number}
        await self._tx.run(_PUT, [owner | watch_item_row(item, case.id) for item in new])
        await self._tx.run(
            _NOTE,
            [
                {
                    "case_id": case.id,
                    "authority": case.authority,
                    "case_version": case.version,
                    "rules": rules_of(case.policies),
                    "look_again_at": next_change(case.watched, at),
                }
            ],
        )
        await NotificationRepository(self._tx).tell(case, at)

    async def look_again(self, case: Case, at: datetime) -> None:
        """Time has passed, or something around the case has changed: the case itself has not, and keeps its version."""
        await self.look(case, at)
        await self._tx.run(_RANK, of_case=case.id, rank=rank_of(case.watched, at))
        await self.keep(case, at)

    async def soon(self, case_ids: Sequence[UUID], at: datetime) -> None:
        """Something outside of these cases has changed that bears on them: they are looked at again at once."""
        if case_ids:
            await self._tx.run(_AGAIN, cases=list(case_ids), at=at)

    async def soon_of(self, coordinator: str, at: datetime) -> None:
        """Something about a coordinator has changed (an absence): their cases are looked at again at once."""
        await self._tx.run(_AGAIN_OF, of_authority=self._tx.authority, of_subject=coordinator, at=at)

    async def forget(self) -> None:
        """Empty the authority's list. Everything in it can be found again."""
        for statement in _FORGET:
            await self._tx.run(statement)

    async def stale(self, policies: Policies, after: UUID | None, most: int) -> list[UUID]:
        """Cases never looked at, or changed since, or looked at by other rules than hold now."""
        which = {"of_authority": self._tx.authority, "rules": rules_of(policies), "after": after or UUID(int=0)}
        rows = await self._tx.all(_STALE, **which, most=most)
        return [row.id for row in rows]

    async def _around(self, case: Case, at: datetime) -> Around:
        if case.status == "closed":
            return NOTHING
        whose = {"of_authority": case.authority}
        coordinator, away = case.coordinator, []
        if coordinator and coordinator.subject:
            days = await self._tx.all(_UNCOVERED, **whose, of_subject=coordinator.subject, today=day_of(at))
            away = [Absence(**{name: getattr(row, name) for name in _ABSENCE}) for row in days]
        found = await self._tx.all(_ASSESSED, **whose, of_case=case.id)
        assessed = [Assessed(row.id, row.decided_at, row.selected, row.path_sector) for row in found]
        return Around(tuple(away), tuple(assessed))


async def due_cases(tx: Transaction, at: datetime, most: int = 50) -> list[tuple[UUID, str]]:
    """Cases of every authority in which time alone has changed something: asked by the messenger."""
    return [(row.case_id, row.authority) for row in await tx.all(_DUE, at=at, most=most)]


async def authorities(tx: Transaction) -> list[str]:
    """Every authority that has a case: asked by the messenger, who may see no more of them."""
    return [row.authority for row in await tx.all(_AUTHORITIES)]


def _by_id(case: Case) -> dict[UUID, WatchItem]:
    return {item.id_in(case.id): item for item in case.watched}
