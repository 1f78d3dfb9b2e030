"""A POST with a key is done once, and its answer is told only to who may still read it."""

import asyncio
import secrets
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from sqlalchemy import func, select

from chassis.actor import Actor
from chassis.clock import now
from chassis.idempotency import KEPT, Claim, needs_key, parse
from chassis.problems import KeyInFlight
from chassis.tables import TABLES
from tests.chassis.conftest import Shop
from tests.chassis.things import things

REPLAYED = "idempotent-replayed"


def a_key() -> str:
    """A key nobody has used."""
    return secrets.token_hex(16)


async def _kept(shop: Shop) -> int:
    keys = TABLES.idempotency_keys
    counted = select(func.count().label("kept")).where(keys.c.authority == shop.authority)
    return int((await shop.rows(counted))[0].kept)


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("a" * 16, "a" * 16),
        ('"' + "a" * 16 + '"', "a" * 16),
        (" 0f8fad5b-d9cb-469f-a165-70867728950e ", "0f8fad5b-d9cb-469f-a165-70867728950e"),
        ("a" * 255, "a" * 255),
        ("a" * 256, None),
        ("a" * 15, None),
        ("", None),
        ("a" * 16 + " " + "b" * 16, None),
        ("æ" * 16, None),
        ("a" * 16 + "\\", None),
        ("a" * 16 + "\n", "a" * 16),
    ],
)
def test_a_key_is_a_string_of_16_to_255_visible_characters(header: str, key: str | None) -> None:
    assert parse(header) == key


@pytest.mark.parametrize("path", ["/v1/cases/_search", "/v1/x/_batch", "/v1/exemption-checks", "/v1/survey-sessions"])
def test_a_read_in_the_clothes_of_a_post_needs_no_key(path: str) -> None:
    assert not needs_key("POST", path)


@pytest.mark.parametrize("path", ["/v1/cases", "/v1/checks", "/v1/_searches", "/v1/survey-sessions/x"])
def test_every_other_post_needs_one_and_nothing_else_does(path: str) -> None:
    assert needs_key("POST", path)
    assert not needs_key("PATCH", path)


async def test_a_repeat_gets_the_first_answer_and_changes_nothing(shop: Shop) -> None:
    key, body = a_key(), {"name": "x", "colour": "blue"}

    first = await shop.caller().post("/things", body, Idempotency_Key=key)
    again = await shop.caller().post("/things", body, Idempotency_Key=f'"{key}"')

    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for name in ("location", "etag", "sync-token", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert (first.headers.get(REPLAYED), again.headers[REPLAYED]) == (None, "true")
    assert len(await shop.rows(select(things))) == 1
    assert await shop.announced(first.json()["id"]) == 1


async def test_a_repeat_has_a_trace_of_its_own(shop: Shop) -> None:
    key = a_key()
    first = await shop.caller().post("/things", {"name": "x"}, Idempotency_Key=key)
    journey = secrets.token_hex(16)

    again = await shop.caller().post(
        "/things", {"name": "x"}, Idempotency_Key=key, traceparent=f"00-{journey}-00f067aa0ba902b7-01"
    )

    assert again.headers["traceparent"].split("-")[1] == journey
    assert journey not in first.headers["traceparent"]


@pytest.mark.parametrize("body", [{"name": "y"}, {"name": "x", "size": 2}])
async def test_the_same_key_for_something_else_is_refused(shop: Shop, body: dict[str, Any]) -> None:
    key = a_key()
    await shop.caller().post("/things", {"name": "x"}, Idempotency_Key=key)

    answer = await shop.caller().post("/things", body, Idempotency_Key=key)

    assert answer.status_code == 422
    assert len(await shop.rows(select(things))) == 1


async def test_the_same_key_on_another_resource_is_refused(shop: Shop) -> None:
    one, other, key = await shop.caller().make(), await shop.caller().make(), a_key()
    await shop.caller().post(f"/things/{one['id']}/closure", Idempotency_Key=key)

    answer = await shop.caller().post(f"/things/{other['id']}/closure", Idempotency_Key=key)

    assert answer.status_code == 422


async def test_two_people_with_the_same_key_never_meet(shop: Shop) -> None:
    key, body = a_key(), {"name": "x"}
    one, other = shop.caller(subject="one"), shop.caller(subject="other")

    first = await one.post("/things", body, Idempotency_Key=key)
    second = await other.post("/things", {"name": "y"}, Idempotency_Key=key)

    assert (first.status_code, second.status_code) == (201, 201)
    assert REPLAYED not in second.headers
    assert second.json()["id"] != first.json()["id"]


async def test_two_authorities_with_the_same_key_never_meet(shop: Shop) -> None:
    key, body = a_key(), {"name": "x"}

    first = await shop.caller(subject="one").post("/things", body, Idempotency_Key=key)
    second = await shop.caller(subject="one", authority=f"CVR{secrets.randbelow(10**8):08}").post(
        "/things", body, Idempotency_Key=key
    )

    assert (first.status_code, second.status_code) == (201, 201)
    assert REPLAYED not in second.headers
    assert second.json()["id"] != first.json()["id"]


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "b"},
        {"client": "b"},
        {"subject": "b"},
        {"authority": "b"},
        {"sector": "b"},
        {"unit": "b"},
    ],
)
def test_who_asks_is_part_of_the_key(change: dict[str, str]) -> None:
    same = {"issuer": "a", "client": "a", "subject": "a", "authority": "a", "sector": "a", "unit": "a"}
    what: dict[str, Any] = {"method": "POST", "route": "/r", "path": "/r", "key": a_key(), "body": b"{}"}

    assert Claim(Actor(**same), **what).scope == Claim(Actor(**same), **what).scope
    assert Claim(Actor(**same), **what).scope != Claim(Actor(**{**same, **change}), **what).scope


def test_parts_of_a_scope_cannot_run_into_each_other() -> None:
    what: dict[str, Any] = {"method": "POST", "route": "/r", "path": "/r", "key": a_key(), "body": b"{}"}

    one = Claim(Actor(subject="ab", issuer="i", client="c"), **what)
    other = Claim(Actor(subject="b", issuer="i", client="ca"), **what)

    assert one.scope != other.scope


async def test_while_the_first_still_runs_the_second_is_told_so_at_once(shop: Shop) -> None:
    actor = Actor(subject="a", issuer="i", client="c", authority=shop.authority)
    claim = Claim(actor, method="POST", route="/r", path="/r", key=a_key(), body=b"{}")
    sealer = shop.app.state.house.sealer

    async with shop.database.transaction(shop.authority) as first:
        assert await claim.earlier(first, sealer) is None
        async with shop.database.transaction(shop.authority) as second:
            with pytest.raises(KeyInFlight):
                await claim.earlier(second, sealer)

    async with shop.database.transaction(shop.authority) as third:
        assert await claim.earlier(third, sealer) is None


async def test_a_hundred_at_once_make_one(shop: Shop) -> None:
    key, thing_id = a_key(), "018f0000-0000-7000-8000-" + secrets.token_hex(6)
    body = {"id": thing_id, "name": "x"}
    # The pool of a process is small: more at once than it has room for is refused, and repeated, like the rest.
    together = asyncio.Semaphore(20)

    async def ask() -> Any:
        async with together:
            return await shop.caller(subject="one").post("/things", body, Idempotency_Key=key)

    answers = await asyncio.gather(*(ask() for _ in range(100)))

    done = [answer for answer in answers if answer.status_code == 201]
    assert {answer.status_code for answer in answers} <= {201, 409, 503}
    assert len({answer.content for answer in done}) == 1
    assert [REPLAYED in answer.headers for answer in done].count(False) <= 1
    assert {answer.json()["type"].rpartition(":")[2] for answer in answers if answer.status_code == 409} <= {
        "idempotency-key-in-flight"
    }
    assert len(await shop.rows(select(things))) == 1
    assert await shop.announced(thing_id) == 1


async def test_a_repeat_tells_what_is_so_today(shop: Shop) -> None:
    """What was read then may be hidden now: nobody is told it again because they once asked with a key."""
    key, body = a_key(), {"name": "x"}
    first = await shop.caller().post("/things", body, Idempotency_Key=key)
    await shop.caller().post(f"/things/{first.json()['id']}/closure")

    again = await shop.caller().post("/things", body, Idempotency_Key=key)

    assert (first.json()["state"], again.json()["state"]) == ("open", "closed")
    assert (again.status_code, again.headers[REPLAYED], again.headers["etag"]) == (201, "true", '"2"')
    assert again.headers["location"] == first.headers["location"]


async def test_of_what_can_be_read_again_no_copy_is_kept(shop: Shop) -> None:
    made = await shop.caller().make()
    await shop.caller().post(f"/things/{made['id']}/closure")

    assert [body for body, _ in await _opened(shop)] == ["", ""]


async def test_what_is_told_once_is_kept_sealed_and_told_to_who_may_still_read_of_it(shop: Shop) -> None:
    key, path = a_key(), f"/things/{(await shop.caller().make())['id']}"
    first = await shop.caller().post(f"{path}/password", Idempotency_Key=key)

    again = await shop.caller().post(f"{path}/password", Idempotency_Key=key)

    assert (again.content, again.headers[REPLAYED]) == (first.content, "true")
    kept = await _opened(shop)
    assert [body for body, _ in kept if body] == [first.text]
    assert not any(first.json()["told"].encode() in sealed for _, sealed in kept)


async def _opened(shop: Shop) -> list[tuple[str, bytes]]:
    """The bodies that are kept, opened and as they lie there."""
    with psycopg.connect(shop.urls.admin_url) as admin:
        rows = admin.execute(
            "select scope, body from idempotency_keys where authority = %s order by expires_at", [shop.authority]
        ).fetchall()
    sealer = shop.app.state.house.sealer
    return [
        (sealer.open(bytes(body), context=f"idempotency_keys.body:{bytes(scope).hex()}"), bytes(body))
        for scope, body in rows
    ]


async def test_only_what_succeeded_is_kept(shop: Shop) -> None:
    made = await shop.caller().make()
    await shop.caller().post(f"/things/{made['id']}/closure")
    before, key = await _kept(shop), a_key()
    refused: list[tuple[str, Any, int]] = [
        ("/things", {"name": ""}, 400),
        ("/things", {"name": "doomed"}, 500),
        ("/things", {"id": made["id"], "name": "y"}, 409),
        (f"/things/{made['id']}/closure", None, 409),
        (f"/things/{secrets.token_hex(16)}/closure", None, 404),
    ]

    for path, body, status in refused:
        assert (await shop.caller().post(path, body, Idempotency_Key=key)).status_code == status

    assert await _kept(shop) == before


async def test_a_refusal_runs_anew(shop: Shop) -> None:
    made, key = await shop.caller().make("taken"), a_key()
    assert (await shop.caller().post("/things", {"name": "taken"}, Idempotency_Key=key)).status_code == 409

    with psycopg.connect(shop.urls.admin_url) as admin:
        admin.execute("delete from things where id = %s", [made["id"]])
    answer = await shop.caller().post("/things", {"name": "taken"}, Idempotency_Key=key)

    assert answer.status_code == 201
    assert REPLAYED not in answer.headers


async def test_what_may_no_longer_be_read_is_not_told_again(shop: Shop) -> None:
    key, body = a_key(), {"name": secrets.token_hex(8)}
    made = await shop.caller().post("/things", body, Idempotency_Key=key)
    with psycopg.connect(shop.urls.admin_url) as admin:
        admin.execute("delete from things where id = %s", [made.json()["id"]])

    answer = await shop.caller().post("/things", body, Idempotency_Key=key)

    assert answer.status_code == 404
    assert body["name"] not in answer.text


async def test_what_is_told_again_is_looked_up_again(shop: Shop) -> None:
    key = a_key()
    made = await shop.caller().post("/things", {"name": "x"}, Idempotency_Key=key)

    await shop.caller().post("/things", {"name": "x"}, Idempotency_Key=key)

    rows = await shop.rows(select(TABLES.lookups.c.case_id).where(TABLES.lookups.c.authority == shop.authority))
    assert [str(row.case_id) for row in rows] == [made.json()["id"]] * 2  # when it was made, and now


async def test_repeats_of_everybody_at_once_do_not_wait_for_each_other(shop: Shop) -> None:
    """Each repeat asks our own front door while it is under way: were it to hold its connection meanwhile, a pool of
    five would stand still with five of them."""
    keys = [(a_key(), {"name": secrets.token_hex(8)}) for _ in range(5)]
    for key, body in keys:
        assert (await shop.caller().post("/things", body, Idempotency_Key=key)).status_code == 201

    again = await asyncio.gather(*(shop.caller().post("/things", body, Idempotency_Key=key) for key, body in keys))

    assert [answer.status_code for answer in again] == [201] * 5


async def test_a_key_is_forgotten_after_seven_days(shop: Shop) -> None:
    key = a_key()
    await shop.caller().post("/things", {"name": "x"}, Idempotency_Key=key)

    with psycopg.connect(shop.urls.admin_url) as admin:
        expiry = admin.execute(
            "select expires_at from idempotency_keys where authority = %s", [shop.authority]
        ).fetchone()
        assert expiry is not None
        assert abs(expiry[0] - now() - KEPT) < timedelta(minutes=5)
        admin.execute(
            "update idempotency_keys set expires_at = now() - interval '1 second' where authority = %s",
            [shop.authority],
        )
    anew = await shop.caller().post("/things", {"name": "y"}, Idempotency_Key=key)

    assert anew.status_code == 201
    assert REPLAYED not in anew.headers
    assert await _kept(shop) == 1


async def test_nobody_in_particular_may_repeat_too(shop: Shop) -> None:
    key, body = a_key(), {"authority": shop.authority, "name": "hush"}

    first = await shop.anybody.post("/whispers", body, Idempotency_Key=key)
    again = await shop.anybody.post("/whispers", body, Idempotency_Key=key)
    other = await shop.anybody.post("/whispers", {**body, "name": "hush!"}, Idempotency_Key=key)

    assert (first.status_code, again.status_code, other.status_code) == (201, 201, 422)
    assert (again.content, again.headers[REPLAYED]) == (first.content, "true")
    assert len(await shop.rows(select(things))) == 1
