"""The provisions that `legal_bases.json` lists. The law changes by changing that file, never this one."""

import json
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from services.referrals.domain.sharing import LegalBasis, LegalReach

_FILE = Path(__file__).parent.parent / "legal_bases.json"


@cache
def legal_bases() -> Mapping[str, LegalBasis]:
    """Every provision by its code, in force or not."""
    listed = json.loads(_FILE.read_text(encoding="utf-8"))["legalBases"]
    return {entry["code"]: _read(entry) for entry in listed}


def _read(entry: Mapping[str, Any]) -> LegalBasis:
    sectors, categories = entry["fromSectors"], entry["dataCategories"]
    return LegalBasis(
        code=entry["code"],
        valid_from=date.fromisoformat(entry["validFrom"]),
        valid_to=None if entry["validTo"] is None else date.fromisoformat(entry["validTo"]),
        from_sectors=None if sectors is None else frozenset(sectors),
        reaches=LegalReach(entry.get("reaches", LegalReach.OWN_AUTHORITY)),
        data_categories=None if categories is None else frozenset(categories),
    )
