"""What this service has heard from cases, kept so that a request can be judged without asking anybody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Table,
    and_,
    bindparam,
    delete,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from services.referrals.domain.case import Case, CaseStatus, Need, NeedState
from services.referrals.domain.sharing import Consent
from services.referrals.tables import known_cases, known_consents, known_involvements, known_needs, referrals

_cases, _involved = known_cases.alias(), known_involvements.alias()


# With the offset it is asked of each row on its index. Without, a planner that expects many rows reads the whole table
# into memory first, which takes as long for a page of fifty as for all.
def _stands(told: FromClause, named: ColumnElement[str], sector: ColumnElement[str]) -> ColumnElement[bool]:
    """Whether a sector is named in what was told of the case of each referral."""
    of_case = (told.c.authority == referrals.c.authority, told.c.case_id == referrals.c.case_id)
    return select(told.c.case_id).where(*of_case, named == sector).offset(0).exists()


def _has_part(sector: ColumnElement[str]) -> ColumnElement[bool]:
    holds = _stands(_cases, _cases.c.holding_sector, sector)
    return or_(holds, _stands(_involved, _involved.c.sector, sector))


_SENDER_HAS_PART = _has_part(referrals.c.from_sector)
_OWNER_HAS_PART = _has_part(referrals.c.need_owner)


def sender_has_part() -> ColumnElement[bool]:
    """`Case.has_part` for the sender of each referral, as a column beside `referrals`. Built once."""
    return _SENDER_HAS_PART


def owner_has_part() -> ColumnElement[bool]:
    """The same for the sector that the need of each has come to."""
    return _OWNER_HAS_PART


_here: BindParameter[str] = bindparam("of_authority")


def _of(table: Table, *columns: str) -> ColumnElement[bool]:
    """These key columns of a table, in this authority; each named for its binding with `of_` before it."""
    return and_(table.c.authority == _here, *(table.c[column] == bindparam(f"of_{column}") for column in columns))


_OF_CASE, _OF_NEED, _OF_CONSENT = (
    _of(known_cases, "case_id"),
    _of(known_needs, "need_id"),
    _of(known_consents, "consent_id"),
)
_CASE = select(known_cases).where(_OF_CASE).with_for_update(read=True)
_HOLD = select(known_cases.c.case_id).where(_OF_CASE).with_for_update()
_SECTORS = select(known_involvements.c.sector).where(_of(known_involvements, "case_id"))
_NEED = select(known_needs).where(_OF_NEED).with_for_update(read=True)
_CONSENT = select(known_consents).where(_OF_CONSENT).with_for_update(read=True)

_ADD_CASE, _ADD_CONSENT = insert(known_cases), insert(known_consents)
_CLOSE = update(known_cases).where(_OF_CASE).values(status=CaseStatus.CLOSED)
_MOVE = update(known_cases).where(_OF_CASE).values(holding_sector=bindparam("to_sector"))
_INVOLVE = upsert(known_involvements).on_conflict_do_nothing()
_LET_GO = delete(known_involvements).where(_of(known_involvements, "case_id", "sector"))
_needed = upsert(known_needs)
_ADD_NEED = _needed.on_conflict_do_update(
    index_elements=["authority", "need_id"],
    set_={"owner_sector": _needed.excluded.owner_sector, "state": _needed.excluded.state},
)
_SET_NEED = update(known_needs).where(_OF_NEED).values(state=bindparam("now"))
_REOPEN = update(known_needs).where(_OF_NEED).values(state=NeedState.OPEN, owner_sector=bindparam("to_sector"))
_HAND_ON = (
    update(known_needs).where(_of(known_needs, "need_id", "owner_sector")).values(owner_sector=bindparam("to_sector"))
)
_WITHDRAW = (
    update(known_consents)
    .where(_OF_CONSENT, known_consents.c.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("at"))
)


class KnownCases:
    """Cases, needs, involvements and consents of one transaction's authority, as heard.

    What a request is judged by is locked against being changed meanwhile (FOR SHARE): a case that closes, or a
    consent that is withdrawn, comes wholly before the referral or wholly after it.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def case(self, case_id: UUID) -> Case | None:
        """The case, or None when nobody has told of it."""
        this = {"of_authority": self._tx.authority, "of_case_id": case_id}
        row = await self._tx.one(_CASE, **this)
        if row is None:
            return None
        # A statement of its own: it sees what was committed while this one waited for the case.
        involved = await self._tx.all(_SECTORS, **this)
        return Case(row.case_id, CaseStatus(row.status), row.holding_sector, frozenset(one.sector for one in involved))

    async def hold(self, case_id: UUID) -> None:
        """Keep everybody who judges by this case waiting until the transaction ends: what is asked of it meanwhile
        would not be seen here."""
        await self._tx.one(_HOLD, of_authority=self._tx.authority, of_case_id=case_id)

    async def need(self, need_id: UUID) -> Need | None:
        """The need, or None when nobody has told of it."""
        row = await self._tx.one(_NEED, of_authority=self._tx.authority, of_need_id=need_id)
        return row and Need(row.need_id, row.case_id, row.owner_sector, NeedState(row.state))

    async def consent(self, consent_id: UUID) -> Consent | None:
        """The consent, or None when nobody has told of it."""
        row = await self._tx.one(_CONSENT, of_authority=self._tx.authority, of_consent_id=consent_id)
        if row is None:
            return None
        return Consent(
            id=row.consent_id,
            case_id=row.case_id,
            from_sector=row.from_sector,
            to_sector=row.to_sector,
            to_unit=row.to_unit,
            to_authority=row.to_authority,
            valid_until=row.valid_until,
            withdrawn=row.withdrawn_at is not None,
            data_categories=frozenset(row.data_categories),
        )

    async def add_case(self, case_id: UUID, *, number: str, holding_sector: str) -> None:
        """A case began."""
        await self._tx.run(
            _ADD_CASE,
            authority=self._tx.authority,
            case_id=case_id,
            case_number=number,
            status=CaseStatus.OPEN,
            holding_sector=holding_sector,
        )

    async def close_case(self, case_id: UUID) -> None:
        """A case ended."""
        await self._tx.run(_CLOSE, of_authority=self._tx.authority, of_case_id=case_id)

    async def move_holding(self, case_id: UUID, *, to_sector: str) -> None:
        """Another sector holds the case from now on."""
        await self._tx.run(_MOVE, of_authority=self._tx.authority, of_case_id=case_id, to_sector=to_sector)

    async def add_involvement(self, case_id: UUID, *, sector: str) -> None:
        """A sector takes part. Told again, it still does."""
        await self._tx.run(_INVOLVE, authority=self._tx.authority, case_id=case_id, sector=sector)

    async def end_involvement(self, case_id: UUID, *, sector: str) -> None:
        """A sector let go."""
        await self._tx.run(_LET_GO, of_authority=self._tx.authority, of_case_id=case_id, of_sector=sector)

    async def add_need(self, case_id: UUID, need_id: UUID, *, owner_sector: str) -> None:
        """A need was registered. Registered again it is open again, whatever it was before."""
        await self._tx.run(
            _ADD_NEED,
            authority=self._tx.authority,
            need_id=need_id,
            case_id=case_id,
            owner_sector=owner_sector,
            state=NeedState.OPEN,
        )

    async def set_need_aside(self, need_id: UUID) -> None:
        """The citizen said "not now"."""
        await self._set_need(need_id, NeedState.SET_ASIDE)

    async def end_need(self, need_id: UUID) -> None:
        """The need is met, withdrawn, or was a mistake."""
        await self._set_need(need_id, NeedState.ENDED)

    async def reopen_need(self, need_id: UUID, *, owner_sector: str) -> None:
        """The need is open again, and this sector's to refer."""
        await self._tx.run(_REOPEN, of_authority=self._tx.authority, of_need_id=need_id, to_sector=owner_sector)

    async def hand_on(self, need_id: UUID, *, from_sector: str, to_sector: str) -> None:
        """The need is another sector's from now on, unless it has already moved on."""
        await self._tx.run(
            _HAND_ON,
            of_authority=self._tx.authority,
            of_need_id=need_id,
            of_owner_sector=from_sector,
            to_sector=to_sector,
        )

    async def add_consent(self, consent: Consent, *, shared_for: str, legal_basis: str) -> None:
        """The citizen agreed to a sharing."""
        await self._tx.run(
            _ADD_CONSENT,
            authority=self._tx.authority,
            consent_id=consent.id,
            case_id=consent.case_id,
            from_sector=consent.from_sector,
            to_sector=consent.to_sector,
            to_unit=consent.to_unit,
            to_authority=consent.to_authority,
            data_categories=sorted(consent.data_categories),
            shared_for=shared_for,
            legal_basis=legal_basis,
            valid_until=consent.valid_until,
        )

    async def withdraw_consent(self, consent_id: UUID, *, at: datetime) -> None:
        """The citizen took a consent back. The first withdrawal stands."""
        await self._tx.run(_WITHDRAW, of_authority=self._tx.authority, of_consent_id=consent_id, at=at)

    async def _set_need(self, need_id: UUID, state: NeedState) -> None:
        await self._tx.run(_SET_NEED, of_authority=self._tx.authority, of_need_id=need_id, now=state)
