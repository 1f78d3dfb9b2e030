"""The worklist of a unit among a million referrals: as a screen waits for it, and what the planner makes of it."""

from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from rich.progress import Progress

from bench import measure, plans, taping
from bench.many_referrals import MADE, batches, fill_referrals
from bench.operations import BY_NAME, DEEP, LISTED, Operation, World
from bench.town import BenchTown

PAGES = 100  # a deep page has so many before it
_NOBODY = str(UUID(int=0))


def measured(
    town: BenchTown, who: dict[str, str], folder: Path, seconds: float, progress: Progress, made: int = MADE
) -> dict[str, Any]:
    """Make the referrals, ask for pages of them, and explain the statements."""
    filling = fill_referrals(town.databases["referrals"].admin_url, made)
    for _ in progress.track(filling, batches(made), description="Referrals made"):
        pass
    known = World(who, _NOBODY, _NOBODY, _NOBODY, 0)
    deep = [operation for operation in LISTED if operation.name.endswith(DEEP)]
    for operation in progress.track(deep, description="Deep pages looked for"):
        known.cursors[operation.name] = _cursor(town, known, BY_NAME[operation.name.removesuffix(DEEP)])
    tapes = folder / "tapes-of-lists"
    tapes.mkdir()
    taping.record(town, known, tapes, LISTED)
    with measure.Load(known) as load:
        cells = measure.figures(town, load, seconds, progress, "Slices of the worklists", LISTED, ("gateway",))
    return {
        "referrals": made,
        "cells": cells,
        "plans": plans.plans(town, tapes, LISTED),
        "in_words": plans.in_words(town, tapes, LISTED[0]),
    }


def _cursor(town: BenchTown, known: World, first: Operation) -> str:
    """Where page 101 begins: read on from the first, as a screen would."""
    connection = HTTPConnection("127.0.0.1", town.ports["gateway"], timeout=30)
    head = first.request(known, 0).decode().split("\r\n")
    target, headers = head[0].split(" ")[1], dict(line.split(": ", 1) for line in head[1:] if line)
    cursor = ""
    for _ in range(PAGES):
        connection.request("GET", target + (f"&cursor={cursor}" if cursor else ""), headers=headers)
        answer = connection.getresponse()
        page = orjson.loads(answer.read())
        if answer.status != 200 or not page["page"]["next"]:
            raise measure.WrongAnswer(f"{first.name} has no page {PAGES + 1}: {answer.status}")
        cursor = page["page"]["next"]
    connection.close()
    return cursor
