"""Which rows a caller finds: `domain/access.py`'s answer as a condition, and what a list may be narrowed by."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Text, and_, case, false, func, literal, not_, or_, select

from chassis.actor import Actor
from services.referrals.domain.access import TELLS_OF_THE_CITIZEN, Part, Reach, reach, way_back
from services.referrals.domain.clocks import ClockState, told_with
from services.referrals.domain.codes import ReturnScope
from services.referrals.domain.guarantees import Start
from services.referrals.domain.lifecycle import Side, State
from services.referrals.domain.units import own_units
from services.referrals.repository.known import owner_has_part, sender_has_part
from services.referrals.repository.questions import question_open
from services.referrals.tables import known_cases, known_consents, redirections, referral_clocks, referrals

OWN = "me"
"""As `toUnit`: the units the caller acts for. As `claimedBy`: the caller."""


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list is narrowed by. An empty tuple narrows nothing."""

    states: tuple[State, ...] = ()
    to_sectors: tuple[str, ...] = ()
    to_units: tuple[str, ...] = ()
    to_service: UUID | None = None
    from_sectors: tuple[str, ...] = ()
    case_id: UUID | None = None
    claimed_by: str | None = None
    overdue: bool = False
    by_due_day: bool = False
    """Whether the list is in the order in which things fall due. It narrows nothing."""


def sent_here(far: Reach) -> ColumnElement[bool]:
    """What the caller's sector has sent."""
    return and_(referrals.c.authority == far.authority, referrals.c.from_sector == far.sector)


def received_here(far: Reach) -> ColumnElement[bool]:
    """What the caller's sector was asked by another of its own authority, and knows of."""
    return and_(
        referrals.c.authority == far.authority,
        referrals.c.to_sector == far.sector,
        referrals.c.to_authority.is_(None),
        referrals.c.anonymous.is_(False),
    )


def stood_in_here(far: Reach) -> ColumnElement[bool]:
    """What others have sent for needs that are this sector's now: there it stands in for the sender."""
    return and_(
        referrals.c.authority == far.authority,
        referrals.c.need_owner == far.sector,
        referrals.c.from_sector != far.sector,
        or_(referrals.c.to_sector != far.sector, referrals.c.to_authority.is_not(None)),
        referrals.c.anonymous.is_(False),
        owner_has_part(),
    )


def visible_here(actor: Actor) -> ColumnElement[bool]:
    """Those of `visible_to` that are the caller's own authority's: all that its lists are made of."""
    far = reach(actor)
    return false() if far is None else or_(sent_here(far), stood_in_here(far), received_here(far))


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """`access.may_see` as a condition on rows, in whichever authority one acts."""
    far = reach(actor)
    if far is None:
        return false()
    return or_(
        visible_here(actor),
        and_(
            referrals.c.to_authority == far.authority,
            referrals.c.to_sector == far.sector,
            referrals.c.anonymous.is_(False),
        ),
    )


_REPLACES = (
    select(redirections.c.predecessor_id)
    .where(redirections.c.authority == referrals.c.authority, redirections.c.successor_id == referrals.c.id)
    .scalar_subquery()
)
_REPLACED_BY = (
    select(redirections.c.successor_id)
    .where(redirections.c.authority == referrals.c.authority, redirections.c.predecessor_id == referrals.c.id)
    .scalar_subquery()
)
_ROWS = (
    select(
        referrals,
        known_cases.c.case_number,
        known_consents.c.valid_until,
        known_consents.c.withdrawn_at,
        known_consents.c.data_categories,
        known_consents.c.to_unit.label("consent_to_unit"),
        sender_has_part().label("sender_has_part"),
        owner_has_part().label("owner_has_part"),
        question_open().label("question_open"),
        _REPLACES.label("replaces"),
        _REPLACED_BY.label("replaced_by"),
    )
    .join(
        known_cases,
        and_(known_cases.c.authority == referrals.c.authority, known_cases.c.case_id == referrals.c.case_id),
    )
    .outerjoin(
        known_consents,
        and_(
            known_consents.c.authority == referrals.c.authority,
            known_consents.c.consent_id == referrals.c.consent_id,
        ),
    )
)


def referral_rows(actor: Actor) -> Select[tuple[object, ...]]:
    """The referrals this caller may see, each with the number of its case and what became of its consent."""
    return _ROWS.where(visible_to(actor))


def narrowed(
    rows: Select[tuple[object, ...]], filters: Filters, actor: Actor, today: date, *, received: bool = False
) -> Select[tuple[object, ...]]:
    """Only the rows that pass every filter. Of what the caller's sector `received` it is shown all: then columns are
    asked as they are, which a planner can judge."""
    told, due = (referrals.c.state, referrals.c.due_on) if received else (_told(actor), due_on(actor))
    if filters.states:
        rows = rows.where(told.in_(filters.states))
    if filters.to_sectors:
        rows = rows.where(referrals.c.to_sector.in_(filters.to_sectors))
    if filters.from_sectors:
        rows = rows.where(referrals.c.from_sector.in_(filters.from_sectors))
    if filters.case_id:
        rows = rows.where(referrals.c.case_id == filters.case_id)
    if filters.claimed_by:
        # Who has it in hand is shown to the receiving side, so only there is it found by.
        who = actor.subject if filters.claimed_by == OWN else filters.claimed_by
        rows = rows.where(referrals.c.claimed_by == who, _received(actor))
    if filters.to_service:
        rows = rows.where(referrals.c.to_service_id == filters.to_service)
    if filters.overdue:
        rows = rows.where(due < today)
    if filters.to_units:
        rows = rows.where(or_(*(_received_by(unit, actor) for unit in filters.to_units)))
    return rows


def _received(actor: Actor) -> ColumnElement[bool]:
    return and_(referrals.c.to_sector == actor.sector, referrals.c.to_authority.is_(None))


def _told(actor: Actor) -> ColumnElement[str | None]:
    """`access.state_told` as a column: what a filter finds must say no more than what is shown."""
    silent = [scope for scope in ReturnScope if Part.CATCH not in way_back(Side.SENDER, scope)]
    unsaid = and_(referrals.c.return_scope.in_(silent), referrals.c.state.in_(TELLS_OF_THE_CITIZEN))
    return case(
        (_let_go(actor), None),
        (and_(_sent(actor), unsaid), State.ACCEPTED.value),
        else_=referrals.c.state,
    )


def due_on(actor: Actor) -> ColumnElement[date | None]:
    """The first day by which somebody should meet the citizen, of the clocks that this caller is shown."""
    return case((_let_go(actor), None), (_sent(actor), _DUE_FOR_THE_SENDER), else_=referrals.c.due_on)


def _sent(actor: Actor) -> ColumnElement[bool]:
    """What the caller's sector sent or stands in for, of what it may see: `Side.SENDER` and `Side.FORMER_SENDER`."""
    return or_(referrals.c.from_sector == actor.sector, _owns(actor))


def _let_go(actor: Actor) -> ColumnElement[bool]:
    """`Side.FORMER_SENDER` as a condition."""
    still = and_(sender_has_part(), referrals.c.relied_on.is_(False))
    anew = and_(_owns(actor), referrals.c.anonymous.is_(False), owner_has_part())
    return and_(referrals.c.from_sector == actor.sector, not_(or_(still, anew)))


def _owns(actor: Actor) -> ColumnElement[bool]:
    """Whether the need became the caller's sector's, and another was asked."""
    asked = and_(referrals.c.to_sector == actor.sector, referrals.c.to_authority.is_(None))
    return and_(referrals.c.need_owner.is_not_distinct_from(actor.sector), not_(asked))


NO_DAY = date(9999, 12, 31)
"""Stands in a cursor for a referral that no clock runs for: they come last."""


def _shown_to_the_sender() -> ColumnElement[bool]:
    """`clocks.seen` for the sender, as a condition on clocks."""
    return or_(
        *(
            and_(
                referral_clocks.c.starts == start,
                referrals.c.return_scope.in_(
                    [scope for scope in ReturnScope if told_with(start) in way_back(Side.SENDER, scope)]
                ),
            )
            for start in Start
        )
    )


_DUE_FOR_THE_SENDER = (
    select(func.min(referral_clocks.c.due_on))
    .where(
        referral_clocks.c.authority == referrals.c.authority,
        referral_clocks.c.referral_id == referrals.c.id,
        referral_clocks.c.state.in_([ClockState.RUNNING, ClockState.MISSED]),
        referral_clocks.c.settled_on.is_(None),
        _shown_to_the_sender(),
    )
    .scalar_subquery()
)


def _received_by(unit: str, actor: Actor) -> ColumnElement[bool]:
    """Addressed to this unit, or taken on by it."""
    if unit == OWN:
        names = own_units(actor)
        own_sector = _received(actor)
        # Somebody without units acts for the whole sector, and so receives all that comes to it.
        return own_sector if not names else and_(own_sector, _unit_in(names))
    named = literal(unit, Text)
    prefix = referrals.c.to_sector + ":"
    now = or_(*(_named(column, named, prefix) for column in _UNITS))
    # A sender that has let go is shown the unit that it asked, and so finds by no other.
    asked = _named(func.coalesce(referrals.c.asked_unit, referrals.c.to_unit), named, prefix)
    let_go = _let_go(actor)
    return or_(and_(now, not_(let_go)), and_(asked, let_go))


def _named(unit: ColumnElement[str], named: ColumnElement[str], prefix: ColumnElement[str]) -> ColumnElement[bool]:
    """A unit may be written with its sector or without, in the address and in the filter alike."""
    return or_(unit == named, named == prefix + unit, unit == prefix + named)


_UNITS = (referrals.c.to_unit, referrals.c.responsible_unit)


def _unit_in(names: frozenset[str] | set[str]) -> ColumnElement[bool]:
    return or_(*(column.in_(sorted(names)) for column in _UNITS))
