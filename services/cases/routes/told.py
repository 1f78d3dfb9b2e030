"""Small things several routes need: comma lists of codes, and the gate's findings in the reader's language."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated, Any

from fastapi import Depends, Query
from pydantic import BeforeValidator, Field

from chassis.door import Language
from chassis.wire import Code
from services.cases.domain.errors import ClosureBlocked, ReleaseBlocked
from services.cases.schemas import shown


def _split(value: Any) -> Any:
    # FastAPI hands a repeatable key over as a list; we take one key with commas (a repeated key is refused before).
    if isinstance(value, list):
        return [code for part in value for code in str(part).split(",")]
    return value


Codes = Annotated[Annotated[list[Code], Field(max_length=50)] | None, BeforeValidator(_split), Query()]


@contextmanager
def _told(language: str) -> Iterator[None]:
    try:
        yield
    except (ReleaseBlocked, ClosureBlocked) as blocked:
        unmet = [shown.unmet(condition, language).model_dump(mode="json") for condition in blocked.facts["unmet"]]
        raise type(blocked)(unmet=unmet) from None


async def _teller(language: Language) -> AbstractContextManager[None]:
    return _told(language)


# What blocks a release or a closure is told in the shape of the release check.
told_in = Annotated[AbstractContextManager[None], Depends(_teller)]
