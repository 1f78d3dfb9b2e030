"""What can be read of voluntary offers: one by one in a case, and counted over an authority."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import Column, Select, Text, bindparam, func, literal_column, select
from sqlalchemy import case as case_
from sqlalchemy.dialects.postgresql import ARRAY, distinct_on

from chassis.actor import Actor
from chassis.clock import day_of, now
from chassis.database import Transaction
from chassis.paging import PageEnd, Paging
from services.cases import tables as t
from services.cases.domain.access import may_see_of
from services.cases.domain.case import Case
from services.cases.domain.errors import CaseNotFound
from services.cases.domain.offer import Offer
from services.cases.domain.take_up import OUTCOMES, Outcome
from services.cases.queries.cases import CaseQueries
from services.cases.queries.entries import seen_of
from services.cases.repository.offers import Offers

By = Literal["sector", "arm"]

o, a, c, m = t.offers.c, t.offer_answers.c, t.cases.c, t.allocations.c
_SEEN = bindparam("seen", type_=ARRAY(Text))
_of_case = (o.case_id == bindparam("of_case"), o.authority == bindparam("of_authority"))
_LIST = select(t.offers).where(*_of_case, o.sector == func.any(_SEEN))
_HIDDEN = select(func.count(literal_column("1")).label("n")).where(*_of_case, o.sector != func.all(_SEEN))

_LATEST = (
    select(a.offer_id, a.answer)
    .ext(distinct_on(a.offer_id))
    .where(a.authority == bindparam("of_authority"))
    .order_by(a.offer_id, a.number.desc())
    .subquery("latest")
)
_FURTHEST = func.min(
    case_(
        *((_LATEST.c.answer == outcome, place) for place, outcome in enumerate(OUTCOMES) if outcome != "unanswered"),
        else_=OUTCOMES.index("unanswered"),
    )
)


def _counted(*group: Column[Any], enrolled: bool) -> Select[Any]:
    """Citizens by group and by their furthest answer in it."""
    made = t.offers.join(t.cases, c.id == o.case_id).outerjoin(_LATEST, _LATEST.c.offer_id == o.id)
    if enrolled:
        theirs = (m.authority == c.authority) & (m.citizen_id == c.citizen_id)
        made = made.join(t.allocations, theirs & (o.made_at >= m.allocated_at))
    citizens = (
        select(*group, c.citizen_id, _FURTHEST.label("furthest"))
        .select_from(made)
        .where(o.authority == bindparam("of_authority"))
        .group_by(*group, c.citizen_id)
        .subquery("citizens")
    )
    keys = [citizens.c[column.name] for column in group]
    people = func.count(literal_column("1")).label("people")
    return select(*keys, citizens.c.furthest, people).group_by(*keys, citizens.c.furthest).order_by(*keys)


_COUNTED: dict[By, Select[Any]] = {
    "sector": _counted(o.sector, enrolled=False),
    # By the arm a citizen was allocated, whatever came of it later: as the trial itself is evaluated.
    "arm": _counted(m.trial_id, m.arm, enrolled=True),
}


@dataclass(frozen=True, slots=True)
class OffersFound:
    """A page of offers, and how many of the case's are another sector's and not shown."""

    case: Case
    offers: list[Offer]
    hidden: int
    page: PageEnd


class OfferQueries:
    """The offers one actor may see."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._actor = actor
        self._cases = CaseQueries(tx, actor)
        self._offers = Offers(tx)

    async def listed(self, case_id: UUID, page: Paging) -> OffersFound:
        """A page of offers, oldest first.

        Raises:
            CaseNotFound.
        """
        case = await self._cases.one(case_id, "offers")
        which = {"of_case": case_id, "of_authority": self._tx.authority, "seen": seen_of(case, self._actor, "offers")}
        window = page.window(_LIST, (o.made_at, "asc"), (o.id, "asc"))
        rows, end = page.cut(await self._tx.all(window, **which), key=lambda row: (row.made_at, row.id))
        hidden = await self._tx.one(_HIDDEN, **which)
        assert hidden is not None
        return OffersFound(case, await self._offers.whole(rows), hidden.n, end)

    async def one(self, case_id: UUID, offer_id: UUID) -> tuple[Case, Offer]:
        """One offer.

        Raises:
            CaseNotFound: absent, or another sector's that no consent covers.
        """
        case = await self._cases.one(case_id, "offer")
        offer = await self._offers.one(case_id, offer_id)
        if offer is None or not may_see_of(case, self._actor, offer.sector, "offers", day_of(now())):
            raise CaseNotFound()
        return case, offer


class TakeUpQueries:
    """Figures over the offers of one authority: of nobody in particular."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def counted(self, by: By) -> dict[tuple[Any, ...], dict[Outcome, int]]:
        """How many citizens each group has at each furthest answer. Not yet fit to be told."""
        groups: dict[tuple[Any, ...], dict[Outcome, int]] = defaultdict(dict)
        for row in await self._tx.all(_COUNTED[by], of_authority=self._tx.authority):
            groups[tuple(row[:-2])][OUTCOMES[row.furthest]] = row.people
        return groups
