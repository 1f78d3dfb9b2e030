"""Loads and saves a case in the caller's transaction; a row and its domain value, both ways."""

from services.cases.repository.cases import CaseRepository
from services.cases.repository.code_lists import CodeListRepository
from services.cases.repository.letters import LetterRepository
from services.cases.repository.policies import PolicyRepository
from services.cases.repository.staff import StaffRepository
from services.cases.repository.units import UnitRepository

__all__ = [
    "CaseRepository",
    "CodeListRepository",
    "LetterRepository",
    "PolicyRepository",
    "StaffRepository",
    "UnitRepository",
]
