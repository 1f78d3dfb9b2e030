"""Reports: what is counted, as it may be told to one caller. Of nobody in particular, so nothing is logged."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import product
from math import isinf
from typing import Any

from sqlalchemy import Select

from chassis.actor import Actor
from chassis.clock import start_of
from chassis.database import Transaction
from chassis.report_months import month_after
from chassis.sectors import SECTORS
from services.referrals.domain.funnel import OF_THE_ANSWER, Counted, Stand
from services.referrals.domain.parts_told import tell_parts
from services.referrals.domain.report_share import share_of
from services.referrals.domain.telling import Counts, Told, tell_whole
from services.referrals.domain.waiting import UNKNOWN, Quantiles, Since, Until
from services.referrals.queries.report_rows import EVERY_SECTOR, FACTS, MEASURES, QUANTILES, By

Asked = tuple[date, str, str | None]
"""A month, and the sector that was asked; of another authority, where one is named."""

Key = tuple[date, str, str | None, str | None]
Days = Mapping[tuple[Until, Since], Quantiles]


@dataclass(frozen=True, slots=True)
class Period:
    """From the first day of a month to the day after another."""

    first: date
    day_after: date

    def months(self) -> Iterator[date]:
        """The first day of each."""
        month = self.first
        while month < self.day_after:
            yield month
            month = month_after(month)


@dataclass(frozen=True, slots=True)
class Group:
    """What is told of the requests of one month to one sector, or of one part of them. `authority` is another one."""

    month: date
    sector: str
    authority: str | None
    part: str | None
    others: bool
    told: Mapping[str, Told]


class Reports:
    """The counts of one authority, for one caller."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._share = share_of(actor)

    async def groups(self, by: By, period: Period) -> list[Group]:
        """The months in order, the sectors in each, and the parts of each where they are asked for."""
        found: dict[Asked, dict[str | None, list[Counted]]] = defaultdict(lambda: defaultdict(list))
        for row in await self._rows(FACTS[by], by, period):
            fact = Counted(**{**row._mapping, "stand": Stand(row.stand)})
            found[fact.month, fact.sector, fact.authority][fact.part].append(fact)
        if by == "sector":
            # A month in which nobody was asked, or nobody declined, has its row too.
            found |= {key: found[key] for key in product(period.months(), SECTORS, (None,))}
        groups = [group for key in sorted(found, key=_in_order) for group in _told(by, *key, found[key])]
        return [group for group in groups if self._sees(by, group)]

    async def days(self, by: By, period: Period) -> dict[Key, Days]:
        """How long each group waited. Whether that may be told, its counts say."""
        rows = await self._rows(QUANTILES[by], by, period)
        return {(row.month, row.sector, row.authority, row.part): _days(row) for row in rows}

    async def _rows(self, statement: Select[Any], by: By, period: Period) -> list[Any]:
        """Month by month: however long the period, no one statement takes long."""
        months = [await self._tx.all(statement, **self._asked(by, month)) for month in period.months()]
        return [row for rows in months for row in rows]

    def _asked(self, by: By, month: date) -> dict[str, Any]:
        # By sender, a lead sees what the own sector sent to others: so what those others got has to be counted.
        own = None if self._share.everything or by == "sender" else self._share.sector or ""
        return {
            "of_authority": self._tx.authority,
            "since": start_of(month),
            "before": start_of(month_after(month)),
            "to_sector": EVERY_SECTOR if own is None else own,
            "own": "" if self._share.everything else self._share.sector or "",
        }

    def _sees(self, by: By, group: Group) -> bool:
        received_by = group.sector if group.authority is None else None
        return self._share.has(received_by=received_by, sent_by=group.part if by == "sender" else None)


def _in_order(key: Asked) -> tuple[date, str, str]:
    month, sector, authority = key
    return month, sector, authority or ""


def _told(
    by: By, month: date, sector: str, authority: str | None, facts: Mapping[str | None, list[Counted]]
) -> list[Group]:
    whole = Counts.of(fact for some in facts.values() for fact in some)
    if by == "sector":
        return [Group(month, sector, authority, None, others=False, told=tell_whole(whole))]
    return [
        Group(
            month,
            sector,
            authority,
            part.name,
            part.others,
            _behind_the_wall(part.told) if part.counts.walled else part.told,
        )
        for part in tell_parts(whole, facts)
    ]


def _behind_the_wall(told: Mapping[str, Told]) -> dict[str, Told]:
    return {node: number if node in OF_THE_ANSWER else None for node, number in told.items()}


def _days(row: Any) -> Days:
    return {(until, since): _quantiles(row._mapping[f"{until}_{since}"]) for until, since in MEASURES}


def _quantiles(found: list[float] | None) -> Quantiles:
    if found is None:
        return UNKNOWN
    median, p90 = (None if isinf(days) else int(days) for days in found)
    return Quantiles(median, p90)
