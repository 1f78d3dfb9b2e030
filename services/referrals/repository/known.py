"""What this service has heard from cases, kept so that a request can be judged without asking anybody."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Table, and_, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from chassis.database import Transaction
from services.referrals.domain.case import Case, CaseStatus, Need, NeedState
from services.referrals.domain.sharing import Consent
from services.referrals.tables import known_cases, known_consents, known_involvements, known_needs, referrals

_cases, _involved = known_cases.alias(), known_involvements.alias()


# With the offset it is asked of each row on its index. Without, a planner that expects many rows reads the whole table
# into memory first, which takes as long for a page of fifty as for all.
def _has_part(sector: ColumnElement[str]) -> ColumnElement[bool]:
    return or_(
        select(_cases.c.case_id)
        .where(
            _cases.c.authority == referrals.c.authority,
            _cases.c.case_id == referrals.c.case_id,
            _cases.c.holding_sector == sector,
        )
        .offset(0)
        .exists(),
        select(_involved.c.case_id)
        .where(
            _involved.c.authority == referrals.c.authority,
            _involved.c.case_id == referrals.c.case_id,
            _involved.c.sector == sector,
        )
        .offset(0)
        .exists(),
    )


_SENDER_HAS_PART = _has_part(referrals.c.from_sector)
_OWNER_HAS_PART = _has_part(referrals.c.need_owner)


def sender_has_part() -> ColumnElement[bool]:
    """`Case.has_part` for the sender of each referral, as a column beside `referrals`. Built once."""
    return _SENDER_HAS_PART


def owner_has_part() -> ColumnElement[bool]:
    """The same for the sector that the need of each has come to."""
    return _OWNER_HAS_PART


class KnownCases:
    """Cases, needs, involvements and consents of one transaction's authority, as heard.

    What a request is judged by is locked against being changed meanwhile (FOR SHARE): a case that closes, or a
    consent that is withdrawn, comes wholly before the referral or wholly after it.
    """

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def case(self, case_id: UUID) -> Case | None:
        """The case, or None when nobody has told of it."""
        row = await self._tx.one(
            select(known_cases).where(self._at(known_cases, case_id=case_id)).with_for_update(read=True)
        )
        if row is None:
            return None
        involved = await self._tx.all(
            select(known_involvements.c.sector).where(self._at(known_involvements, case_id=case_id))
        )
        return Case(row.case_id, CaseStatus(row.status), row.holding_sector, frozenset(one.sector for one in involved))

    async def hold(self, case_id: UUID) -> None:
        """Keep everybody who judges by this case waiting until the transaction ends: what is asked of it meanwhile
        would not be seen here."""
        await self._tx.one(
            select(known_cases.c.case_id).where(self._at(known_cases, case_id=case_id)).with_for_update()
        )

    async def need(self, need_id: UUID) -> Need | None:
        """The need, or None when nobody has told of it."""
        row = await self._tx.one(
            select(known_needs).where(self._at(known_needs, need_id=need_id)).with_for_update(read=True)
        )
        return row and Need(row.need_id, row.case_id, row.owner_sector, NeedState(row.state))

    async def consent(self, consent_id: UUID) -> Consent | None:
        """The consent, or None when nobody has told of it."""
        row = await self._tx.one(
            select(known_consents).where(self._at(known_consents, consent_id=consent_id)).with_for_update(read=True)
        )
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

    async def add_case(self, case_id: UUID, *, number: str, holding_sector: str, holding_unit: str | None) -> None:
        """A case began."""
        await self._tx.run(
            upsert(known_cases).values(
                authority=self._tx.authority,
                case_id=case_id,
                case_number=number,
                status=CaseStatus.OPEN,
                holding_sector=holding_sector,
                holding_unit=holding_unit,
            )
        )

    async def close_case(self, case_id: UUID) -> None:
        """A case ended."""
        await self._tx.run(
            update(known_cases).where(self._at(known_cases, case_id=case_id)).values(status=CaseStatus.CLOSED)
        )

    async def move_holding(self, case_id: UUID, *, to_sector: str, to_unit: str | None) -> None:
        """Another sector holds the case from now on."""
        await self._tx.run(
            update(known_cases)
            .where(self._at(known_cases, case_id=case_id))
            .values(holding_sector=to_sector, holding_unit=to_unit)
        )

    async def add_involvement(self, case_id: UUID, *, sector: str, unit: str | None) -> None:
        """A sector takes part. Told again, the newest unit stands."""
        involved = upsert(known_involvements).values(
            authority=self._tx.authority, case_id=case_id, sector=sector, unit=unit
        )
        await self._tx.run(
            involved.on_conflict_do_update(
                index_elements=["authority", "case_id", "sector"], set_={"unit": involved.excluded.unit}
            )
        )

    async def end_involvement(self, case_id: UUID, *, sector: str) -> None:
        """A sector let go."""
        await self._tx.run(
            delete(known_involvements).where(self._at(known_involvements, case_id=case_id, sector=sector))
        )

    async def add_need(self, case_id: UUID, need_id: UUID, *, owner_sector: str) -> None:
        """A need was registered. Registered again it is open again, whatever it was before."""
        told = upsert(known_needs).values(
            authority=self._tx.authority,
            need_id=need_id,
            case_id=case_id,
            owner_sector=owner_sector,
            state=NeedState.OPEN,
        )
        await self._tx.run(
            told.on_conflict_do_update(
                index_elements=["authority", "need_id"],
                set_={"owner_sector": told.excluded.owner_sector, "state": told.excluded.state},
            )
        )

    async def set_need_aside(self, need_id: UUID) -> None:
        """The citizen said "not now"."""
        await self._tx.run(
            update(known_needs).where(self._at(known_needs, need_id=need_id)).values(state=NeedState.SET_ASIDE)
        )

    async def end_need(self, need_id: UUID) -> None:
        """The need is met, withdrawn, or was a mistake."""
        await self._tx.run(
            update(known_needs).where(self._at(known_needs, need_id=need_id)).values(state=NeedState.ENDED)
        )

    async def reopen_need(self, need_id: UUID, *, owner_sector: str) -> None:
        """The need is open again, and this sector's to refer."""
        reopened = {"state": NeedState.OPEN, "owner_sector": owner_sector}
        await self._tx.run(update(known_needs).where(self._at(known_needs, need_id=need_id)).values(reopened))

    async def hand_on(self, need_id: UUID, *, from_sector: str, to_sector: str) -> None:
        """The need is another sector's from now on, unless it has already moved on."""
        mine = self._at(known_needs, need_id=need_id, owner_sector=from_sector)
        await self._tx.run(update(known_needs).where(mine).values(owner_sector=to_sector))

    async def add_consent(self, consent: Consent, *, shared_for: str, legal_basis: str) -> None:
        """The citizen agreed to a sharing."""
        await self._tx.run(
            upsert(known_consents).values(
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
        )

    async def withdraw_consent(self, consent_id: UUID, *, at: datetime) -> None:
        """The citizen took a consent back. The first withdrawal stands."""
        await self._tx.run(
            update(known_consents)
            .where(self._at(known_consents, consent_id=consent_id), known_consents.c.withdrawn_at.is_(None))
            .values(withdrawn_at=at)
        )

    def _at(self, table: Table, **key: UUID | str) -> ColumnElement[bool]:
        """These key columns of a table, in this authority."""
        return and_(
            table.c.authority == self._tx.authority,
            *(table.c[column] == value for column, value in key.items()),
        )
