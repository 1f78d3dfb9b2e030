"""An authority's organisation, policies and codes from files: all of it or nothing, and again changes nothing."""

import secrets
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from chassis.database import Transaction
from helhed.databases import CannotPrepare
from helhed.reference import load, take_in
from services.cases.repository import CodeListRepository, PolicyRepository, StaffRepository, UnitRepository
from services.cases.repository.reference_files import ReferenceFault
from services.cases.tables import units
from tests.cases.town_hall import unit
from tests.cases.world import World, opening
from tests.support.servers import TestDatabases

UNITS = """\
- id: employment:udsatte
  sector: employment
  name: Udsatte ledige
  parent: employment:center
  validFrom: 2020-01-01
- {id: employment:center, sector: employment, name: Jobcentret, validFrom: 2020-01-01}
"""
STAFF = """\
- subject: anna
  displayName: Anna
  unit: employment:udsatte
  sector: employment
  fte: 0.8
  validFrom: 2020-01-01
"""
POLICIES = """\
- {code: release-needs-plan, value: true, validFrom: 2025-01-01, reason: Besluttet i udvalget}
- {code: refer-within-days, value: 7, validFrom: 2025-06-01, reason: Besluttet i udvalget}
"""
DOMAINS = """\
[{"code": "gambling", "labels": {"da": "Spil", "en": "Gambling"}, "validFrom": "2026-01-01"}]
"""
ALL = {"units.yaml": UNITS, "staff.yaml": STAFF, "policies.yml": POLICIES, "code-lists/need-domains.json": DOMAINS}


class Files:
    """The folder of files of the world's authority."""

    def __init__(self, folder: Path, world: World, url: str) -> None:
        self.folder, self.world, self.url = folder, world, url

    def write(self, files: dict[str, str], authority: str | None = None) -> "Files":
        """Put files there."""
        for name, text in files.items():
            path = self.folder / (authority or self.world.authority) / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return self

    async def load(self) -> int:
        """Take them in; how much was new."""
        return await take_in(self.folder, self.url)

    async def fault(self) -> str:
        """What is wrong with them; nothing of them was taken in."""
        with pytest.raises(ReferenceFault) as told:
            await self.load()
        async with self.world.database.transaction(self.world.authority) as tx:
            assert await tx.all(select(units)) == []
        return str(told.value).removeprefix(f"{self.world.authority}/")


@pytest.fixture
def files(tmp_path: Path, world: World, databases: TestDatabases) -> Files:
    """An empty folder."""
    return Files(tmp_path, world, databases["cases"].app_url)


async def kept(tx: Transaction) -> dict[str, Any]:
    """What an authority has of all this."""
    return {
        "units": await UnitRepository(tx).all(),
        "staff": await StaffRepository(tx).get("anna"),
        "policies": await PolicyRepository(tx).decisions(),
        "codes": (await CodeListRepository(tx).get("need-domains")).codes["gambling"],
    }


async def test_what_the_files_tell_is_taken_in_and_again_changes_nothing(files: Files, world: World) -> None:
    files.write(ALL)

    first = await files.load()
    async with world.database.transaction(world.authority) as tx:
        before = await kept(tx)
    again = await files.load()

    async with world.database.transaction(world.authority) as tx:
        assert await kept(tx) == before
    assert (first, again) == (6, 0)
    assert before["units"]["employment:udsatte"].parent == "employment:center"
    assert [one.value for one in before["policies"]] == [7, True]


async def test_what_is_told_otherwise_is_changed_and_what_is_not_told_stays(files: Files, world: World) -> None:
    await files.write(ALL).load()
    (files.folder / world.authority / "staff.yaml").unlink()
    files.write(
        {
            "units.yaml": "- {id: employment:center, sector: employment, name: Center, validFrom: 2020-01-01}",
            "policies.yml": POLICIES.replace("7", "9"),
            "code-lists/need-domains.json": DOMAINS.replace("Spil", "Ludomani"),
        }
    )

    changed = await files.load()

    async with world.database.transaction(world.authority) as tx:
        now = await kept(tx)
    assert changed == 3
    assert (now["units"]["employment:center"].name, now["units"]["employment:center"].version) == ("Center", 2)
    assert now["staff"].display_name == "Anna"
    assert [one.value for one in now["policies"]] == [7, 9, True]
    assert now["codes"].labels.da == "Ludomani"


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        ({"units.yaml": UNITS + "- {id: x, sector: employment}"}, "units.yaml, line 7: name: Field required"),
        ({"units.yaml": UNITS.replace("2020-01-01\n-", "soon\n-")}, "units.yaml, line 5: validFrom: "),
        ({"units.yaml": UNITS.replace("  sector", "  colour: red\n  sector", 1)}, "units.yaml, line 2: colour: Extra"),
        ({"units.yaml": "- id: [x\n"}, "units.yaml, line 2: "),
        ({"units.yaml": "- id: x\n  id: y\n"}, "units.yaml, line 2: a name that stands twice"),
        ({"units.yaml": "id: x\n"}, "units.yaml, line 1: "),
        ({"units.yaml": "- &a {id: x}\n- *a\n"}, "units.yaml, line 1: anchors and aliases"),
        (
            {"units.yaml": UNITS.replace("employment:center\n", "employment:nowhere\n")},
            "units.yaml, line 1: unit-unknown",
        ),
        ({"units.yaml": UNITS.replace("id: employment:udsatte", "id: health:udsatte")}, "line 1: unit-misnamed"),
        (
            {"units.yaml": UNITS.replace("name: Jobcentret", "name: J, parent: 'employment:udsatte'")},
            "unit-above-itself",
        ),
        (
            {"units.yaml": UNITS + "- {id: udsatte, sector: employment, name: U, validFrom: 2020-01-01}"},
            "already-exists",
        ),
        ({"staff.yaml": STAFF.replace("sector: employment", "sector: health")}, "staff.yaml, line 1: unit-unknown"),
        (
            {"policies.yml": POLICIES + "- {code: be-kind, value: true, validFrom: 2025-01-01, reason: x}"},
            "line 3: not",
        ),
        ({"policies.yml": POLICIES.replace("value: 7", "value: true")}, "policies.yml, line 2: policy-value-unfit"),
        ({"code-lists/sectors.yaml": DOMAINS}, "code-lists/sectors.yaml, line 1: code-list-closed"),
        ({"code-lists/no-such-list.yaml": DOMAINS}, "code-lists/no-such-list.yaml, line 1: not-found"),
        ({"code-lists/need-domains.json": DOMAINS.replace("gambling", "debt")}, "line 1: shipped-code"),
        ({"staff.yaml": STAFF + STAFF}, "staff.yaml, line 7: stands twice"),
        ({"policies.json": DOMAINS}, "policies.json, line 1: value: Field required"),
        ({"stuff.yaml": "[]"}, "stuff.yaml: no file of this name is read"),
        ({"units.txt": "[]"}, "units.txt: no file of this name is read"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
async def test_a_fault_is_told_with_its_line_and_nothing_is_loaded(
    files: Files, spoilt: dict[str, str], told: str
) -> None:
    assert told in await files.write(ALL | spoilt).fault()


async def test_one_authoritys_fault_keeps_every_authority_out(files: Files, world: World) -> None:
    files.write(ALL).write({"units.yaml": "- 1"}, authority=f"CVR{10**8 - 1 - secrets.randbelow(9)}")

    assert "line 1" in await files.fault()


async def test_a_folder_that_is_no_authority_is_a_fault(files: Files) -> None:
    assert "not an authority" in await files.write(ALL, authority="Hvidovre").fault()


async def test_a_unit_that_holds_somebody_does_not_end_by_file_either(files: Files, world: World) -> None:
    await unit(world, "employment:udsatte")
    await world.caller("employment", "employment:udsatte").does("/cases", opening())
    ended = UNITS.replace("  name: Udsatte ledige", "  name: Udsatte ledige\n  validTo: 2026-12-31")

    with pytest.raises(ReferenceFault, match=r"units\.yaml, line 1: unit-still-holds"):
        await files.write({"units.yaml": ended}).load()


def test_the_person_at_the_keyboard_is_told_in_words(tmp_path: Path, databases: TestDatabases) -> None:
    with pytest.raises(CannotPrepare, match=r"HELHED_REFERENCE_DIR: .*there is no such folder"):
        load(tmp_path / "nowhere", databases["cases"])
