"""The sectors (fagområder). A sector is a function, not an organisation: one organisation may hold several.

The chassis knows them as it knows authorities and purposes: tokens, walls and look-ups speak of sectors everywhere.
"""

from typing import Literal, get_args

from chassis.errors import BadInput, Text

Sector = Literal["employment", "health", "social"]
SECTORS: frozenset[str] = frozenset(get_args(Sector))


class UnknownSector(BadInput):
    """The sector is not in the code list."""

    slug = "unknown-sector"
    title = Text("Fagområdet kendes ikke.", "The sector is not known.")


def require_known(*sectors: str) -> None:
    """Refuse a sector that is not in the code list.

    Raises:
        UnknownSector: at least one of them is not.
    """
    if not SECTORS.issuperset(sectors):
        raise UnknownSector()
