"""Loads and saves a case in the caller's transaction; a row and its domain value, both ways."""

from services.cases.repository.cases import CaseRepository
from services.cases.repository.letters import LetterRepository
from services.cases.repository.policies import PolicyRepository

__all__ = ["CaseRepository", "LetterRepository", "PolicyRepository"]
