"""What an authority keeps in files (units, staff, policies, codes), taken into the cases service before it starts.

At `helhed migrate` and `helhed up`, not in a worker: a file with a fault must be read by the person who wrote it, and
must stop nobody's letters.
"""

import asyncio
from pathlib import Path

from chassis.clock import now
from chassis.database import Database
from helhed.databases import CannotPrepare, ServiceDatabase
from services.cases.repository import CodeListRepository, PolicyRepository, StaffRepository, UnitRepository
from services.cases.repository.reference_files import ReferenceFault, read_reference
from services.cases.use_cases.load_reference import Shelves, load_reference


def load(folder: Path, database: ServiceDatabase) -> int:
    """Take in the files below the folder, all or none; how much of it was new.

    Raises:
        CannotPrepare: a file is wrong; it says which, in which line, and what is.
    """
    try:
        return asyncio.run(take_in(folder, database.app_url))
    except ReferenceFault as fault:
        raise CannotPrepare(f"HELHED_REFERENCE_DIR: {fault}\nNothing was loaded.") from None


async def take_in(folder: Path, url: str) -> int:
    """Everything the folder tells, in one transaction as the service's own role: its rules and walls hold here too.

    Raises:
        ReferenceFault.
    """
    told = read_reference(folder)
    database = Database(url, name="helhed-reference", pool_size=1)
    try:
        changed = 0
        async with database.transaction(None) as tx:
            shelves = Shelves(UnitRepository(tx), StaffRepository(tx), PolicyRepository(tx), CodeListRepository(tx))
            for reference in told:
                await tx.enter(reference.authority)
                changed += await load_reference(reference, shelves, now())
        return changed
    finally:
        await database.close()
