"""What all tables of referrals stand in."""

from collections.abc import Iterable
from enum import StrEnum

from chassis.tables import chassis_tables, naming_metadata

metadata = naming_metadata()
chassis = chassis_tables(metadata)


def one_of(column: str, values: Iterable[StrEnum]) -> str:
    """That a column holds a word of a closed list, as a condition in SQL."""
    quoted = ", ".join(f"'{value}'" for value in values)
    return f"{column} in ({quoted})"
