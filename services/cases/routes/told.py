"""Small things several routes need: the gate's findings in the reader's language."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Annotated

from fastapi import Depends

from chassis.given import Language
from services.cases.domain.errors import ClosureBlocked, ReleaseBlocked
from services.cases.schemas import shown


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
