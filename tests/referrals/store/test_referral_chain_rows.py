"""What the database guards of chains, questions and reorganisations, whatever the code does."""

from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import delete, insert, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.problems import AlreadyExists
from services.referrals.tables import answers, metadata, questions, redirections, unit_reassignments
from tests.referrals.world import BODIES, MONDAY, KnownCase, World
from tests.support.servers import TestDatabases


async def link(world: World, before: str, after: str) -> None:
    """Write one link, past all rules of the code."""
    row = {"to_sector": "health", "reason_code": "other", "at": MONDAY, "authority": world.authority}
    async with world.database.transaction(world.authority) as tx:
        await tx.run(insert(redirections).values(predecessor_id=UUID(before), successor_id=UUID(after), **row))


async def rejected(world: World, case: KnownCase) -> str:
    return str((await world.referral("rejection", case=case))["id"])


async def test_a_chain_cannot_be_bent_into_a_circle(world: World) -> None:
    case = await world.case()
    first, second, third = [await rejected(world, case) for _ in range(3)]
    await link(world, first, second)
    await link(world, second, third)

    for before, after in ((third, first), (third, third)):
        with pytest.raises(IntegrityError, match="has no loop"):
            await link(world, before, after)


async def test_two_links_of_one_statement_make_no_circle_either(world: World) -> None:
    case = await world.case()
    one, other = await rejected(world, case), await rejected(world, case)
    row = {"to_sector": "health", "to_unit": None, "reason_code": "other", "at": MONDAY, "authority": world.authority}

    with pytest.raises(IntegrityError, match="has no loop"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(
                insert(redirections).values(
                    [
                        {**row, "predecessor_id": UUID(one), "successor_id": UUID(other)},
                        {**row, "predecessor_id": UUID(other), "successor_id": UUID(one)},
                    ]
                )
            )


async def test_a_referral_has_one_successor_and_one_predecessor(world: World) -> None:
    case = await world.case()
    first, second, third = [await rejected(world, case) for _ in range(3)]
    await link(world, first, second)

    with pytest.raises(AlreadyExists):
        await link(world, first, third)
    with pytest.raises(AlreadyExists):
        await link(world, third, second)


async def test_a_link_goes_from_a_rejected_referral_to_one_of_the_same_need(world: World) -> None:
    case = await world.case()
    past, elsewhere, live = await rejected(world, case), await world.referral(), await world.referral(case=case)

    for before, after in ((past, elsewhere["id"]), (live["id"], past)):
        with pytest.raises(IntegrityError, match="of the same need"):
            await link(world, before, after)


@pytest.mark.parametrize("table", [redirections, questions, answers, unit_reassignments], ids=str)
async def test_what_was_said_and_done_is_not_rewritten(world: World, table: Any) -> None:
    for rewrite in (update(table).values(at=text("now()")), delete(table)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with world.database.transaction(world.authority) as tx:
                await tx.run(rewrite)


async def test_a_question_has_one_answer_and_it_is_its_own_referrals(world: World) -> None:
    seen, other = await world.referral("questions"), await world.referral()
    asked = (await world.caller("health").get(f"/referrals/{seen['id']}/questions")).json()["items"][0]["id"]
    reply = {"questionId": asked, "text": BODIES["answers"]["text"]}
    await world.caller("employment").post(f"/referrals/{seen['id']}/answers", reply)
    row = {
        "authority": world.authority,
        "question_id": UUID(asked),
        "text_sealed": b"x",
        "at": MONDAY,
        "by_subject": "s",
    }

    for referral_id, wrong in ((seen["id"], AlreadyExists), (other["id"], (AlreadyExists, IntegrityError))):
        with pytest.raises(wrong):
            async with world.database.transaction(world.authority) as tx:
                await tx.run(insert(answers).values(row | {"id": UUID(seen["id"]), "referral_id": UUID(referral_id)}))


async def test_words_of_pauses_questions_answers_and_mistakes_lie_sealed(
    world: World, databases: TestDatabases
) -> None:
    seen = await world.referral("acceptance", "hold", "questions")
    path, sender = f"/referrals/{seen['id']}", world.caller("employment")
    asked = (await sender.get(f"{path}/questions")).json()["items"][0]["id"]
    await sender.post(f"{path}/answers", {**BODIES["answers"], "questionId": asked})
    await sender.post(f"{path}/entry-in-error", BODIES["entry-in-error"])

    with psycopg.connect(databases["referrals"].admin_url) as admin:
        dump = " ".join(
            str(row[0])
            for table in metadata.tables
            for row in admin.execute(f"select t::text from {table} t where authority = '{world.authority}'")
        )

    assert "entered-in-error" in dump
    words = [BODIES[name][key] for name, key in WORDS]
    assert [word for word in words if word in dump or word.encode().hex() in dump] == []


WORDS = (("hold", "because"), ("questions", "text"), ("answers", "text"), ("entry-in-error", "because"))
