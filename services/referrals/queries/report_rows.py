"""The statements that reports are counted with. Built once; what they find is not yet fit to be told.

Where a request stood at the end of the month after its own is read from its steps: they are never rewritten, so a month
comes out the same whenever it is asked for.
"""

from collections.abc import Iterable
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Date,
    Float,
    Interval,
    Select,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    false,
    func,
    literal_column,
    not_,
    null,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import array

from services.referrals.domain.codes import CASE_CLOSED, ReturnScope
from services.referrals.domain.funnel import ENDED_WITH_A_CODE, Stand, stands_within
from services.referrals.domain.lifecycle import Action, State
from services.referrals.domain.waiting import AWAITED, SHARES, Since, Until
from services.referrals.tables import redirections, referral_steps, referrals

_r, _s, _d = referrals.c, referral_steps.c, redirections.c
_DENMARK = literal_column("'Europe/Copenhagen'", Text)
EVERY_SECTOR = "*"


def _day(moment: Any) -> ColumnElement[Any]:
    return cast(func.timezone(_DENMARK, moment), Date)


_MONTH = func.date_trunc(literal_column("'month'", Text), func.timezone(_DENMARK, _r.requested_at))
_TOLD_AT = func.timezone(_DENMARK, _MONTH + cast(literal_column("'2 months'"), Interval))


def _took(action: Action) -> ColumnElement[bool]:
    return func.coalesce(func.bool_or(_s.action == literal_column(f"'{action.value}'", Text)), false())


def _became(state: State) -> ColumnElement[bool]:
    return func.coalesce(func.bool_or(_s.to_state == literal_column(f"'{state.value}'", Text)), false())


# The unit that acts, or that is asked to; with or without its sector before it, it is the same.
_UNIT = func.coalesce(_r.responsible_unit, _r.to_unit)
_BARE_UNIT = case(
    (func.starts_with(_UNIT, _r.to_sector.concat(":")), func.substr(_UNIT, func.length(_r.to_sector) + 2)), else_=_UNIT
)
# Beside each referral, not joined to all: so nothing has to be sorted to be put together again.
_STEPS = (
    select(
        _took(Action.ACCEPTANCE).label("accepted"),
        _took(Action.FIRST_CONTACT).label("met"),
        _took(Action.HANDOVER_RECEIPT).label("receipt"),
        _took(Action.REDIRECTION).label("sent_on"),
        _became(State.REJECTED).label("rejected"),
        _became(State.FAILED).label("failed"),
        _became(State.CANCELLED).label("cancelled"),
        _became(State.COMPLETED).label("completed"),
        _day(func.min(_s.at).filter(_s.action == Action.ACCEPTANCE.value)).label("accepted_on"),
    )
    .where(_s.authority == _r.authority, _s.referral_id == _r.id, _s.at < _TOLD_AT)
    .correlate(referrals)
    .lateral("steps")
)
# What a sector was asked, and knows of: not what was asked of its namesake elsewhere, nor what it is not to know of.
_ASKED_OF = and_(_r.to_sector == bindparam("to_sector", type_=Text), _r.to_authority.is_(None), _r.anonymous.is_(False))
# Counted from one side and not from the other, what the reader's sector is not to know of could be reckoned out.
_UNKNOWN_TO_THE_READER = and_(
    _r.to_sector == bindparam("own", type_=Text), _r.to_authority.is_(None), _r.anonymous.is_(True)
)
_TAKEN = (
    select(
        _r.id,
        _r.case_id,
        cast(_MONTH, Date).label("month"),
        _r.to_sector.label("sector"),
        _r.to_authority.label("authority"),
        cast(_r.to_service_id, Text).label("service"),
        _BARE_UNIT.label("unit"),
        _r.from_sector.label("sender"),
        (_r.return_scope == ReturnScope.NONE.value).label("silent"),
        (_r.state == State.ENTERED_IN_ERROR.value).label("a_mistake"),
        (func.coalesce(_r.ending_code, "") == CASE_CLOSED).label("closed_with_case"),
        _r.ending_code,
        _day(_r.requested_at).label("asked_on"),
        func.coalesce(_r.approached_on, _day(_r.requested_at)).label("approached_on"),
        _day(_r.first_contact_at).label("met_on"),
        *_STEPS.c,
    )
    .select_from(referrals.join(_STEPS, true()))
    .where(
        _r.authority == bindparam("of_authority"),
        _r.requested_at >= bindparam("since"),
        _r.requested_at < bindparam("before"),
        or_(bindparam("to_sector", type_=Text) == EVERY_SECTOR, _ASKED_OF),
        not_(_UNKNOWN_TO_THE_READER),
    )
    .cte("taken")
)
_t = _TAKEN.c
_CAUGHT = and_(_t.met, _t.receipt)
_STAND = case(
    (_t.a_mistake, Stand.ENTERED_IN_ERROR.value),
    (_t.sent_on, Stand.REDIRECTED.value),
    (_t.rejected, Stand.REJECTED.value),
    (and_(_t.failed, _t.met), Stand.FAILED_AFTER_CONTACT.value),
    (_t.failed, Stand.FAILED_BEFORE_CONTACT.value),
    (and_(_t.cancelled, not_(and_(_t.closed_with_case, _CAUGHT))), Stand.CANCELLED.value),
    (and_(_t.completed, _t.receipt), Stand.COMPLETED.value),
    (_t.completed, Stand.COMPLETED_UNCAUGHT.value),
    (_CAUGHT, Stand.WITH_RECEIVER.value),
    (_t.met, Stand.IN_CONTACT.value),
    (_t.accepted, Stand.AWAITING_CONTACT.value),
    else_=Stand.UNANSWERED.value,
)
_OF_THE_CITIZEN = func.count(literal_column("1")).over(partition_by=(_t.month, _t.sector, _t.authority, _t.case_id))
_STANDING = select(
    _TAKEN,
    _STAND.label("stand"),
    # Most citizens have one request in a month to a sector: only the others must be told apart to be counted.
    case((_OF_THE_CITIZEN > 1, _t.case_id)).label("citizen"),
).cte("standing")
_c = _STANDING.c

By = Literal["sector", "unit", "service", "sender"]
_PARTS: dict[By, ColumnElement[Any]] = {
    "sector": cast(null(), Text),
    "unit": _c.unit,
    "service": _c.service,
    "sender": _c.sender,
}


def _in(stands: Iterable[Stand]) -> ColumnElement[bool]:
    return _c.stand.in_(sorted(stand.value for stand in stands))


def _facts(by: By) -> Select[Any]:
    found = select(
        _c.month,
        _c.sector,
        _c.authority,
        _PARTS[by].label("part"),
        _c.stand,
        _c.accepted.label("was_accepted"),
        exists().where(_d.authority == bindparam("of_authority"), _d.successor_id == _c.id).label("sent_here"),
        case((_in(ENDED_WITH_A_CODE), _c.ending_code)).label("code"),
        # Of what the citizen has said that the sender is to know nothing, the sender learns nothing from a count.
        (_c.silent if by == "sender" else false()).label("walled"),
        _c.citizen,
    ).subquery("found")
    return select(found, func.count(literal_column("1")).label("times")).group_by(*found.c)


_COUNTED_FROM = {Since.APPROACH: _c.approached_on, Since.REQUEST: _c.asked_on}
_REACHED_ON = {Until.ACCEPTANCE: _c.accepted_on, Until.FIRST_CONTACT: _c.met_on}
_NEVER = cast(literal_column("'Infinity'"), Float)


def _days(since: Since, until: Until) -> ColumnElement[Any]:
    """The quantiles of one kind of waiting: who still waits, waits longer than anybody."""
    asked = AWAITED[until]
    waited = case(
        (_in(stands_within(asked.reached)), cast(func.greatest(_REACHED_ON[until] - _COUNTED_FROM[since], 0), Float)),
        (_in(stand for node in asked.waiting for stand in stands_within(node)), _NEVER),
    )
    return func.percentile_disc(array(SHARES, type_=Float)).within_group(waited)


MEASURES = tuple((until, since) for until in Until for since in Since)


def _quantiles(by: By) -> Select[Any]:
    columns = [_days(since, until).label(f"{until}_{since}") for until, since in MEASURES]
    part = _PARTS[by].label("part")
    keys = (_c.month, _c.sector, _c.authority)
    found = select(*keys, part, *columns).group_by(*keys)
    return found if by == "sector" else found.group_by(_PARTS[by])


FACTS: dict[By, Select[Any]] = {by: _facts(by) for by in _PARTS}
QUANTILES: dict[By, Select[Any]] = {by: _quantiles(by) for by in _PARTS}
