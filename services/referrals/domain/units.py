"""Units by name: with their sector (`health:alkohol`) or without (`alkohol`). Both mean the same unit."""

from chassis.actor import Actor


def names_of(unit: str, sector: str) -> frozenset[str]:
    """Every way to write this unit of this sector."""
    bare = unit.removeprefix(f"{sector}:")
    return frozenset({bare, f"{sector}:{bare}"})


def full_name(unit: str, sector: str) -> str:
    """The unit with its sector: the one way to write it where no sector stands beside it."""
    return f"{sector}:{unit.removeprefix(f'{sector}:')}"


def own_units(actor: Actor) -> frozenset[str]:
    """Every name of the units the caller acts for: the acting one, else all it has in its sector; empty for none.

    Naming the sector instead of a unit must not open the whole sector to somebody who has units.
    """
    if actor.sector is None:
        return frozenset()
    if actor.unit is not None:
        return names_of(actor.unit, actor.sector)
    elsewhere = tuple(f"{sector}:" for sector in actor.sectors - {actor.sector})
    here = [unit for unit in actor.units if not unit.startswith(elsewhere)]
    return frozenset().union(*(names_of(unit, actor.sector) for unit in here))
