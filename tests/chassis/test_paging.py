"""Pages that hold still while rows come and go, and cursors that belong to one list of one reader."""

import secrets
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Uuid, select
from sqlalchemy.dialects import postgresql

from chassis.paging import InvalidCursor, Paging
from helhed.databases import ServiceDatabase
from tests.chassis.conftest import Shop
from tests.support import profiles

KEY = b"k" * 32
BASE = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
lines = Table("lines", MetaData(), Column("at", DateTime), Column("rank", Integer), Column("id", Uuid))


def paging(cursor: str | None = None, *, limit: int = 2, key: bytes = KEY, binding: str = "here") -> Paging:
    """A page as a caller asks for it."""
    return Paging(limit, cursor, key=key, binding=binding)


def cursor_after(*values: Any, **said: Any) -> str:
    """The cursor to what follows these values."""
    end = paging(limit=1, **said).cut([values, values], key=lambda row: row)[1]
    assert end.next is not None
    return end.next


def sql(statement: Any) -> str:
    """What is sent."""
    return str(statement.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True}))


@given(
    st.lists(
        st.datetimes(timezones=st.just(UTC)) | st.uuids() | st.dates() | st.integers() | st.text() | st.none(),
        min_size=1,
        max_size=4,
    ).filter(lambda values: all(abs(v) < 2**63 for v in values if isinstance(v, int)))
)
def test_a_cursor_gives_back_what_it_was_made_of(values: list[Any]) -> None:
    try:
        cursor = cursor_after(*values)
    except TypeError:  # half a surrogate pair is no text that a database could hold
        return

    assert paging(cursor)._read(len(values)) == values
    assert [type(value) for value in paging(cursor)._read(len(values))] == [type(value) for value in values]


@given(st.data())
def test_no_character_of_a_cursor_can_be_changed(data: st.DataObject) -> None:
    cursor = cursor_after(BASE, uuid4())
    place = data.draw(st.integers(0, len(cursor) - 2))  # the last one may hold bits that mean nothing
    other = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"))
    altered = cursor[:place] + other + cursor[place + 1 :]

    if altered != cursor:
        with pytest.raises(InvalidCursor):
            paging(altered).window(select(lines), (lines.c.at, "asc"), (lines.c.id, "asc"))


@given(st.text("abcXYZ019-_", max_size=60))
def test_what_was_never_a_cursor_is_none(text: str) -> None:
    if text:
        with pytest.raises(InvalidCursor):
            paging(text).window(select(lines), (lines.c.id, "asc"))


@pytest.mark.parametrize(("key", "binding"), [(b"x" * 32, "here"), (KEY, "there")])
def test_a_cursor_of_another_house_or_list_is_none_of_ours(key: bytes, binding: str) -> None:
    cursor = cursor_after(BASE, uuid4(), key=key, binding=binding)

    with pytest.raises(InvalidCursor):
        paging(cursor).window(select(lines), (lines.c.at, "asc"), (lines.c.id, "asc"))
    with pytest.raises(InvalidCursor):
        paging(cursor).among([1, 2, 3], key=lambda n: (n, n))


def test_a_cursor_with_more_or_fewer_parts_is_of_another_order() -> None:
    with pytest.raises(InvalidCursor):
        paging(cursor_after(BASE)).window(select(lines), (lines.c.at, "asc"), (lines.c.id, "asc"))


def test_a_page_asks_for_one_row_more_and_starts_after_the_cursor() -> None:
    one = UUID(int=1)
    window = paging(cursor_after(BASE, 7, one)).window(
        select(lines.c.id), (lines.c.at, "desc"), (lines.c.rank, "asc"), (lines.c.id, "asc")
    )

    text = " ".join(sql(window).split())

    assert "lines.at < '2026-03-02 09:00:00+00:00'" in text
    assert "lines.at = '2026-03-02 09:00:00+00:00' AND lines.rank > 7" in text
    assert f"lines.rank = 7 AND lines.id > '{one}'" in text
    assert text.endswith("ORDER BY lines.at DESC, lines.rank ASC, lines.id ASC LIMIT 3")


@given(st.sets(st.integers(0, 1000), max_size=30), st.integers(1, 7))
def test_a_short_list_is_paged_without_loss(numbers: set[int], limit: int) -> None:
    seen: list[int] = []
    cursor: str | None = None
    while True:
        page, end = paging(cursor, limit=limit).among(list(numbers), key=lambda n: (n,))
        seen += page
        assert len(page) <= limit
        cursor = end.next
        if cursor is None:
            break

    assert seen == sorted(numbers)


async def test_a_cursor_belongs_to_its_list_its_filters_and_its_reader(shop: Shop) -> None:
    for _ in range(3):
        await shop.caller().make(colour="red")
    first = (await shop.caller().get("/things?limit=1&colour=red")).json()
    cursor = first["page"]["next"]

    def again(query: str = "colour=red", **claims: Any) -> Any:
        return shop.caller(**claims).get(f"/things?limit=1&{query}&cursor={cursor}")

    assert (await again()).status_code == 200
    assert (await shop.caller().get(f"/things?limit=2&colour=red&cursor={cursor}")).status_code == 200
    for foreign in (
        again("colour=blue"),
        shop.caller().get(f"/things?limit=1&cursor={cursor}"),
        again(authority="0999"),
        again(sectors=["health"]),
        again(units=["employment:north"]),
    ):
        answer = await foreign
        assert (answer.status_code, answer.json()["type"]) == (400, "urn:helhed:problem:invalid-cursor")


class Pages(RuleBasedStateMachine):
    """Somebody pages through a list while others add to it and take from it."""

    things = Bundle("things")
    shop: Shop
    wait: Any
    admin: psycopg.Connection

    @initialize(count=st.integers(0, 12), limit=st.integers(1, 5), moments=st.integers(1, 4))
    def open_the_list(self, count: int, limit: int, moments: int) -> None:
        self.authority = f"CVR{secrets.randbelow(10**8):08}"
        self.limit, self.moments = limit, moments
        self.there_throughout = {self._insert(number) for number in range(count)}
        self.seen: list[str] = []
        self.cursor: str | None = None
        self.ended = False

    @rule(target=things, moment=st.integers(0, 5))
    def add(self, moment: int) -> str:
        return self._insert(moment)

    @rule(thing=consumes(things))
    def take(self, thing: str) -> None:
        self._run("delete from things where id = %s", [thing])

    @rule(data=st.data())
    def take_one_that_was_there(self, data: st.DataObject) -> None:
        if self.there_throughout:
            thing = data.draw(st.sampled_from(sorted(self.there_throughout)))
            self.there_throughout.remove(thing)
            self._run("delete from things where id = %s", [thing])

    @rule()
    def turn_the_page(self) -> None:
        if not self.ended:
            self._turn()

    @invariant()
    def nothing_comes_twice(self) -> None:
        seen = getattr(self, "seen", [])
        assert len(seen) == len(set(seen))

    def teardown(self) -> None:
        """Read to the end: what was there all the time has come exactly once."""
        if not hasattr(self, "seen"):
            return
        for _ in range(200):
            if self.ended:
                break
            self._turn()
        assert self.ended
        assert self.there_throughout <= set(self.seen)
        self.nothing_comes_twice()

    def _turn(self) -> None:
        query = f"limit={self.limit}" + (f"&cursor={self.cursor}" if self.cursor else "")
        caller = self.shop.caller(authority=self.authority)
        page = type(self).wait(caller.get(f"/things?{query}")).json()
        assert len(page["items"]) <= self.limit
        self.seen += [item["id"] for item in page["items"]]
        self.cursor = page["page"]["next"]
        self.ended = self.cursor is None

    def _insert(self, moment: int) -> str:
        thing = str(uuid4())
        # Few moments, so that many things share one and the id must decide.
        made_at = BASE + timedelta(seconds=moment % self.moments)
        values = [thing, self.authority, thing, made_at]
        self._run("insert into things values (%s, %s, %s, 'red', 1, 'open', 1, %s)", values)
        return thing

    def _run(self, statement: str, values: list[Any]) -> None:
        self.admin.execute(statement, values)


def test_what_is_there_all_the_time_is_seen_exactly_once(waiting_shop: Any, shop_database: ServiceDatabase) -> None:
    shop, wait = waiting_shop

    with psycopg.connect(shop_database.admin_url, autocommit=True) as admin:
        pages = type("PagesHere", (Pages,), {"shop": shop, "wait": wait, "admin": admin})
        run_state_machine_as_test(pages, settings=profiles.few())


def test_days_are_kept_as_days() -> None:
    assert paging(cursor_after(date(2026, 3, 2)))._read(1) == [date(2026, 3, 2)]
