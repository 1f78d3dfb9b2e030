"""The indexes of worklists: each holds the order of one part of a list, so that a page is read and not sorted.

A unit's list is put together of what is addressed to it (`unit`) and what it took on though it was addressed elsewhere
(`acting`, few); by due day it is what has one (`due`, few), and then the rest. Row-level security lets an index be used
only where a comparison can leak nothing: columns as they are, no expressions.
"""

from sqlalchemy import Index, text

from services.referrals.tables.casework import LIVE, referrals

_c = referrals.c
_HAS_DAY = text("due_on is not null")

ELSEWHERE = text(
    "responsible_unit is not null and responsible_unit is distinct from to_unit"
    " and responsible_unit is distinct from to_sector || ':' || to_unit"
    " and to_unit is distinct from to_sector || ':' || responsible_unit"
)
"""Taken on by another unit than was asked, however the two are written; as a condition, word for word that of the
indexes, which must recognise it."""

_BY_DAY = (_c.due_on, _c.requested_at.desc(), _c.id.desc())
_NEWEST = (_c.requested_at, _c.id)

WORKLIST_INDEXES = (
    Index("ix_referrals_received_due", _c.authority, _c.to_sector, *_BY_DAY, postgresql_where=_HAS_DAY),
    Index("ix_referrals_sent_due", _c.authority, _c.from_sector, _c.due_on, postgresql_where=_HAS_DAY),
    Index("ix_referrals_sent_to", _c.authority, _c.from_sector, _c.to_unit),
    Index(
        "ix_referrals_sent_away",
        _c.authority,
        _c.from_sector,
        *_NEWEST,
        postgresql_where=text("to_authority is not null"),
    ),
    Index("ix_referrals_unit", _c.authority, _c.to_unit, *_NEWEST, postgresql_where=text("to_unit is not null")),
    Index("ix_referrals_unit_due", _c.authority, _c.to_unit, *_BY_DAY, postgresql_where=_HAS_DAY),
    Index("ix_referrals_unit_live", _c.authority, _c.to_unit, *_NEWEST, postgresql_where=LIVE),
    Index("ix_referrals_acting", _c.authority, _c.responsible_unit, *_NEWEST, postgresql_where=ELSEWHERE),
    Index(
        "ix_referrals_acting_due",
        _c.authority,
        _c.responsible_unit,
        *_BY_DAY,
        postgresql_where=text(f"due_on is not null and {ELSEWHERE.text}"),
    ),
    Index(
        "ix_referrals_acting_live",
        _c.authority,
        _c.responsible_unit,
        *_NEWEST,
        postgresql_where=text(f"{LIVE.text} and {ELSEWHERE.text}"),
    ),
    # Both few: needs that changed hands under way, and units that were reorganised.
    Index(
        "ix_referrals_stood_in",
        _c.authority,
        _c.need_owner,
        *_NEWEST,
        postgresql_where=text("need_owner is not null"),
    ),
    Index(
        "ix_referrals_moved",
        _c.authority,
        _c.asked_unit,
        *_NEWEST,
        postgresql_where=text("asked_unit is not null"),
    ),
)
"""They belong to `referrals` by being made."""
