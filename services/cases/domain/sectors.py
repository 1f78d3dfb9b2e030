"""The sectors (fagområder). A sector is a function, not an organisation: one organisation may hold several."""

from services.cases.domain.errors import UnknownSector

SECTORS = frozenset({"employment", "social", "health"})


def known(*sectors: str) -> None:
    """Refuse a sector that is not in the code list.

    Raises:
        UnknownSector.
    """
    if not SECTORS.issuperset(sectors):
        raise UnknownSector()
