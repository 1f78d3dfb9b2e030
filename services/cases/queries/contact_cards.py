"""Contact cards: one statement for a whole inbox. Nothing of a case that the asker has nothing to do with is opened."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from sqlalchemy import Text, Uuid, and_, bindparam, column, exists, func, or_, select
from sqlalchemy.dialects.postgresql import ARRAY

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import day_of, now
from chassis.database import Transaction
from services.cases import tables as t
from services.cases.domain.catch import UNDER_WAY
from services.cases.domain.consent import Consent
from services.cases.domain.contact_card import CardGround, CardQuestion, ContactCard, contact_card, covered, resting_on
from services.cases.repository import rows
from services.cases.repository.rows import Rows

_WHAT = "contact-card"
_c, _k, _n, _p, _r, _a = (
    table.c for table in (t.cases, t.known_referrals, t.needs, t.citizens, t.responsibilities, t.appointments)
)
_asks = bindparam("sector", type_=Text)
_asked = (
    func.unnest(bindparam("referral_ids", type_=ARRAY(Uuid)), bindparam("consent_ids", type_=ARRAY(Uuid)))
    .table_valued(column("referral_id", Uuid), column("named_consent", Uuid), with_ordinality="place")
    .render_derived()
    .alias("asked")
)
# Of a consent its scope and its days: what the citizen said when giving it is not opened here.
_SCOPE = [one for one in t.consents.columns if one.name in Consent.__dataclass_fields__ and one.name != "evidence"]
_CONSENTS = select(t.consents.c.case_id, *_SCOPE).where(
    t.consents.c.authority == bindparam("of_authority"),
    t.consents.c.case_id == func.any(bindparam("cases", type_=ARRAY(Uuid))),
)
_involved = exists(
    select(1).where(_r.case_id == _k.case_id, _r.kind == "involved", _r.sector == _asks, _r.until.is_(None))
)
_later, _outcome = t.appointments.alias("later"), t.appointment_outcomes.c
_next_appointment = (
    select(func.min(_a.at))
    .where(
        _a.case_id == _k.case_id,
        _a.authority == bindparam("of_authority"),
        # The receiver's own, and told to the receiver: when another sector meets the citizen is not its matter.
        _a.sector == _k.to_sector,
        _a.sector == _asks,
        _a.at > bindparam("at"),
        ~exists(select(1).where(_later.c.corrects == _a.id)),
        ~exists(select(1).where(_outcome.appointment_id == _a.id)),
    )
    .correlate(t.known_referrals)
    .scalar_subquery()
)
# Wider than what is told in the end, and no wider than who may read the case at all (`domain.access.readers`).
_MAY_BE_TOLD = and_(
    _k.authority == bindparam("of_authority"),
    or_(_k.from_sector == _asks, _k.to_sector == _asks),
    or_(_c.holding_sector == _asks, _involved, and_(_k.to_sector == _asks, _k.state.in_(sorted(UNDER_WAY)))),
)
_CARDS = (
    select(
        t.known_referrals,
        _asked.c.named_consent,
        _c.details,
        _c.citizen_id,
        _c.holding_sector,
        _c.status,
        _p.protected_until,
        _p.anonymous,
        _n.domain,
        _n.owner_sector,
        _involved.label("involved"),
        _next_appointment.label("next_appointment_at"),
    )
    .select_from(_asked)
    .join(t.known_referrals, _k.id == _asked.c.referral_id)
    .join(t.cases, _c.id == _k.case_id)
    .join(t.citizens, _p.id == _c.citizen_id)
    .join(t.needs, and_(_n.id == _k.need_id, _n.case_id == _k.case_id))
    .where(_MAY_BE_TOLD)
    .order_by(_asked.c.place)
)


class ContactCardQueries:
    """The cards one actor is given."""

    def __init__(self, tx: Transaction, actor: Actor) -> None:
        self._tx = tx
        self._rows = Rows(tx.sealer)
        self._actor = actor

    async def of(self, questions: Sequence[CardQuestion]) -> list[ContactCard]:
        """The cards there are for these referrals, in the order of the questions. Each that is given is logged."""
        at = now()
        found = await self._tx.all(
            _CARDS,
            of_authority=self._tx.authority,
            sector=self._actor.sector,
            at=at,
            referral_ids=[question.referral_id for question in questions],
            consent_ids=[question.consent_id for question in questions],
        )
        agreed = await self._agreed({row.case_id for row in found})
        cards = [(row.case_id, card) for row in found if (card := self._card(row, agreed[row.case_id], day_of(at)))]
        await looked_up(self._tx, self._actor, [case_id for case_id, _ in cards], _WHAT)
        return [card for _, card in cards]

    async def _agreed(self, case_ids: Collection[UUID]) -> Mapping[UUID, Sequence[Consent]]:
        """The consents of these cases, by case."""
        found: dict[UUID, list[Consent]] = defaultdict(list)
        if case_ids:
            for row in await self._tx.all(_CONSENTS, of_authority=self._tx.authority, cases=list(case_ids)):
                found[row.case_id].append(_consent(row))
        return found

    def _card(self, row: Any, consents: Sequence[Consent], today: date) -> ContactCard | None:
        ground = _ground(row, consents)
        told = covered(ground, self._actor, today)
        if told is None:
            return None
        # The citizen is sealed in the row of the case.
        person = self._rows.citizen(SimpleNamespace(**{**row._mapping, "id": row.case_id}))
        return contact_card(
            ground, person, row.domain, told=told, next_appointment_at=row.next_appointment_at, today=today
        )


def _ground(row: Any, consents: Sequence[Consent]) -> CardGround:
    referral = rows.referral(row)
    on_consent, consent = resting_on(referral, consents, row.named_consent)
    return CardGround(
        referral=referral,
        case_is_open=row.status == "open",
        holding_sector=row.holding_sector,
        need_owner=row.owner_sector,
        involved=row.involved,
        on_consent=on_consent,
        consent=consent,
    )


def _consent(row: Any) -> Consent:
    scope: dict[str, Any] = {one.name: getattr(row, one.name) for one in _SCOPE}
    return Consent(**scope | {"data_categories": tuple(scope["data_categories"]), "evidence": ""})
