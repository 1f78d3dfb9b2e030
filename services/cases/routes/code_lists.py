"""Code lists: public words with dates, for every screen that offers a choice."""

from typing import Annotated

from fastapi import Path, Query, Response

from chassis.errors import NotFound, Stale, Text
from chassis.http import Answers, IfMatchOrNew, problems, room
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.wire import Code, Day
from services.cases.domain.code_lists import ListedCode
from services.cases.domain.errors.code_lists import CodeUnfit, ListIsClosed, ShippedCode
from services.cases.domain.errors.organisation import AuthorityRequired
from services.cases.permissions import CodeListKeeper, CodeListReader
from services.cases.repository.code_lists import shipped
from services.cases.routes.given import Lists
from services.cases.schemas import code_lists as shown
from services.cases.schemas.code_lists import CodeListSummary, CodeListView, ListedCodeView, LocalCodeRequest
from services.cases.use_cases.code_lists import put_code

router = room(tags=["code lists"])
ListCode = Annotated[Code, Path(alias="list")]


@router.get("/code-lists", name="list_code_lists", summary="List the code lists")
async def list_code_lists(actor: CodeListReader, page: PageRequest) -> Page[CodeListSummary]:
    """Every code list of this installation, by name, without the codes an authority has added."""
    found, end = page.among(list(shipped().values()), key=lambda listed: (listed.code,))
    return Page[CodeListSummary](items=[shown.summary(listed) for listed in found], page=end)


@router.get("/code-lists/{list}", name="get_code_list", summary="Read a code list", responses=problems(NotFound))
async def get_code_list(
    actor: CodeListReader, name: ListCode, lists: Lists, answer: Answers, on: Annotated[Day | None, Query()] = None
) -> CodeListView:
    """One list with the caller's authority's own codes: all there are, or those that may be used on a day.

    Records keep the code they were made with, so a code that is no longer in force is still shown by name.
    """
    return answer.ok(shown.whole(await lists.get(name), actor, on))


@router.get("/code-lists/{list}/codes/{code}", name="get_code", summary="Read a code", responses=problems(NotFound))
async def get_code(
    actor: CodeListReader, name: ListCode, code: Annotated[Code, Path()], lists: Lists, answer: Answers
) -> ListedCodeView:
    """One code of a list."""
    listed = await lists.get(name)
    return answer.ok(shown.code(listed, listed.one(code), actor))


@router.put(
    "/code-lists/{list}/codes/{code}",
    name="put_code",
    summary="Add or change a local code",
    responses=problems(NotFound, Stale, ListIsClosed, ShippedCode, CodeUnfit, AuthorityRequired, AlreadyExists)
    | {201: {"model": ListedCodeView, "description": "The code is new."}},
)
async def put_local_code(
    actor: CodeListKeeper,
    name: ListCode,
    code: Annotated[Code, Path()],
    body: LocalCodeRequest,
    version: IfMatchOrNew,
    lists: Lists,
    answer: Answers,
    response: Response,
) -> ListedCodeView:
    """Add a code of the authority's own to an open list (`If-None-Match: *`), or change one (`If-Match`).

    A code is never removed: it is given a last day, and records keep it.
    """
    labels = Text(body.labels.da, body.labels.en)
    told = ListedCode(code, labels, body.valid_from, body.valid_to, body.replaced_by, "local")
    kept, new = await put_code(lists, actor, name, told, expected=version)
    if new:
        response.status_code = 201
    view = shown.code(await lists.get(name), kept, actor)
    return answer.created(view, f"/v1/code-lists/{name}/codes/{code}") if new else answer.ok(view)
