"""People who work here, as their tokens call them."""

import re
from typing import Annotated

from pydantic import AfterValidator

from chassis.wire import Subject

# A subject stands in addresses, logs and events: what names a person to everybody has no place there.
_CPR = re.compile(r"\d{6}-?\d{4}", re.ASCII)
_EMAIL = re.compile(r"[^@]+@[^@]+\.[^@]+")


def _opaque(subject: str) -> str:
    if _CPR.fullmatch(subject) or _EMAIL.fullmatch(subject):
        raise ValueError("a subject is opaque: no CPR number and no e-mail address")
    return subject


OpaqueSubject = Annotated[Subject, AfterValidator(_opaque)]
