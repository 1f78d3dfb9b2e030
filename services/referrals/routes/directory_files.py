"""The directory as files: HSDS in, HSDS out, and the form it must have."""

from typing import Annotated, Literal
from uuid import UUID

from fastapi import Depends, Query

from chassis.clock import now
from chassis.errors import NotFound
from chassis.http import Answers, problems, room
from chassis.ids import new_id
from chassis.paging import Page, PageRequest
from chassis.problems import AlreadyExists
from chassis.raw import Content, RawBody
from services.referrals.domain.directory import EntryKind
from services.referrals.permissions import DirectoryKeeper, DirectoryReader
from services.referrals.routes.given import DirectoryReads, Offers
from services.referrals.schemas.directory import (
    DirectoryExport,
    DirectoryFormat,
    DirectoryImportSummary,
    DirectoryImportView,
)
from services.referrals.schemas.hsds import OF_ENTRY, HsdsService
from services.referrals.schemas.hsds_files import JSON, NDJSON, read_file
from services.referrals.use_cases.directory import import_services

router = room(tags=["directory"], prefix="/v1/directory")

File = Annotated[Content, Depends(RawBody(JSON, NDJSON))]
_FORMATS = {"service": HsdsService, **{str(kind): model for kind, model in OF_ENTRY.items()}}
assert set(_FORMATS) == {"service", *EntryKind}


@router.post(
    "/imports",
    status_code=201,
    name="import_directory",
    summary="Import HSDS services",
    responses=problems(AlreadyExists),
)
async def import_directory(
    actor: DirectoryKeeper,
    content: File,
    directory: Offers,
    reads: DirectoryReads,
    answer: Answers,
    dry_run: Annotated[bool, Query(alias="dryRun", description="Only tell what would become of each line.")] = False,
) -> DirectoryImportView:
    """Take in HSDS 3 services in their whole form, each with its organisation and its locations: one as JSON, several
    as NDJSON, or a page of `/v1/directory/export`. At most 500 lines and 1 MiB at a time.

    A page of the list of another HSDS API (`contents`) is taken too. Such a list tells of a service only what there is
    one of, so of what it leaves out, telephones, places, languages, times, the directory keeps what it has. To bring
    those along, read each service whole (`/services/{id}` there) and send them as NDJSON.

    A line that is refused stops none of the others. Importing the same file again changes nothing.
    """
    lines = read_file(content)
    import_id = new_id()
    await import_services(directory, actor, lines, import_id=import_id, dry_run=dry_run, now=now())
    return answer.created(await reads.one_import(import_id), f"/v1/directory/imports/{import_id}")


@router.get("/imports", name="list_directory_imports", summary="List imports of the directory")
async def list_imports(
    actor: DirectoryKeeper, reads: DirectoryReads, paging: PageRequest
) -> Page[DirectoryImportSummary]:
    """What was imported into the directory, the newest first, with how many became what."""
    return await reads.imports(paging)


@router.get(
    "/imports/{import_id}",
    name="get_directory_import",
    summary="Read an import of the directory",
    responses=problems(NotFound),
)
async def get_import(
    import_id: UUID, actor: DirectoryKeeper, reads: DirectoryReads, answer: Answers
) -> DirectoryImportView:
    """What became of each line: its number in the file, its service, and for a refusal where and why."""
    return answer.ok(await reads.one_import(import_id))


@router.get("/export", name="export_directory", summary="Export the directory as HSDS")
async def export_directory(actor: DirectoryReader, reads: DirectoryReads, paging: PageRequest) -> DirectoryExport:
    """Every service as HSDS 3, in its whole form, as it was sent: members that HSDS does not know are there too."""
    return await reads.exported(paging)


@router.get("/formats/{kind}", name="get_directory_format", summary="What an HSDS document must be")
async def get_format(kind: Literal["service", "organisation", "location"], actor: DirectoryReader) -> DirectoryFormat:
    """The form of one kind of document, as a JSON Schema (draft 2020-12)."""
    return DirectoryFormat(document_schema=_FORMATS[kind].model_json_schema())
