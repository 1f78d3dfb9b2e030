"""Bodies and answers about who a case is for."""

from typing import Annotated

from pydantic import Field

from chassis.wire import Body, LongText, Moment, ShortText, View
from services.cases.schemas.requests import IdentifierRequest


class IdentificationRequest(Body):
    """An anonymous citizen tells who they are: in their own words, and how we know that it was they who said it."""

    identifiers: Annotated[list[IdentifierRequest], Field(min_length=1, max_length=10)]
    name: ShortText | None = None
    citizen_statement: LongText
    evidence: LongText


class IdentificationView(View):
    """That an anonymous citizen has told who they are. The numbers stand, masked, in the case."""

    citizen_statement: str
    evidence: str
    recorded_at: Moment
