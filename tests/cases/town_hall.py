"""Who decides for an authority, and an organisation to decide about, for tests."""

from typing import Any

from tests.cases.world import Caller, Json, World


def administrator(world: World, **changes: Any) -> Caller:
    """Who keeps the authority's organisation, lists and policies; looks for reasons of quality control only."""
    told = {"role": "administrator", "sector": None} | changes
    caller = world.caller(told.pop("sector"), **told)
    caller.headers["Access-Purpose"] = "quality-control"
    return caller


async def unit(world: World, unit_id: str, sector: str = "employment", **changes: Any) -> Json:
    """A unit of the authority."""
    told = {"id": unit_id, "sector": sector, "name": "Udsatte ledige", "validFrom": "2020-01-01", **changes}
    return await administrator(world).does("/units", told)


async def employed(world: World, subject: str, unit_id: str, sector: str = "employment", **changes: Any) -> Json:
    """Somebody who works in a unit."""
    told = {"unit": unit_id, "sector": sector, "validFrom": "2020-01-01", **changes}
    answer = await administrator(world).put(f"/staff/{subject}", told, If_None_Match="*")
    assert answer.status_code == 201, answer.text
    return dict(answer.json())
