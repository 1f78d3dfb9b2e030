"""I12: an exemption takes away no help and no duty of an authority, because nothing that gives help looks at it."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.tree import ROOT

SERVICE = ROOT / "services" / "cases"

# Which files know of exemptions at all, and why. A file of the gate, the needs, the referrals, the plan, offers,
# consents, budgets or the watch list never belongs here.
KNOWS = {
    "clocks/__init__.py": "the room's list",
    "clocks/exemptions.py": "announces ends",
    "domain/case.py": "writes down until when, and reads it nowhere",
    "domain/errors/exemptions.py": "its refusals",
    "domain/errors/trials.py": "an arm that exempts needs a legal basis",
    "domain/events.py": "that one was granted, that one ends",
    "domain/exemption_bases.py": "ordinary law",
    "domain/exemptions.py": "the rules themselves",
    "domain/legal_basis.py": "what a trial's exemptions rest on",
    "domain/policies.py": "how much notice",
    "domain/protocol.py": "from what an arm exempts",
    "domain/record.py": "the field that the summary shows",
    "domain/timeline.py": "tells that it happened",
    "domain/trial.py": "from what an arm exempts",
    "permissions.py": "who may",
    "publishes.py": "tells the town",
    "queries/exemptions.py": "reads them",
    "repository/cases.py": "keeps the field that the summary shows",
    "repository/exemptions.py": "keeps them",
    "repository/loading.py": "loads the field that the summary shows",
    "repository/trial_rows.py": "from what an arm exempts",
    "routes/__init__.py": "the room's list",
    "routes/exemptions.py": "their doors",
    "routes/trial_parts.py": "an arm's page",
    "routes/trials.py": "an arm's page",
    "schemas/exemptions.py": "their shape",
    "schemas/shown.py": "shows until when",
    "schemas/timeline.py": "tells that it happened",
    "schemas/trial_views.py": "from what an arm exempts",
    "schemas/trials.py": "from what an arm exempts",
    "schemas/views.py": "shows until when",
    "tables/__init__.py": "the room's list",
    "tables/casework.py": "the column that the summary shows",
    "tables/exemptions.py": "their rows",
    "tables/trials.py": "from what an arm exempts",
    "use_cases/enrolments.py": "says that leaving has no consequence",
    "use_cases/exemptions.py": "grants and ends them",
    "worker.py": "runs the clock",
}
GIVES_HELP = ("gate", "need", "catch", "plan", "offer", "consent", "budget", "release", "access", "watch", "attention")
READS_THE_FIELD = {"repository/cases.py", "schemas/shown.py"}


def sources() -> Iterator[tuple[str, str]]:
    """Every file of the service, by its place in it."""
    for path in sorted(SERVICE.rglob("*.py")):
        yield str(path.relative_to(SERVICE)), path.read_text(encoding="utf-8")


def readers_of(field: str, source: str) -> int:
    """How often a file reads a field of that name."""
    nodes = ast.walk(ast.parse(source))
    return sum(isinstance(n, ast.Attribute) and n.attr == field and isinstance(n.ctx, ast.Load) for n in nodes)


def test_what_gives_help_does_not_know_of_exemptions() -> None:
    knows = {name for name, source in sources() if "exempt" in source.lower()}

    assert knows - set(KNOWS) == set()
    assert not [name for name in KNOWS if Path(name).stem.startswith(GIVES_HELP)]


def test_the_one_field_is_kept_and_shown_and_decides_nothing() -> None:
    reads = {name for name, source in sources() if readers_of("exempt_until", source) and "exemptions" not in name}

    assert reads - READS_THE_FIELD - {"repository/loading.py"} == set()
    assert reads >= READS_THE_FIELD


@pytest.mark.parametrize(
    ("line", "reads"),
    [("if case.exempt_until: pass", 1), ("case.exempt_until = day", 0), ("exempt_until = 1", 0)],
)
def test_a_rule_that_reads_the_field_is_found(line: str, reads: int) -> None:
    assert readers_of("exempt_until", line) == reads
