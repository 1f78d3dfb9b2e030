"""Notes and links to documents: what is written in the record and triggers nothing."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends

from chassis.clock import now
from chassis.given import of_caller, of_tx
from chassis.http import Answers, problems, room
from chassis.paging import PageRequest
from services.cases.domain.errors import CaseIsClosed, CaseNotFound, SectorNotInvolved
from services.cases.domain.errors.entries import EntryAlreadyCorrected, NothingToCorrect, NotYetHappened
from services.cases.permissions import CaseReader, CaseWriter
from services.cases.queries.entries import EntryQueries
from services.cases.repository.entitlements import EntitlementRepository
from services.cases.repository.entries import EntryRepository
from services.cases.routes.given import Cases
from services.cases.schemas.entries import (
    DocumentLinkRequest,
    DocumentLinkView,
    NoteRequest,
    NoteView,
    shown,
)
from services.cases.schemas.walls import WalledPage
from services.cases.use_cases.entries import record_entry
from services.cases.use_cases.notes import record_note

Entries = Annotated[EntryRepository, Depends(of_tx(EntryRepository))]
Entitlements = Annotated[EntitlementRepository, Depends(of_tx(EntitlementRepository))]
EntryReads = Annotated[EntryQueries, Depends(of_caller(EntryQueries))]
REFUSED = (CaseNotFound, SectorNotInvolved, CaseIsClosed, NothingToCorrect, EntryAlreadyCorrected)

notes = room(tags=["notes"], prefix="/v1/cases/{case_id}/notes")
documents = room(tags=["documents"], prefix="/v1/cases/{case_id}/documents")


@notes.post(
    "",
    status_code=201,
    name="record_note",
    summary="Write a note",
    responses=problems(*REFUSED, NotYetHappened),
)
async def write_note(
    actor: CaseWriter, case_id: UUID, body: NoteRequest, cases: Cases, entries: Entries, answer: Answers
) -> NoteView:
    """Write a note. It is never changed: a note that `corrects` another stands beside it, and the old one says so."""
    case, note = await record_note(cases, entries, actor, case_id, body.told(), corrects=body.corrects, now=now())
    return answer.created(shown(NoteView, case, note, actor), f"/v1/cases/{case_id}/notes/{note.id}")


@notes.get("", name="list_notes", summary="List the notes", responses=problems(CaseNotFound))
async def list_notes(actor: CaseReader, case_id: UUID, reads: EntryReads, page: PageRequest) -> WalledPage[NoteView]:
    """The notes, oldest first, corrected ones among them: the caller's sector's own, and those of another sector that
    a consent in force covers (category `notes`)."""
    found = await reads.listed("notes", case_id, page)
    items = [shown(NoteView, found.case, entry, actor) for entry in found.entries]
    return WalledPage[NoteView](items=items, page=found.page, hidden=found.hidden)


@notes.get("/{note_id}", name="get_note", summary="Read a note", responses=problems(CaseNotFound))
async def get_note(actor: CaseReader, case_id: UUID, note_id: UUID, reads: EntryReads, answer: Answers) -> NoteView:
    """One note."""
    case, note = await reads.one("notes", case_id, note_id)
    return answer.ok(shown(NoteView, case, note, actor))


@documents.post(
    "",
    status_code=201,
    name="link_document",
    summary="Link to a document",
    responses=problems(*REFUSED),
)
async def link_document(
    actor: CaseWriter, case_id: UUID, body: DocumentLinkRequest, cases: Cases, entries: Entries, answer: Answers
) -> DocumentLinkView:
    """Name a document that another system keeps. Nothing of its content comes here. A link that `corrects` another
    stands beside it."""
    case, link = await record_entry(
        cases, entries, actor, case_id, "documents", body.told(), corrects=body.corrects, now=now()
    )
    return answer.created(shown(DocumentLinkView, case, link, actor), f"/v1/cases/{case_id}/documents/{link.id}")


@documents.get("", name="list_documents", summary="List the links to documents", responses=problems(CaseNotFound))
async def list_documents(
    actor: CaseReader, case_id: UUID, reads: EntryReads, page: PageRequest
) -> WalledPage[DocumentLinkView]:
    """The links, oldest first, corrected ones among them: the caller's sector's own, and those of another sector that
    a consent in force covers (category `documents`)."""
    found = await reads.listed("documents", case_id, page)
    items = [shown(DocumentLinkView, found.case, entry, actor) for entry in found.entries]
    return WalledPage[DocumentLinkView](items=items, page=found.page, hidden=found.hidden)


@documents.get("/{document_id}", name="get_document", summary="Read a link", responses=problems(CaseNotFound))
async def get_document(
    actor: CaseReader, case_id: UUID, document_id: UUID, reads: EntryReads, answer: Answers
) -> DocumentLinkView:
    """One link to a document."""
    case, link = await reads.one("documents", case_id, document_id)
    return answer.ok(shown(DocumentLinkView, case, link, actor))
