"""Runs the demo: cast, progress bar, stories side by side, letters answered, and a table of what came of it."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from chassis.keys import development_token
from helhed.demo.caller import Caller, History, Json, Unexpected
from helhed.demo.people import CLOSING_UNIT, MUNICIPALITIES, UNITS, person
from helhed.demo.stories import MIX, Cast, Story, Told

SIDE_BY_SIDE = 6
PATIENCE = 60.0
_ITEMS = ("cheerful", "calm", "active", "rested", "interested")


@dataclass(slots=True)
class Result:
    """What the demo made, for the table and for those who check it."""

    told: list[tuple[str, str, Told]]  # authority, story, what came of it
    answered: int = 0


class Demo:
    """One run of the demo against one gateway."""

    def __init__(
        self,
        gateway: str,
        home: Path,
        http: httpx2.AsyncClient,
        history: History,
        seed: int,
        patience: float = PATIENCE,
    ) -> None:
        self._gateway, self._home, self._http, self._history = gateway, home, http, history
        self._patience = patience
        self._dice = random.Random(seed)  # noqa: S311 - a story's dice, no secret
        self._run = f"{seed:08x}"
        self._earlier_letters: set[Path] = set()

    def caller(self, authority: str, sector: str | None, role: str, unit: str | None = None) -> Caller:
        """Somebody with a development token; `purpose` is what the role usually looks for."""
        subject = f"{role}-{sector or 'all'}-{self._run}"
        token = development_token(
            self._home / "keys",
            authority=authority,
            sectors=[sector] if sector else [],
            roles=[role],
            subject=subject,
            units=[unit] if unit else [],
        )
        purpose = {"administrator": "quality-control"}.get(role, "casework")
        return Caller(self._http, token, purpose, patience=self._patience, history=self._history)

    async def play(self, citizens: int, progress: Progress) -> Result:
        """Tell as many stories, in the mix, spread over the municipalities."""
        self._earlier_letters = set((self._home / "outgoing").glob("*.json"))
        await self._turn_surveys_on()
        bar = progress.add_task("Citizens", total=citizens)
        result = Result([])
        gate = asyncio.Semaphore(SIDE_BY_SIDE)
        plan = [story for story, share in MIX for _ in range(max(1, round(share * citizens / 100)))][:citizens]
        self._dice.shuffle(plan)

        async def one(number: int, story: Story) -> None:
            authority = list(MUNICIPALITIES)[number % len(MUNICIPALITIES)]
            async with gate:
                told = await self._tell(authority, number, story)
            result.told.append((authority, story.__name__, told))
            progress.advance(bar)

        async with asyncio.TaskGroup() as group:
            for number, story in enumerate(plan):
                group.create_task(one(number, story))
        result.answered = await self._answer_letters(result, progress)
        return result

    async def _tell(self, authority: str, number: int, story: Story) -> Told:
        dice = random.Random(self._dice.random())  # noqa: S311 - a story's dice, no secret
        units = UNITS["employment"]
        receiving = UNITS["health"][number // len(MUNICIPALITIES) % len(UNITS["health"])]
        cast = Cast(
            employment=self.caller(
                authority, "employment", "caseworker", units[number // len(MUNICIPALITIES) % len(units)]
            ),
            health=self.caller(authority, "health", "caseworker", receiving),
            receiving_unit=receiving,
            dice=dice,
        )
        while True:
            try:
                return await story(cast, person(dice))
            except Unexpected as clash:
                # Two throws of the dice can be the same person, who then has an open case already.
                if clash.problem.get("type") != "urn:helhed:problem:open-case-exists":
                    raise

    async def _turn_surveys_on(self) -> None:
        for authority in MUNICIPALITIES:
            try:
                await self.caller(authority, None, "administrator").post(
                    "/v1/survey-programmes/who5-casework/activation"
                )
            except Unexpected as on_already:
                if on_already.status != 409:
                    raise

    async def _answer_letters(self, result: Result, progress: Progress) -> int:
        """Two of three citizens answer their letter: on the phone, without logging in."""
        expected = {told.case_id for _, story, told in result.told if story != "closed"}
        bar = progress.add_task("Survey answers", total=len(expected))
        letters = self._home / "outgoing"
        answered, opened = 0, set(self._earlier_letters)
        expected_letters = len(expected) + len(opened)
        for _ in range(60):
            new = [path for path in letters.glob("*.json") if path not in opened] if letters.exists() else []
            for path in new:
                opened.add(path)
                letter = json.loads(path.read_text(encoding="utf-8"))
                if self._dice.random() < 2 / 3 and await self._answer(letter):
                    answered += 1
                progress.update(bar, completed=min(len(opened) - len(self._earlier_letters), len(expected)))
            if len(opened) >= expected_letters:
                break
            await asyncio.sleep(0.25)
        progress.update(bar, completed=len(expected))
        return answered

    async def _answer(self, letter: Json) -> bool:
        token = urlsplit(letter["link"]).fragment.removeprefix("t=")
        public = Caller(self._http, patience=self._patience, history=self._history)
        try:
            session = await public.post(
                "/v1/survey-sessions", {"token": token, "language": letter.get("language") or "da"}
            )
            codes = [item["code"] for item in session["instrument"]["items"]]
            answers = [{"item": code, "value": self._dice.randrange(0, 6)} for code in codes]
            await public.post("/v1/survey-responses", {"sessionToken": session["sessionToken"], "answers": answers})
        except Unexpected as gone:
            if gone.status >= 500:
                raise
            return False  # answered in an earlier run, replaced by a newer letter, or the case has closed
        return True

    async def closing_unit(self) -> tuple[str, int, int]:
        """The unit that is about to close: municipality, cases it holds, and how many of them could be let go today."""
        authority = next(iter(MUNICIPALITIES))
        lead = self.caller(authority, "employment", "team-lead", CLOSING_UNIT)
        held = [case async for case in pages(lead, "/v1/worklist", **{"as": "unit"})]
        checks = [await lead.get(f"/v1/cases/{case['id']}/release-check", sector="employment") for case in held]
        return MUNICIPALITIES[authority], len(held), sum(check["releasable"] for check in checks)

    async def count(self) -> tuple[Counter[str], Counter[str], int, int]:
        """Cases by status, referrals by state, needs caught, and people between chairs: read back through the API."""
        cases: Counter[str] = Counter()
        referrals: Counter[str] = Counter()
        caught = between = 0
        for authority in MUNICIPALITIES:
            seen: dict[str, Json] = {}
            for sector in UNITS:
                reader = self.caller(authority, sector, "team-lead")
                seen |= {case["id"]: case async for case in pages(reader, "/v1/cases")}
            cases.update(case["status"] for case in seen.values())
            needs = [need for case in seen.values() for need in case["needs"]]
            caught += sum(need["catchState"] == "caught" for need in needs)
            between += sum(
                any(
                    a["kind"] in ("need-uncaught", "referral-without-successor", "caught-then-lost")
                    for a in case["attention"]
                )
                for case in seen.values()
            )
            health = self.caller(authority, "health", "team-lead")
            referrals.update([referral["state"] async for referral in pages(health, "/v1/referrals")])
        return cases, referrals, caught, between


async def pages(caller: Caller, path: str, **query: str) -> AsyncIterator[Json]:
    """All items of a list, page by page."""
    cursor: str | None = None
    while True:
        page = await caller.get(path, limit=200, **query, **({"cursor": cursor} if cursor else {}))
        for item in page["items"]:
            yield item
        cursor = page["page"]["next"]
        if cursor is None:
            return


def _table(result: Result, counted: tuple[Counter[str], Counter[str], int, int], unit: tuple[str, int, int]) -> Table:
    cases, referrals, caught, between = counted
    table = Table(title="What came of it (everything in this town so far)", show_header=False)
    table.add_row("Cases", ", ".join(f"{n} {status}" for status, n in sorted(cases.items())))
    table.add_row("Referrals", ", ".join(f"{n} {state}" for state, n in referrals.most_common()))
    table.add_row("Needs caught", str(caught))
    table.add_row("People between chairs", str(between))
    table.add_row("Survey responses (this run)", str(result.answered))
    table.add_row(
        f"About to close: {CLOSING_UNIT}, {unit[0]}", f"{unit[1]} cases, of which {unit[2]} could be let go today"
    )
    return table


async def play(
    gateway: str,
    home: Path,
    *,
    citizens: int,
    history: Path | None,
    seed: int,
    console: Console,
    patience: float = PATIENCE,
) -> Result:
    """Play the demo against a running town and print the table. `patience`: how long one call is repeated."""
    limits = httpx2.Limits(max_connections=SIDE_BY_SIDE * 2)
    with History(history) as notes:
        async with httpx2.AsyncClient(base_url=gateway, timeout=30.0, trust_env=False, limits=limits) as http:
            demo = Demo(gateway, home, http, notes, seed, patience)
            return await _played(demo, gateway, home, citizens, console)


async def _played(demo: Demo, gateway: str, home: Path, citizens: int, console: Console) -> Result:
    columns = (TextColumn("{task.description:<16}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        result = await demo.play(citizens, progress)
    console.print(_table(result, await demo.count(), await demo.closing_unit()))
    console.print(f"The reference: {gateway}/   ·   the problems: {gateway}/problems")
    console.print(f"One story to look at: GET {gateway}/v1/overview/cases/{result.told[0][2].case_id}")
    console.print(f"Letters with survey links: {home / 'outgoing'}")
    return result


def main(
    gateway: str, home: Path, *, citizens: int = 100, history: Path | None = None, seed: int | None = None
) -> Result:
    """Tell the story for `citizens` new citizens. With the same `seed` the same dice fall.

    Raises:
        ExceptionGroup: an answer that the stories did not expect.
    """
    chosen = random.SystemRandom().randrange(1 << 32) if seed is None else seed
    return asyncio.run(play(gateway, home, citizens=citizens, history=history, seed=chosen, console=Console()))
