"""Where a journey is played: a running town, an authority nobody else uses, and the people who call at the gateway."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

import httpx2

from chassis.sync import Point, merge, parse, render
from helhed.demo.caller import Caller, Json
from tests.support.towns import RunningTown

PATIENCE = 60.0
JOBCENTER, ALCOHOL, ADULTS = "employment:jobcenter-by", "health:rusmiddelcenter", "social:voksenstoette"
_PURPOSE_OF = {
    "administrator": "quality-control",
    "auditor": "audit",
    "evaluator": "statistics",
    "integration": "system-integration",
    "trial-manager": "trial-administration",
}

Found = TypeVar("Found")


class Baton:
    """Hands every `Sync-Token` on: whoever asks next knows what was written before, by whomever.

    The gateway does this for one caller by itself; between callers, people who talk to each other do it.
    """

    def __init__(self) -> None:
        self._points: list[Point] = []

    async def give(self, request: httpx2.Request) -> None:
        """Before a request leaves."""
        if self._points and "authorization" in request.headers:
            request.headers["Sync-Token"] = render(self._points)

    async def take(self, answer: httpx2.Response) -> None:
        """When an answer has come."""
        if token := answer.headers.get("sync-token"):
            self._points = merge([*self._points, *parse(token)])


@dataclass(slots=True)
class Stage:
    """One journey's surroundings. `http` carries the baton; people of other authorities call `outside`, without it."""

    town: RunningTown
    http: httpx2.AsyncClient
    outside: httpx2.AsyncClient
    authority: str = field(default_factory=lambda: f"CVR{random.randrange(10**8):08d}")
    _people: dict[tuple[str, str], Caller] = field(default_factory=dict)

    @property
    def employment(self) -> Caller:
        """The job centre's caseworker, with whom most journeys begin."""
        return self._regular("employment", JOBCENTER)

    @property
    def health(self) -> Caller:
        """A caseworker of the alcohol-treatment unit."""
        return self._regular("health", ALCOHOL)

    @property
    def social(self) -> Caller:
        """A caseworker of the support unit for adults."""
        return self._regular("social", ADULTS)

    @property
    def administrator(self) -> Caller:
        """Who turns survey programmes on."""
        return self.somebody(sector=(), role="administrator")

    @property
    def team_lead(self) -> Caller:
        """Who leads the job centre's caseworkers."""
        return self._regular("employment", JOBCENTER, "team-lead")

    @property
    def system(self) -> Caller:
        """The job centre's own records system."""
        return self._regular("employment", JOBCENTER, "integration")

    @property
    def trial_manager(self) -> Caller:
        """Who leads trials, for no authority, and so hears of no case. A trial is led by whoever founded it."""
        if ("trials", "") not in self._people:
            subject = f"trials-{self.authority.lower()}"
            token = self.town.token(authority=None, role="trial-manager", subject=subject)
            self._people["trials", ""] = Caller(self.outside, token, "trial-administration", patience=PATIENCE)
        return self._people["trials", ""]

    def one_of(self, roles: Collection[str]) -> Caller:
        """Somebody of these roles, who come in the order in which they are met; nobody in particular for none."""
        by_role = {
            "caseworker": lambda: self.employment,
            "team-lead": lambda: self.team_lead,
            "integration": lambda: self.system,
            "administrator": lambda: self.administrator,
            "trial-manager": lambda: self.trial_manager,
        }
        return next((find() for role, find in by_role.items() if role in roles), self.anybody)

    @property
    def anybody(self) -> Caller:
        """Somebody without a login: a citizen with a letter in hand."""
        return Caller(self.http, patience=PATIENCE)

    def somebody(
        self,
        *,
        sector: str | Collection[str],
        unit: str | Collection[str] = (),
        role: str = "caseworker",
        authority: str | None = None,
        subject: str | None = None,
    ) -> Caller:
        """Anybody else, with a token of their own."""
        token = self.town.token(
            authority=authority or self.authority,
            sector=sector if isinstance(sector, str) else list(sector),
            unit=unit if isinstance(unit, str) else list(unit),
            role=role,
            subject=subject or f"{role}-{uuid4().hex[:8]}",
        )
        http = self.http if authority is None else self.outside
        return Caller(http, token, _PURPOSE_OF.get(role, "casework"), patience=PATIENCE)

    def _regular(self, sector: str, unit: str, role: str = "caseworker") -> Caller:
        who = (role, unit)
        if who not in self._people:
            name = sector if role == "caseworker" else f"{sector}-{role}"
            subject = f"{name}-{self.authority.lower()}"
            self._people[who] = self.somebody(sector=sector, unit=unit, role=role, subject=subject)
        return self._people[who]


def subject_of(stage: Stage, sector: str) -> str:
    """The opaque subject of the stage's regular caseworker in a sector."""
    return f"{sector}-{stage.authority.lower()}"


async def refused(
    caller: Caller, method: str, path: str, body: Json | None = None, *, status: int, slug: str, **headers: str
) -> Json:
    """Call, and be refused exactly so; the problem document."""
    key = str(uuid4()) if method == "POST" else None
    answer = await caller.send(method, path, body=body, key=key, **headers)
    problem: Json = answer.json()
    told = (answer.status_code, problem.get("type"))
    assert told == (status, f"urn:helhed:problem:{slug}"), f"{method} {path}: {problem}"
    assert answer.headers["content-type"] == "application/problem+json"
    return problem


async def eventually(
    ask: Callable[[], Awaitable[Found]], enough: Callable[[Found], object], seconds: float = PATIENCE
) -> Found:
    """Ask until it is enough. For what the town does by itself (letters, events); never for what a caller wrote."""
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        found = await ask()
        if enough(found):
            return found
        assert asyncio.get_running_loop().time() < deadline, f"still not, after {seconds:.0f} s: {found}"
        await asyncio.sleep(0.1)
