"""What a search of the directory asks, and of what: a service tells much of itself in other things' documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Row,
    Select,
    and_,
    any_,
    column,
    func,
    or_,
    select,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from services.referrals.domain.capacity import CapacityStatus
from services.referrals.domain.directory import OURS, ServiceStatus
from services.referrals.tables import directory_locations, directory_organisations, directory_services

_s, _o, _l = directory_services.c, directory_organisations.c, directory_locations.c


@dataclass(frozen=True, slots=True)
class ServiceFilters:
    """What a list of services is narrowed by. An empty tuple narrows nothing."""

    needs: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    statuses: tuple[ServiceStatus, ...] = ()
    capacities: tuple[CapacityStatus, ...] = ()
    languages: tuple[str, ...] = ()
    municipality: str | None = None
    organisation_id: UUID | None = None
    words: str | None = None


def _told(member: str) -> Any:
    return func.jsonb_array_elements(_l.document[member]).table_valued(column("value", JSONB)).lateral(member)


def _there(told: FromClause, what: ColumnElement[Any]) -> Select[Any]:
    """Something of the places of a service: they are kept once, so it is looked for where it stands."""
    places = select(what).select_from(directory_locations.outerjoin(told, true()))
    return places.where(_l.authority == _s.authority, _l.id == any_(_s.location_ids)).correlate(directory_services)


_language, _address = _told("languages"), _told("addresses")
_code = func.lower(_language.c.value["code"].astext)
_SPOKEN_THERE = _there(_language, func.array_agg(_code.distinct())).scalar_subquery()
_PLACES = _there(
    _address, func.string_agg(func.concat_ws(" ", _l.name, _address.c.value["city"].astext), " ")
).scalar_subquery()
_danish = partial(func.to_tsvector, "danish")
_OWN = (_s.document["application_process"].astext, _s.document[OURS, "eligibility", "da"].astext)
_MORE = func.coalesce(_s.more_words, _danish(func.concat_ws(" ", *_OWN)))
# Who offers a service, and where, is read when it is asked for: organisations and places change by themselves.
_WORDS = _s.words.op("||")(_MORE).op("||")(_danish(func.concat_ws(" ", _o.name, _PLACES)))

SERVICES = select(directory_services, _o.name.label("offered_by"), _SPOKEN_THERE.label("spoken_there")).outerjoin(
    directory_organisations, and_(_o.authority == _s.authority, _o.id == _s.organisation_id)
)
"""Services, with who offers them and what is spoken where they are."""


def narrowed(rows: Select[Any], filters: ServiceFilters) -> Select[Any]:
    """Of these services, those that fit."""
    among = (
        (_s.sector, filters.sectors),
        (_s.status, filters.statuses),
        (_s.capacity_status, filters.capacities),
        # Of a service that is closed nobody asks for room.
        (_s.status, (ServiceStatus.ACTIVE,) if filters.capacities else ()),
    )
    for asked, values in among:
        rows = rows.where(asked.in_(values)) if values else rows
    if filters.needs:
        rows = rows.where(_s.covers.overlap(list(filters.needs)))
    if filters.languages:
        rows = rows.where(_speaks(filters.languages))
    if filters.municipality:
        rows = rows.where(
            or_(_s.municipalities.contains([filters.municipality]), func.cardinality(_s.municipalities) == 0)
        )
    if filters.organisation_id:
        rows = rows.where(_s.organisation_id == filters.organisation_id)
    if filters.words:
        sought = func.websearch_to_tsquery("danish", filters.words)
        # Nothing but words that stand in every text is no question.
        rows = rows.where(or_(func.numnode(sought) == 0, _WORDS.op("@@")(sought)))
    return rows


def languages(row: Row[Any]) -> list[str]:
    """What is spoken, by the service or where it is."""
    return list(dict.fromkeys(code for code in (*row.languages, *(row.spoken_there or ())) if code))


def _speaks(wanted: Sequence[str]) -> ColumnElement[bool]:
    """By the first part of a code: who asks for `da` also means `da-DK`."""
    code = func.unnest(_s.languages).column_valued("spoken")
    itself = select(code).where(func.split_part(code, "-", 1).in_(wanted)).correlate(directory_services)
    there = _there(_language, _code).where(func.split_part(_code, "-", 1).in_(wanted))
    return or_(itself.exists(), there.exists())
