"""A trial's rows and its value, both ways, and loading trials from the realm a transaction is in."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, BindParameter, Uuid, any_, bindparam, select

from chassis.database import Transaction
from chassis.errors import Text
from services.cases import tables as t
from services.cases.domain.allocation import Allocation, ClusterStep
from services.cases.domain.legal_basis import LegalBasis, Provision
from services.cases.domain.trial import Arm, Entitlement, Protocol, Site, Stratum, Trial, TrialOutcome

Row = Any  # a SQLAlchemy row: its columns are attributes

_ids = any_(bindparam("ids", type_=ARRAY(Uuid)))
_realm: BindParameter[str] = bindparam("realm")
_TRIALS = select(t.trials).where(t.trials.c.authority == _realm, t.trials.c.id == _ids)
_LOCKED = _TRIALS.with_for_update()
_SHARED = _TRIALS.with_for_update(read=True)
_BASES = select(t.legal_bases).where(t.legal_bases.c.authority == _realm, t.legal_bases.c.trial_id == _ids)
_SITES = (
    select(t.trial_sites)
    .where(t.trial_sites.c.authority == _realm, t.trial_sites.c.trial_id == _ids)
    .order_by(t.trial_sites.c.joined_at, t.trial_sites.c.site)
)
_HOW = {"read": _TRIALS, "change": _LOCKED, "enrol": _SHARED}


async def load(tx: Transaction, trial_ids: Iterable[UUID], *, to: str = "read") -> list[Trial]:
    """The trials of these ids, in the realm the transaction is in: to `read`, to `change`, or to `enrol` under.

    Who enrols holds the trial where it is until the enrolment is written, and holds up no other enrolment.
    """
    about = {"realm": tx.authority, "ids": list(trial_ids)}
    rows = await tx.all(_HOW[to], **about)
    bases = {row.trial_id: legal_basis(row) for row in await tx.all(_BASES, **about)}
    sites: dict[UUID, list[Site]] = {}
    for row in await tx.all(_SITES, **about):
        sites.setdefault(row.trial_id, []).append(site(row))
    return [trial(row, bases[row.id], tuple(sites.get(row.id, ()))) for row in rows]


def trial(row: Row, basis: LegalBasis, sites: tuple[Site, ...]) -> Trial:
    plain = ("id", "name", "starts_on", "ends_on", "conflict_group", "founded_at", "status", "registered_at")
    told = {name: getattr(row, name) for name in (*plain, "seed_commitment", "seed", "version")}
    return Trial(**told, protocol=protocol(row.protocol), legal_basis=basis, sites=sites)


def trial_row(value: Trial) -> dict[str, Any]:
    plain = ("name", "status", "starts_on", "ends_on", "conflict_group", "founded_at", "registered_at")
    told = {name: getattr(value, name) for name in (*plain, "seed_commitment", "seed", "version")}
    return told | {"protocol": protocol_document(value.protocol)}


def legal_basis(row: Row) -> LegalBasis:
    plain = ("id", "type", "reference", "status", "valid_from", "valid_to", "version")
    provisions = tuple(Provision(**provision) for provision in row.provisions)
    return LegalBasis(**{name: getattr(row, name) for name in plain}, provisions=provisions)


def legal_basis_row(value: LegalBasis) -> dict[str, Any]:
    plain = ("type", "reference", "status", "valid_from", "valid_to", "version")
    names = Provision.__dataclass_fields__
    provisions = [{name: getattr(provision, name) for name in names} for provision in value.provisions]
    return {name: getattr(value, name) for name in plain} | {"provisions": provisions}


def arm_row(value: Arm) -> dict[str, Any]:
    entitled = {name: getattr(value.entitlement, name) for name in Entitlement.__dataclass_fields__}
    named = {"code": value.code, "name_da": value.name.da, "name_en": value.name.en}
    return named | {"exempt_from": sorted(value.exempt_from)} | entitled


def site(row: Row) -> Site:
    return Site(row.site, row.agreement, tuple(row.components), row.joined_at)


def site_row(value: Site) -> dict[str, Any]:
    told = {"site": value.authority, "agreement": value.agreement, "components": list(value.components)}
    return told | {"joined_at": value.joined_at}


# -- the protocol, as the one document that registration locks ------------------------------------------------------


def protocol_document(value: Protocol) -> dict[str, Any]:
    allocation = value.allocation
    return {
        "arms": [arm_row(arm) for arm in value.arms],
        "strata": [{"code": one.code, "name_da": one.name.da, "name_en": one.name.en} for one in value.strata],
        "allocation": {
            "unit": allocation.unit,
            "method": allocation.method,
            "ratio": dict(allocation.ratio),
            "block_sizes": list(allocation.block_sizes),
            "steps": [{"cluster": step.cluster, "on": step.on.isoformat()} for step in allocation.steps],
            "rule": allocation.rule,
        },
        "outcomes": [
            {"code": one.code, "definition": one.definition, "measured_at": list(one.measured_at)}
            for one in value.outcomes
        ],
    }


def protocol(told: dict[str, Any]) -> Protocol:
    return Protocol(
        arms=tuple(_arm(arm) for arm in told["arms"]),
        strata=tuple(Stratum(one["code"], _name(one)) for one in told["strata"]),
        allocation=_allocation(told["allocation"]),
        outcomes=tuple(
            TrialOutcome(one["code"], one["definition"], tuple(one["measured_at"])) for one in told["outcomes"]
        ),
    )


def _arm(told: dict[str, Any]) -> Arm:
    entitled = Entitlement(**{name: told[name] for name in Entitlement.__dataclass_fields__})
    return Arm(told["code"], _name(told), frozenset(told["exempt_from"]), entitled)


def _name(told: dict[str, Any]) -> Text:
    return Text(told["name_da"], told["name_en"])


def _allocation(told: dict[str, Any]) -> Allocation:
    return Allocation(
        unit=told["unit"],
        method=told["method"],
        ratio=told["ratio"],
        block_sizes=tuple(told["block_sizes"]),
        steps=tuple(ClusterStep(step["cluster"], date.fromisoformat(step["on"])) for step in told["steps"]),
        rule=told["rule"],
    )
