"""An authority adds a code of its own to a list, or changes one it has added."""

from dataclasses import replace

from chassis.actor import Actor
from chassis.concurrency import expect
from services.cases.domain.code_lists import ListedCode
from services.cases.domain.organisation import must_have_authority
from services.cases.repository import CodeListRepository


async def put_code(
    lists: CodeListRepository, actor: Actor, name: str, local: ListedCode, *, expected: int
) -> tuple[ListedCode, bool]:
    """Keep a local code; whether it is new.

    Raises:
        NotFound, Stale, AuthorityRequired, ListIsClosed, ShippedCode, CodeUnfit, AlreadyExists.
    """
    must_have_authority(actor)
    listed = await lists.get(name)
    there = listed.codes.get(local.code)
    if there is None or there.source == "local":
        expect(there.version if there else 0, expected)
    listed.must_take(local)
    kept = replace(local, source="local", version=there.version + 1 if there else 1)
    if there:
        await lists.save(name, kept)
    else:
        await lists.add(name, kept)
    return kept, there is None
