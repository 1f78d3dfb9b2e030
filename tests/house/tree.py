"""The tree the guards look at: its files as git keeps them, its packages, what must hold of each."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("helhed", "services", "gateway", "chassis", "contracts")
"""The packages that .importlinter knows."""
PACKAGES = (*ROOMS, "migrations")


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file of the repository that is kept or about to be: not what .gitignore leaves out."""
    names = _listed_by_git() if (ROOT / ".git").exists() else _found()
    return tuple(path for name in sorted(names) if (path := ROOT / name).is_file())


def _listed_by_git() -> list[str]:
    # Whoever runs the tests need not be who made the checkout.
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name]


def _found() -> list[str]:
    """The same from an unpacked archive, where nothing is ignored but what is made: folders with a dot, caches."""
    names = [path.relative_to(ROOT) for path in ROOT.rglob("*")]
    made = ("__pycache__", ".venv", ".helhed", ".git")
    return [name.as_posix() for name in names if not any(part in made or "_cache" in part for part in name.parts)]


def python_files(*, of: tuple[str, ...] = (*PACKAGES, "tests", "deploy", "bench")) -> tuple[Path, ...]:
    """The kept Python files below these folders."""
    return tuple(path for path in kept_files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] in of)


def name_of(path: Path) -> str:
    """How a fault names a file: from the root of the repository."""
    return path.relative_to(ROOT).as_posix()
