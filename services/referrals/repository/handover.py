"""What senders hand over, sealed section by section, and what the services they send to ask for."""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from sqlalchemy import Row, bindparam, case, insert, or_, select

from chassis.database import Transaction
from chassis.sealing import Sealer
from services.referrals.domain.directory import OURS, ServiceStatus
from services.referrals.domain.handover import HANDED_OVER, HandoverContent, Section, missing
from services.referrals.domain.handover_requirements import read_all, required_on
from services.referrals.domain.redirection import Place
from services.referrals.domain.referral import Referral
from services.referrals.domain.units import names_of
from services.referrals.tables import directory_services, handover_contents

COLUMN: Mapping[Section, str] = MappingProxyType(
    {
        Section.WANTS_FIRST: "wants_first",
        Section.TRIED: "tried",
        Section.DO_NOT_ASK_AGAIN: "do_not_ask_again",
        Section.RISKS: "risks",
        Section.CONTACT_WISHES: "contact_wishes",
    }
)
"""Where each section lies, without the `_sealed` at its end."""

REQUIRES = "handoverRequires"
"""The member of our part of a service's document that says what it asks for."""

_c, _s = handover_contents.c, directory_services.c
OF_ONE = select(handover_contents).where(
    _c.authority == bindparam("of_authority"), _c.referral_id == bindparam("of_referral")
)
NEWEST = OF_ONE.order_by(_c.version.desc()).limit(1)
_ADD = insert(handover_contents)
_asked = _s.document[OURS][REQUIRES]
_SERVICES = select(_asked.label("requires")).where(
    _s.authority == bindparam("of_authority"),
    _s.status == ServiceStatus.ACTIVE,
    or_(_s.published, bindparam("of_unpublished")),
    or_(
        _s.id == bindparam("of_service"),
        case(
            (bindparam("of_service").is_(None), _s.unit.in_(bindparam("of_units", expanding=True))),
            else_=False,
        )
        & (_s.sector == bindparam("of_sector")),
    ),
)


def section_context(section: Section, referral_id: UUID, version: int) -> str:
    """Where the words of one section are sealed to."""
    return f"handover_contents.{COLUMN[section]}:{referral_id}:{version}"


def sections_in(row: Row[Any]) -> list[Section]:
    """The sections that have words, unopened."""
    return [section for section in HANDED_OVER if row._mapping[f"{COLUMN[section]}_sealed"] is not None]


def opened(row: Row[Any], section: Section, sealer: Sealer) -> str:
    """The words of one section of a row."""
    return sealer.open(
        row._mapping[f"{COLUMN[section]}_sealed"], context=section_context(section, row.referral_id, row.version)
    )


class Handovers:
    """What was handed over in one transaction's authority."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def newest(self, referral_id: UUID) -> Row[Any] | None:
        """What was written last, sealed; None where nothing ever was."""
        return await self._tx.one(NEWEST, of_authority=self._tx.authority, of_referral=referral_id)

    async def content_of(self, referral_id: UUID) -> HandoverContent | None:
        """What was written last, in clear: to be compared with, or sent on and sealed anew."""
        row = await self.newest(referral_id)
        if row is None:
            return None
        return HandoverContent({section: opened(row, section, self._tx.sealer) for section in sections_in(row)})

    async def save(self, referral: Referral) -> None:
        """Keep what was just written, as the version that writing it made."""
        if referral.handover is None:
            return
        row = {"authority": referral.authority, "referral_id": referral.id, "version": referral.version}
        for section, column in COLUMN.items():
            words = referral.handover.words.get(section)
            context = section_context(section, referral.id, referral.version)
            row[f"{column}_sealed"] = None if words is None else self._tx.sealer.seal(words, context=context)
        await self._tx.run(_ADD, [row])
        referral.handover = None

    async def required(self, to: Place, *, on: date) -> frozenset[Section]:
        """What whoever a request is put to asks to be told: the service named, else those of the unit addressed.

        Each authority says it in its own directory. In another's only what it has published counts, as it does for
        whom one may ask there.
        """
        if to.authority is None:
            rows = await self._services(to, unpublished=True)
        else:
            async with self._tx.within(to.authority):
                rows = await self._services(to, unpublished=False)
        return required_on(on, [read_all(row.requires or ()) for row in rows])

    async def _services(self, to: Place, *, unpublished: bool) -> Sequence[Row[Any]]:
        return await self._tx.all(
            _SERVICES,
            of_authority=self._tx.authority,
            of_service=to.service_id,
            of_units=sorted(names_of(to.unit, to.sector)) if to.unit else [""],
            of_sector=to.sector,
            of_unpublished=unpublished,
        )

    async def missing(self, referral: Referral, *, on: date) -> list[Section]:
        """What of it nobody has written. Nothing is opened to see that."""
        to = Place(referral.to_sector, referral.to_unit, referral.to_service_id, referral.to_authority)
        asked = await self.required(to, on=on)
        row = await self.newest(referral.id)
        return missing(asked, sections_in(row) if row else ())
