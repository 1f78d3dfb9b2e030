"""What the database itself guards, and what must never lie in it in the open."""

from typing import Any

import psycopg
import pytest
from sqlalchemy import delete, insert, select, text, update
from sqlalchemy.exc import IntegrityError, ProgrammingError

from chassis.actor import Actor
from chassis.errors import Stale
from services.referrals.domain.lifecycle import LIVE
from services.referrals.repository import Referrals
from services.referrals.tables import contact_attempts, metadata, referral_steps, referrals
from tests.referrals.world import BODIES, MONDAY, REASON, World
from tests.support.servers import TestDatabases

WORDS = (REASON, BODIES["rejection"]["suggestion"], BODIES["cancellation"]["because"])


@pytest.mark.parametrize(
    "change",
    [
        {"state": "failed", "ended_at": MONDAY},
        {"state": "cancelled", "ended_at": MONDAY},
        {"state": "completed"},
        {"ended_at": MONDAY},
        {"state": "lost"},
        {"first_contact_at": None},
        {"receipt_at": None},
        {"to_sector": "employment"},
        {"legal_basis": "fvl-28-2"},
        {"state": "rejected", "ended_at": MONDAY},
        {"state": "entered-in-error", "ended_at": MONDAY},
        {"state": "on-hold"},
        {"on_hold_since": MONDAY},
        {"on_hold_until": MONDAY.date()},
        {"claimed_by": "s-1"},
        {"claimed_at": MONDAY},
    ],
    ids=str,
)
async def test_the_database_refuses_what_the_rules_would(world: World, change: dict[str, Any]) -> None:
    seen = await world.referral("acceptance", "first-contact", "handover-receipt")

    with pytest.raises(IntegrityError):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(referrals).where(referrals.c.id == seen["id"]).values(change))


async def test_a_second_live_referral_of_a_need_cannot_be_written(world: World) -> None:
    seen = await world.referral()

    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(referrals).where(referrals.c.id == seen["id"]))
        assert row is not None
        twin = {**row._mapping, "id": seen["caseId"]}
        with pytest.raises(IntegrityError, match="uq_referrals_one_live_per_need"):
            await tx.run(insert(referrals).values(twin))


def test_the_index_of_live_referrals_knows_the_live_states(databases: TestDatabases) -> None:
    with psycopg.connect(databases["referrals"].admin_url) as admin:
        found = admin.execute(
            "select indexdef from pg_indexes where indexname = 'uq_referrals_one_live_per_need'"
        ).fetchone()

    assert found is not None
    assert all(f"'{state}'" in found[0] for state in LIVE)
    assert found[0].count("'") == 2 * len(LIVE)


@pytest.mark.parametrize("table", [contact_attempts, referral_steps], ids=str)
async def test_what_has_happened_is_not_rewritten(world: World, table: Any) -> None:
    await world.referral("acceptance", "contact-attempts")

    for rewrite in (update(table).values(at=text("now()")), delete(table)):
        with pytest.raises(ProgrammingError, match="permission denied"):
            async with world.database.transaction(world.authority) as tx:
                await tx.run(rewrite)


async def test_another_authority_sees_no_row_of_any_table(world: World) -> None:
    await world.referral("acceptance", "contact-attempts", "first-contact", "handover-receipt")

    counted = {}
    for authority in (world.authority, "0147", None):
        async with world.database.transaction(authority) as tx:
            for table in ("referrals", "contact_attempts", "referral_steps", "known_cases", "known_consents"):
                rows = await tx.all(
                    text(f"select 1 from {table} where authority = :mine").bindparams(mine=world.authority)
                )
                counted[authority, table] = len(rows)

    assert all((n > 0) is (authority == world.authority) for (authority, _), n in counted.items())


async def test_nothing_is_written_into_another_authority(world: World) -> None:
    seen = await world.referral()

    with pytest.raises(ProgrammingError, match="row-level security"):
        async with world.database.transaction(world.authority) as tx:
            await tx.run(update(referrals).where(referrals.c.id == seen["id"]).values(authority="0147"))


async def test_a_save_from_an_old_version_is_stale(world: World) -> None:
    seen = await world.referral("acceptance")
    health = Actor("s", "i", "c", authority=world.authority, sector="health")

    async with world.database.transaction(world.authority) as tx:
        repository = Referrals(tx)
        referral = await repository.get(seen["id"], health)
        referral.version -= 1

        with pytest.raises(Stale):
            await repository.save(referral)


async def test_nobodys_words_lie_open_in_any_table(world: World, databases: TestDatabases) -> None:
    await world.referral("rejection")
    await world.referral("cancellation")

    with psycopg.connect(databases["referrals"].admin_url) as admin:
        dump = " ".join(
            str(row[0])
            for table in metadata.tables
            for row in admin.execute(f"select t::text from {table} t where authority = '{world.authority}'")
        )

    assert str(world.authority) in dump
    assert "no-capacity" in dump
    for words in WORDS:
        assert words not in dump
        assert words.encode().hex() not in dump


async def test_words_do_not_open_on_another_referral(world: World) -> None:
    one, other = await world.referral(), await world.referral()

    async with world.database.transaction(world.authority) as tx:
        row = await tx.one(select(referrals.c.reason_sealed).where(referrals.c.id == one["id"]))
        assert row is not None
        await tx.run(update(referrals).where(referrals.c.id == other["id"]).values(reason_sealed=row.reason_sealed))

    moved = await world.caller("health").get(f"/referrals/{other['id']}")
    assert moved.status_code == 500
    assert REASON not in moved.text


async def test_events_tell_who_and_when_and_never_why(world: World) -> None:
    case = await world.case()
    seen = await world.referral(
        "acceptance", "contact-attempts", "first-contact", "handover-receipt", "completion", case=case
    )

    events = await world.announced(case.id)

    assert [event["type"].split(".")[3] for event in events] == [
        "referral-requested",
        "referral-accepted",
        "contact-attempted",
        "first-contact-held",
        "handover-received",
        "referral-completed",
    ]
    assert [int(event["sequence"]) for event in events] == [1, 2, 3, 4, 5, 6]
    common = {
        "referralId": seen["id"],
        "needId": seen["needId"],
        "fromSector": "employment",
        "toSector": "health",
    }
    receipt = {
        "receiptId": seen["handoverReceipt"]["id"],
        "takesHolding": True,
        "coordinator": seen["handoverReceipt"]["coordinator"],
    }
    asked = {"returnScope": "caught-only", "consentId": seen["basis"]["consentId"]}
    assert [event["data"] for event in events] == [common | asked, *[common] * 3, common | receipt, common]


@pytest.mark.parametrize(
    ("steps", "moment"),
    [
        (("rejection",), "referral-rejected"),
        (("acceptance", "failure"), "referral-failed"),
        (("cancellation",), "referral-cancelled"),
    ],
)
async def test_an_ending_is_announced_without_its_reason(world: World, steps: tuple[str, ...], moment: str) -> None:
    case = await world.case()
    await world.referral(*steps, case=case)

    last = (await world.announced(case.id))[-1]

    assert last["type"] == f"dk.helhed.referrals.{moment}.v1"
    assert set(last["data"]) == {"referralId", "needId", "fromSector", "toSector"}
