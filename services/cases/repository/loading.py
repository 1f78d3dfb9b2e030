"""Loads cases whole, in one statement: a case and its parts are of one moment, however many cases there are.

Parts come as JSON, because SQL has no other way to bring a tree in one answer; each value is turned back by the type of
its column.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Date,
    DateTime,
    Label,
    LargeBinary,
    Select,
    Table,
    Uuid,
    and_,
    bindparam,
    func,
    or_,
    select,
)
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.clock import day_of, now
from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.attention import in_order
from services.cases.domain.case import Case, Informed
from services.cases.domain.policies import chosen
from services.cases.domain.record import StaffCard
from services.cases.domain.responsibility import Responsibilities
from services.cases.repository import rows
from services.cases.repository.entitlements import entitling
from services.cases.repository.policies import POLICIES_ON
from services.cases.repository.rows import Rows


@dataclass(frozen=True, slots=True)
class Part:
    """One kind of part, and how much of it: `words` brings what is sealed too, `only` leaves rows out."""

    table: Table
    words: bool = True
    only: ColumnElement[bool] | None = None


_r = t.responsibilities.c

# What a list shows: no words about people, and of responsibility what lasts (of a closed case, who had it last).
SUMMARY: tuple[Part, ...] = (
    Part(t.needs, words=False),
    Part(t.known_referrals),
    Part(t.responsibilities, only=or_(_r.until.is_(None), _r.kind != "involved")),
    Part(t.consents, words=False),
    Part(t.releases, words=False),
    Part(t.watch_items),
)
WHOLE: tuple[Part, ...] = (
    Part(t.needs),
    Part(t.known_referrals),
    Part(t.responsibilities),
    Part(t.consents),
    Part(t.external_references),
    Part(t.releases),
    Part(t.parties),
    Part(t.screenings),
    Part(t.hearings),
    Part(t.citizen_alarms),
    Part(t.watch_items),
)


class Loader:
    """Rows in, cases out."""

    def __init__(self, tx: Transaction, translate: Rows) -> None:
        self._tx = tx
        self._rows = translate

    async def one(self, case_id: UUID) -> Case | None:
        """One case of this authority, with all its parts."""
        row = await self._tx.one(_ONE, case_id=case_id, **self._bound())
        return row and self._case(row, WHOLE)

    async def some(self, *where: ColumnElement[bool]) -> list[Case]:
        """The cases for which all of `where` holds, with what a list shows of them."""
        return [self._case(row, SUMMARY) for row in await self._tx.all(_SUMMARIES.where(*where), **self._bound())]

    async def whole(self, case_ids: Sequence[UUID]) -> list[Case]:
        """These cases of this authority, with all their parts."""
        return [self._case(row, WHOLE) for row in await self._tx.all(_THESE, case_ids=case_ids, **self._bound())]

    def _bound(self) -> dict[str, Any]:
        return {"of_authority": self._tx.authority, "today": day_of(now())}

    async def lock(self, case_id: UUID) -> bool:
        """Lock one case until the transaction ends; whether there is one.

        A statement of its own: one that waited for the lock would still see the parts as they were before.
        """
        return await self._tx.one(_LOCK, case_id=case_id, of_authority=self._tx.authority) is not None

    def _case(self, row: Any, parts: Iterable[Part]) -> Case:
        mine: dict[str, list[Any]] = {part.table.name: _rows_of(part.table, row) for part in parts}
        return Case(
            id=row.id,
            authority=row.authority,
            number=row.number,
            citizen=self._rows.citizen(row),
            origin=row.origin,
            opened_at=row.opened_at,
            kle=row.kle,
            citizen_informed=_informed(row),
            status=row.status,
            needs={r.id: self._rows.need(r) for r in sorted(mine["needs"], key=lambda r: (r.registered_at, r.id))},
            referrals={r.id: rows.referral(r) for r in mine["known_referrals"]},
            responsibilities=Responsibilities({r.id: rows.responsibility(r) for r in mine["responsibilities"]}),
            consents={r.id: self._rows.consent(r) for r in mine.get("consents", [])},
            external_references=tuple(rows.reference(r) for r in mine.get("external_references", [])),
            releases={r.id: self._rows.release(r) for r in mine.get("releases", [])},
            parties={r.id: rows.party(r) for r in mine.get("parties", [])},
            screenings={r.id: rows.screening(r) for r in mine.get("screenings", [])},
            hearings={r.id: self._rows.hearing(r) for r in mine.get("hearings", [])},
            closure=self._rows.closure(row),
            last_contact_at=row.last_contact_at,
            contact_every_days=row.contact_every_days or {},
            exempt_until=row.exempt_until,
            citizen_alarms={r.id: self._rows.citizen_alarm(r) for r in mine.get("citizen_alarms", [])},
            coordinator_card=_card(row),
            plan_stated_at=row.plan_stated_at,
            policies=chosen(row.policies or {}),
            watched=in_order(rows.watch_item(r) for r in mine["watch_items"]),
            version=row.version,
        )


def _informed(row: Any) -> Informed | None:
    return Informed(row.citizen_informed_on, row.citizen_informed_how) if row.citizen_informed_on else None


def _gathered(part: Part) -> Label[Any]:
    known = ("authority", "case_id")  # the case has told both
    columns = [
        c for c in part.table.columns if c.name not in known and (part.words or not isinstance(c.type, LargeBinary))
    ]
    wanted = select(*columns).where(part.table.c.case_id == t.cases.c.id)
    rows_ = (wanted if part.only is None else wanted.where(part.only)).correlate(t.cases).subquery("part")
    return select(func.json_agg(rows_.table_valued())).scalar_subquery().label(part.table.name)


def _rows_of(table: Table, row: Any) -> list[SimpleNamespace]:
    readers = _READERS[table.name]
    found = []
    for values in getattr(row, table.name) or ():
        for name, read in readers:
            if values.get(name) is not None:
                values[name] = read(values[name])
        found.append(SimpleNamespace(**values))
    return found


def _reader(kind: Any) -> Callable[[Any], Any] | None:
    if isinstance(kind, ARRAY):
        inner = _reader(kind.item_type)
        return (lambda values: [inner(value) for value in values]) if inner else None
    readers: tuple[tuple[type, Callable[[Any], Any]], ...] = (
        (Uuid, UUID),
        (DateTime, datetime.fromisoformat),
        (Date, date.fromisoformat),
        (LargeBinary, lambda text: bytes.fromhex(text[2:])),
    )
    return next((read for sort, read in readers if isinstance(kind, sort)), None)


_READERS = {
    part.table.name: [(column.name, read) for column in part.table.columns if (read := _reader(column.type))]
    for part in WHOLE
}


_CARD = (t.staff.c.display_name.label("coordinator_name"), t.staff.c.phone.label("coordinator_phone"))


def _card(row: Any) -> StaffCard | None:
    return StaffCard(row.coordinator, row.coordinator_name, row.coordinator_phone) if row.coordinator_name else None


def _policies() -> Label[Any]:
    """What the authority has decided, as it is today: read once for all cases of a statement."""
    decided = POLICIES_ON.subquery("decided")
    return select(func.json_object_agg(decided.c.code, decided.c.value)).scalar_subquery().label("policies")


def _stand() -> Label[Any]:
    """When the citizen took a stand on the plan that is current."""
    p = t.plan_versions.c
    current = select(p.agreed_at).where(p.case_id == t.cases.c.id, p.state == "current")
    return current.correlate(t.cases).scalar_subquery().label("plan_stated_at")


def _met_every() -> Label[Any]:
    """How often the arms of the citizen's trials have them met, at the least, as it is today; by who enrolled them."""
    owed = entitling(t.enrolments.c.citizen_id == t.cases.c.citizen_id, on=bindparam("today"))
    every, by = t.trial_arms.c.contact_every_days, t.enrolments.c.sector
    often = select(by, func.min(every).label("every")).select_from(owed).where(every.is_not(None)).group_by(by)
    found = often.correlate(t.cases).lateral("often")
    return select(func.json_object_agg(found.c.sector, found.c.every)).scalar_subquery().label("contact_every_days")


def _select(parts: Sequence[Part]) -> Select[Any]:
    person = t.citizens.c
    columns = (t.cases, person.protected_until, person.anonymous, *_CARD)
    gathered = (_gathered(part) for part in parts)
    return (
        select(*columns, _policies(), _stand(), _met_every(), *gathered)
        .join(t.citizens, person.id == t.cases.c.citizen_id)
        .outerjoin(
            t.staff, and_(t.staff.c.authority == t.cases.c.authority, t.staff.c.subject == t.cases.c.coordinator)
        )
    )


_this = (t.cases.c.id == bindparam("case_id"), t.cases.c.authority == bindparam("of_authority"))
_ONE = _select(WHOLE).where(*_this)
_THESE = _select(WHOLE).where(
    t.cases.c.id == func.any(bindparam("case_ids", type_=ARRAY(Uuid))),
    t.cases.c.authority == bindparam("of_authority"),
)
_SUMMARIES = _select(SUMMARY)
_LOCK = select(t.cases.c.id).where(*_this).with_for_update()
