"""A small service made of nothing but chassis: things, one table, one route of every kind the door knows.

It wears the name of surveys, because keys and the chassis' tables are made per service of the town.
"""

import asyncio
import secrets
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from pydantic import Field
from sqlalchemy import Column, DateTime, Integer, MetaData, Table, Text, Uuid, insert, select, update

from chassis.actor import Actor
from chassis.audit import looked_up
from chassis.clock import now
from chassis.concurrency import expect
from chassis.database import Transaction
from chassis.errors import InvalidTransition, NotFound, Stale
from chassis.given import TheHouse
from chassis.http import Answers, IfMatch, IfMatchRequired, Permission, Public, Tx, build_app, problems, room
from chassis.ids import new_id
from chassis.keys import make_missing
from chassis.outbox import announce
from chassis.paging import Page, PageRequest
from chassis.raw import Content, RawBody
from chassis.settings import Settings
from chassis.wire import Body, Code, LongText, Moment, ShortText, View
from contracts.event import Event
from helhed.databases import ServiceDatabase, connect

SERVICE = "surveys"
BOOM = "Karen Hansen, 010203-1234, is not at home"
"""What an exception here says. Nobody outside may hear it."""

things = Table(
    "things",
    MetaData(),
    Column("id", Uuid, primary_key=True),
    Column("authority", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("colour", Text, nullable=False),
    Column("size", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("made_at", DateTime(timezone=True), nullable=False),
)

TABLES_SQL = """
create table things (
    id uuid primary key, authority text not null, name text not null, colour text not null, size integer not null,
    state text not null, version integer not null, made_at timestamptz not null,
    constraint uq_things_name unique (authority, name)
);
alter table things enable row level security;
alter table things force row level security;
create policy tenant on things for all to helhed_surveys_app
    using (authority = (select nullif(current_setting('app.authority', true), '')))
    with check (authority = (select nullif(current_setting('app.authority', true), '')));
grant select, insert, update, delete on things to helhed_surveys_app;
-- Faults that come only at commit, as a disk that is full does.
create function fail_at_commit() returns trigger language plpgsql as
$$ begin raise exception 'things named doomed are not kept'; end $$;
create function dawdle_at_commit() returns trigger language plpgsql as
$$ begin perform pg_sleep(0.3); return null; end $$;
create constraint trigger slow after insert on things deferrable initially deferred
    for each row when (new.name = 'slow') execute function dawdle_at_commit();
create constraint trigger doomed after insert on things deferrable initially deferred
    for each row when (new.name = 'doomed') execute function fail_at_commit();
"""


def furnish(database: ServiceDatabase) -> None:
    """Add the small service's own table."""
    with connect(database.admin_url) as admin:
        admin.execute(TABLES_SQL)


class ThingMadeV1(Event):
    """A thing was made."""

    event_type: ClassVar[str] = "dk.helhed.surveys.thing-made.v1"
    service: ClassVar[str] = SERVICE
    thing_id: UUID


class NewThing(Body):
    """A thing to make."""

    id: UUID | None = None
    name: ShortText
    colour: Code = "red"
    size: Annotated[int, Field(strict=True, ge=0, le=1000)] = 1
    kind: Literal["tool", "toy"] = "tool"
    note: LongText | None = None
    seen_at: Moment | None = None
    tags: Annotated[tuple[ShortText, ...], Field(max_length=3)] = ()


class Change(Body):
    """What to change of a thing."""

    colour: Code


class Search(Body):
    """What to look for."""

    name: ShortText


class Thing(View):
    """A thing."""

    id: UUID
    name: str
    colour: str
    size: int
    state: str
    version: int


class Told(View):
    """Something was heard."""

    told: str


ThingReader = Annotated[Actor, Depends(Permission("things:read", roles=("caseworker", "auditor")))]
ThingWriter = Annotated[Actor, Depends(Permission("things:write", roles=("caseworker",)))]
MenuReader = Annotated[Actor, Depends(Permission("menu:read", roles=("caseworker", "administrator"), personal=False))]

router = room(tags=["things"])


async def _find(tx: Transaction, thing_id: UUID) -> Any:
    row = await tx.one(select(things).where(things.c.id == thing_id).with_for_update())
    if row is None:
        raise NotFound()
    return row


async def _move(tx: Transaction, row: Any, **values: Any) -> Thing:
    same = (things.c.id == row.id, things.c.version == row.version)
    if await tx.run(update(things).where(*same).values(version=row.version + 1, **values)) != 1:
        raise Stale()
    return Thing.model_validate({**row._mapping, **values, "version": row.version + 1})


@router.get("/things")
async def list_things(
    actor: ThingReader, tx: Tx, page: PageRequest, colour: Annotated[str | None, Query(max_length=64)] = None
) -> Page[Thing]:
    """Things, newest first, those of one moment by id."""
    statement = select(things)
    if colour:
        statement = statement.where(things.c.colour == colour)
    rows = await tx.all(page.window(statement, (things.c.made_at, "desc"), (things.c.id, "asc")))
    shown, end = page.cut(rows, key=lambda row: (row.made_at, row.id))
    await looked_up(tx, actor, [row.id for row in shown])
    return Page(items=[Thing.model_validate(row) for row in shown], page=end)


@router.post("/things", status_code=201)
async def make_thing(body: NewThing, actor: ThingWriter, tx: Tx, answer: Answers) -> Thing:
    """Make a thing."""
    values = {
        "id": body.id or new_id(),
        "authority": tx.authority,
        "name": body.name,
        "colour": body.colour,
        "size": body.size,
        "state": "open",
        "version": 1,
        "made_at": now(),
    }
    await tx.run(insert(things).values(values))
    await looked_up(tx, actor, [values["id"]], "making")
    await announce(tx, values["id"], [ThingMadeV1(thing_id=values["id"])], at=values["made_at"])
    return answer.created(Thing.model_validate(values), f"/v1/things/{values['id']}")


@router.post("/things/_search")
async def search_things(body: Search, actor: ThingReader, tx: Tx) -> Page[Thing]:
    """Things of a name."""
    rows = await tx.all(select(things).where(things.c.name == body.name))
    await looked_up(tx, actor, [row.id for row in rows])
    return Page.model_validate({"items": rows, "page": {"next": None}})


@router.get("/things/{thing_id}")
async def read_thing(thing_id: UUID, actor: ThingReader, tx: Tx, answer: Answers) -> Thing:
    """One thing."""
    row = await _find(tx, thing_id)
    await looked_up(tx, actor, [row.id])
    return answer.ok(Thing.model_validate(row))


@router.patch("/things/{thing_id}")
async def change_thing(
    thing_id: UUID, body: Change, actor: ThingWriter, tx: Tx, expected: IfMatchRequired, answer: Answers
) -> Thing:
    """Paint a thing."""
    row = await _find(tx, thing_id)
    await looked_up(tx, actor, [row.id], "change")
    expect(row.version, expected)
    if row.state == "closed":
        raise InvalidTransition(allowed=[])
    return answer.ok(await _move(tx, row, colour=body.colour))


@router.post("/things/{thing_id}/closure", responses=problems(InvalidTransition))
async def close_thing(thing_id: UUID, actor: ThingWriter, tx: Tx, expected: IfMatch, answer: Answers) -> Thing:
    """Close a thing."""
    row = await _find(tx, thing_id)
    await looked_up(tx, actor, [row.id], "change")
    expect(row.version, expected)
    if row.state == "closed":
        raise InvalidTransition(allowed=[])
    return answer.ok(await _move(tx, row, state="closed"))


@router.post("/things/{thing_id}/password")
async def tell_password(thing_id: UUID, actor: ThingWriter, tx: Tx) -> Told:
    """Something that is told once, and that no read tells again."""
    row = await _find(tx, thing_id)
    await looked_up(tx, actor, [row.id], "change")
    return Told(told=secrets.token_hex(10))


@router.put("/things/{thing_id}/drawing")
async def draw_thing(
    thing_id: UUID,
    drawing: Annotated[Content, Depends(RawBody("text/csv", "application/x-ndjson"))],
    actor: MenuReader,
    expected: IfMatchRequired,
) -> Told:
    """Take bytes as they come."""
    return Told(told=f"{drawing.kind} {len(drawing.body)}")


@router.get("/things/{thing_id}/secretly")
async def read_unlogged(thing_id: UUID, actor: ThingReader, tx: Tx) -> Thing:
    """A defect: a read of personal data that nobody logs."""
    return Thing.model_validate(await _find(tx, thing_id))


@router.get("/menu")
async def read_menu(actor: MenuReader) -> Told:
    """Nothing personal."""
    return Told(told="soup")


@router.get("/things/{thing_id}/explosion")
async def explode(thing_id: str, actor: MenuReader) -> Told:
    """A defect."""
    raise LookupError(BOOM)


@router.get("/slowness/{seconds}")
async def take_time(seconds: float, actor: MenuReader) -> Told:
    """An answer that takes a while."""
    await asyncio.sleep(seconds)
    return Told(told="at last")


class Whisper(Body):
    """Something said by nobody in particular, to one authority."""

    authority: Annotated[str, Field(strict=True, max_length=20, pattern="^[A-Z0-9]+$")]
    name: ShortText


@router.post("/whispers", status_code=201)
async def whisper(_: Public, body: Whisper, tx: Tx, house: TheHouse) -> Told:
    """Open to everybody; the body tells the tenant."""
    await tx.enter(body.authority)
    values = {"name": body.name, "colour": "grey", "size": 0, "state": "open", "version": 1}
    await tx.run(insert(things).values(id=new_id(), authority=body.authority, made_at=now(), **values))
    return Told(told=body.name)


def settings_for(database_url: str | None, keys: Path, **changes: Any) -> Settings:
    """What the small service would read from its environment."""
    make_missing(keys, "development")
    told: dict[str, Any] = {
        "service": SERVICE,
        "mode": "development",
        "home": keys.parent,
        "keys_dir": keys,
        "issuers_file": keys / "issuers.json",
        "cors_origins": ("https://front.example",),
        "drain_seconds": 0,
        "database_url": database_url,
        **changes,
    }
    return Settings(**told)


def make_app(database_url: str | None, keys: Path, **changes: Any) -> FastAPI:
    """The small service. It listens to cases."""
    settings = settings_for(database_url, keys, **changes)
    return build_app(SERVICE, title="Things", routers=[router], settings=settings, hears={"cases"})
