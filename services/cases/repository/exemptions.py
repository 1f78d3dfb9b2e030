"""Loads and saves exemptions in the caller's transaction; what they rest on is read with them."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, func, insert, or_, select, true, update
from sqlalchemy.dialects.postgresql import ARRAY, aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.types import Text

from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.errors.exemptions import ExemptionOverlaps
from services.cases.domain.events import ExemptionEnding, ExemptionGranted
from services.cases.domain.exemptions import EarlyEnd, Exemption, Ground, TrialGround
from services.cases.repository.rows import Row, Rows
from services.cases.repository.timeline import tell_town
from services.cases.repository.trial_rows import legal_basis

_e, _p, _d = t.exemptions.c, t.exemption_provisions.c, t.exemption_endings.c
_n, _b, _a = t.enrolments.c, t.legal_bases.c, t.trial_arms.c

# Of several decisions to end it sooner, the last one holds: each is sooner than the one before.
_last_end = select(_d.id, _d.reason, _d.decided_by, _d.decided_sector, _d.decided_at, _d.valid_to)
_last_end = _last_end.where(_d.exemption_id == _e.id).order_by(_d.valid_to, _d.decided_at.desc()).limit(1)
_END = _last_end.correlate(t.exemptions).lateral("early_end")
_named = select(func.array_agg(aggregate_order_by(_p.provision, _p.provision))).where(_p.exemption_id == _e.id)
EXEMPTIONS = (
    select(
        t.exemptions,
        _named.correlate(t.exemptions).scalar_subquery().label("provisions"),
        *(_END.c[name].label(f"end_{name}") for name in _END.c.keys()),  # noqa: SIM118  # columns, not their names
    )
    .select_from(t.exemptions.outerjoin(_END, onclause=true()))
    .where(_e.authority == bindparam("of_authority"))
)
_OF_CASE = EXEMPTIONS.where(_e.case_id == bindparam("of_case")).order_by(_e.valid_from, _e.id)
_LOCKED = EXEMPTIONS.where(_e.id == bindparam("exemption_id")).with_for_update(of=t.exemptions)

_OVERLAPPING = select(_p.provision, _p.valid_to).where(
    _p.authority == bindparam("of_authority"),
    _p.case_id == bindparam("of_case"),
    _p.provision == func.any(bindparam("provisions", type_=ARRAY(Text))),
    _p.valid_from <= bindparam("last"),
    _p.valid_to >= bindparam("first"),
    _p.valid_to >= _p.valid_from,
)
# Held until the exemption is written: neither basis nor enrolment ends while it is being granted.
_GROUND = (
    select(
        t.legal_bases,
        _n.id.label("enrolment_id"),
        _n.sector.label("enrolled_by_sector"),
        _n.starts_on,
        _n.ends_on,
        _a.exempt_from,
    )
    .join(t.enrolments, (_n.authority == _b.authority) & (_n.trial_id == _b.trial_id))
    .join(t.trial_arms, (_a.authority == _n.authority) & (_a.trial_id == _n.trial_id) & (_a.code == _n.arm))
    .where(
        _b.authority == bindparam("of_authority"),
        _b.id == bindparam("basis_id"),
        _n.citizen_id == bindparam("of_citizen"),
        _n.status == "active",
    )
    .with_for_update(read=True, of=[t.legal_bases, t.enrolments])
)
_ADD = insert(t.exemptions)
_ADD_PROVISION = insert(t.exemption_provisions)
_ADD_END = insert(t.exemption_endings)
_CHANGE = update(t.exemptions).where(
    _e.id == bindparam("of_exemption"), _e.authority == bindparam("of_authority"), _e.version == bindparam("was")
)
_NOTE_REFUSAL = upsert(t.refused_demands).on_conflict_do_nothing()

# -- for the clock: what comes to its end --------------------------------------------------------------------------

_AUTHORITIES = select(_e.authority).distinct().where(_e.valid_to >= bindparam("since"))
_TO_ANNOUNCE = (
    select(_e.id)
    .where(
        _e.authority == bindparam("of_authority"),
        _e.valid_to.between(bindparam("since"), bindparam("until")),
        _e.valid_to >= _e.valid_from,
        _e.announced_to.is_distinct_from(_e.valid_to),
    )
    .order_by(_e.valid_to, _e.id)
    .limit(bindparam("most"))
)
_LAPSING = (
    select(_e.id, _e.case_id, _b.valid_to.label("basis_to"), _n.ends_on)
    .join(t.legal_bases, (_b.authority == _e.authority) & (_b.id == _e.legal_basis_id))
    .join(t.enrolments, _n.id == _e.enrolment_id)
    .where(
        _e.authority == bindparam("of_authority"),
        or_(
            _e.valid_to > func.greatest(_b.valid_to, bindparam("noticed")),
            _e.valid_to > func.greatest(_n.ends_on, bindparam("today")),
        ),
    )
    .order_by(_e.valid_to, _e.id)
    .limit(bindparam("most"))
)


@dataclass(frozen=True, slots=True)
class Lapsing:
    """An exemption that outlasts what it rests on, and until when each of the two lasts."""

    exemption_id: UUID
    case_id: UUID
    basis_to: date
    enrolled_to: date


class ExemptionRepository:
    """The exemptions of one authority. Whoever writes has locked the case."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)

    async def of(self, case_id: UUID) -> list[Exemption]:
        """All exemptions of a case, by their first day."""
        rows = await self._tx.all(_OF_CASE, of_authority=self._tx.authority, of_case=case_id)
        return [exemption(self._rows, row) for row in rows]

    async def locked(self, exemption_id: UUID) -> Exemption | None:
        """One exemption of this authority, held until the transaction ends."""
        row = await self._tx.one(_LOCKED, of_authority=self._tx.authority, exemption_id=exemption_id)
        return row and exemption(self._rows, row)

    async def ground(self, basis_id: UUID, citizen_id: UUID) -> tuple[TrialGround, str] | None:
        """What a trial's legal basis lets be done for this citizen, who takes part; and which sector enrolled them."""
        row = await self._tx.one(_GROUND, of_authority=self._tx.authority, basis_id=basis_id, of_citizen=citizen_id)
        if row is None:
            return None
        found = TrialGround(legal_basis(row), row.enrolment_id, row.starts_on, row.ends_on, frozenset(row.exempt_from))
        return found, row.enrolled_by_sector

    async def add(self, new: Exemption, *, at: datetime) -> None:
        """Keep a decision, and tell the town.

        Raises:
            ExemptionOverlaps: the citizen is exempt from one of the duties on one of the days.
        """
        taken = await self._tx.all(
            _OVERLAPPING,
            of_authority=self._tx.authority,
            of_case=new.case_id,
            provisions=list(new.provisions),
            first=new.valid_from,
            last=new.valid_to,
        )
        if taken:
            raise ExemptionOverlaps(
                provisions=sorted({row.provision for row in taken}), valid_to=max(row.valid_to for row in taken)
            )
        await self._tx.run(_ADD, [self._row(new)])
        period = {"valid_from": new.valid_from, "valid_to": new.valid_to}
        about = {"exemption_id": new.id, "authority": self._tx.authority, "case_id": new.case_id, **period}
        await self._tx.run(_ADD_PROVISION, [about | {"provision": provision} for provision in new.provisions])
        granted = ExemptionGranted(new.id, new.provisions, new.valid_from, new.valid_to)
        await tell_town(self._tx, new.case_id, [granted], at=at)

    async def end(self, changed: Exemption, end: EarlyEnd) -> None:
        """Keep a decision to end one sooner, and tell the town."""
        row = {name: getattr(end, name) for name in EarlyEnd.__dataclass_fields__}
        owner = {"authority": self._tx.authority, "case_id": changed.case_id, "exemption_id": changed.id}
        await self._tx.run(_ADD_END, [owner | row])
        await self._change(changed)
        await tell_town(self._tx, changed.case_id, [ExemptionEnding(changed.id, end.valid_to)], at=end.decided_at)

    async def announce(self, changed: Exemption, *, at: datetime) -> None:
        """Keep that the end has been seen to, and tell the town where it lies ahead."""
        await self._change(changed)
        if changed.announced_at == at:
            await tell_town(self._tx, changed.case_id, [ExemptionEnding(changed.id, changed.valid_to)], at=at)

    async def note_refusal(self, case_id: UUID, provision: str, kind: str, day: date) -> None:
        """That a demand was refused that day: once, however often it was asked."""
        row = {"authority": self._tx.authority, "case_id": case_id, "day": day, "provision": provision, "kind": kind}
        await self._tx.run(_NOTE_REFUSAL, [row])

    # -- for the clock --------------------------------------------------------------------------------------------

    async def to_announce(self, *, since: date, until: date, most: int) -> list[UUID]:
        """Those whose last day lies between the two and has not been seen to."""
        rows = await self._tx.all(_TO_ANNOUNCE, of_authority=self._tx.authority, since=since, until=until, most=most)
        return [row.id for row in rows]

    async def lapsing(self, *, today: date, noticed: date, most: int) -> list[Lapsing]:
        """Those that outlast the enrolment, or the legal basis by more than the notice that is owed."""
        about = {"of_authority": self._tx.authority, "today": today, "noticed": noticed, "most": most}
        return [
            Lapsing(row.id, row.case_id, row.basis_to, row.ends_on) for row in await self._tx.all(_LAPSING, **about)
        ]

    # -- inside ---------------------------------------------------------------------------------------------------

    async def _change(self, changed: Exemption) -> None:
        which = {"of_exemption": changed.id, "of_authority": self._tx.authority, "was": changed.version - 1}
        told = {name: getattr(changed, name) for name in ("valid_to", "announced_to", "announced_at", "version")}
        touched = await self._tx.run(_CHANGE, None, **which, **told)
        assert touched == 1, "whoever changes an exemption has locked it"

    def _row(self, new: Exemption) -> dict[str, Any]:
        plain = ("id", "case_id", "valid_from", "valid_to", "granted_to", "decided_by", "decided_sector", "decided_at")
        ground = {name: getattr(new.ground, name) for name in Ground.__dataclass_fields__}
        return {name: getattr(new, name) for name in plain} | {
            **ground,
            "authority": self._tx.authority,
            "reason": self._rows.seal(new.reason, "exemptions.reason", new.id),
            "version": new.version,
        }


async def authorities_with_exemptions(tx: Transaction, since: date) -> list[str]:
    """Whose exemptions last until that day or longer: asked by the messenger, who may see just that."""
    return [row.authority for row in await tx.all(_AUTHORITIES, since=since)]


def exemption(rows: Rows, row: Row) -> Exemption:
    """Row → value, with its words opened."""
    plain = ("id", "case_id", "valid_from", "valid_to", "granted_to", "decided_by", "decided_sector", "decided_at")
    told = {name: getattr(row, name) for name in (*plain, "announced_to", "announced_at", "version")}
    return Exemption(
        **told,
        provisions=tuple(row.provisions),
        ground=Ground(row.legal_basis, row.legal_basis_id, row.enrolment_id),
        reason=rows.read(row.reason, "exemptions.reason", row.id),
        early_end=_early_end(row),
    )


def _early_end(row: Row) -> EarlyEnd | None:
    if row.end_id is None:
        return None
    return EarlyEnd(**{name: getattr(row, f"end_{name}") for name in EarlyEnd.__dataclass_fields__})
