"""The kinds of refusal. A service names its own refusals by inheriting one of them; the edge knows their status.

Standard library only: the domain borrows these words.
"""

from dataclasses import dataclass
from typing import Any, ClassVar
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence in the two languages users read."""

    da: str
    en: str

    def __getitem__(self, language: str) -> str:
        return self.en if language == "en" else self.da


class Refusal(Exception):
    """Something was asked that cannot be done. `facts` are told to the caller: codes, ids, dates; never people.

    A subclass sets `slug` (a promise on the wire), `title`, and where one sentence more helps, `detail`.
    """

    slug: ClassVar[str]
    title: ClassVar[Text]
    detail: ClassVar[Text | None] = None

    # The cases it gives away by refusing, if it does: the caller has looked them up, and the log says so.
    tells_of: tuple[UUID, ...] = ()

    def __init__(self, **facts: Any) -> None:
        super().__init__(self.slug)
        self.facts = facts


class BadInput(Refusal):
    """The request is wrong in a way its schema cannot see (400)."""

    slug = "invalid-request"
    title = Text("Forespørgslen er ikke gyldig.", "The request is not valid.")


class NotAllowed(Refusal):
    """You may know that it exists, but not do this (403)."""

    slug = "not-allowed"
    title = Text("Det har du ikke adgang til at gøre.", "You are not allowed to do that.")


class NotFound(Refusal):
    """Absent, or not yours: deliberately one answer (404)."""

    slug = "not-found-or-not-yours"
    title = Text("Findes ikke, eller er ikke din.", "Not found, or not yours.")
    detail = Text(
        "Hvis liv eller helbred er i fare, så brug nødadgang (Access-Purpose: emergency) hos sagens myndighed.",
        "If life or health is in danger, use emergency access (Access-Purpose: emergency) at the case's authority.",
    )


class RuleBroken(Refusal):
    """A rule of the field says no, in the present state of things (409)."""

    slug = "rule-broken"
    title = Text("En regel siger nej.", "A rule says no.")


class InvalidTransition(RuleBroken):
    """The step does not exist from here. Facts: `allowed`, the steps that do (for this caller)."""

    slug = "invalid-transition"
    title = Text("Det trin findes ikke herfra.", "That step does not exist from here.")


class Stale(Refusal):
    """Somebody else was here since you looked (412). Facts: `version`, the present one."""

    slug = "stale-version"
    title = Text("Nogen har ændret det, siden du læste det.", "Somebody changed it since you read it.")
