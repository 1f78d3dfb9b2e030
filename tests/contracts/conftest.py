"""A copy of the contracts to break, and the schemas to hold messages against."""

import shutil
from pathlib import Path

import pytest

from helhed.contracts import ROOT


@pytest.fixture
def contracts(tmp_path: Path) -> Path:
    """The contracts as they stand, in a folder of the test's own."""
    copy = tmp_path / "contracts"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return copy
