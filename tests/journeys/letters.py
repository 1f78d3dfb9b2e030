"""What comes to the citizen, and what the citizen sends back."""

import json
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from helhed.demo.caller import Json
from tests.journeys.stage import Stage, eventually

ANSWERS: Mapping[str, int] = MappingProxyType({"cheerful": 4, "calm": 3, "active": 5, "rested": 2, "interested": 3})


async def letter_of(stage: Stage, invitation_id: str) -> Json:
    """The letter about an invitation, when it has come."""

    async def look() -> Json:
        return letter_in(stage.town.home / "outgoing", invitation_id)

    return await eventually(look, bool)


def letter_in(folder: Path, invitation_id: str) -> Json:
    """The letter about an invitation; empty while there is none."""
    path = folder / f"{invitation_id}.json"
    found: Json = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return found


def token_in(letter: Json) -> str:
    """The secret in a letter's link."""
    return urlsplit(letter["link"]).fragment.removeprefix("t=")


def answering(session: Json, answers: Mapping[str, int]) -> Json:
    """What the citizen's telephone sends."""
    items = [{"item": item, "value": value} for item, value in answers.items()]
    return {"sessionToken": session["sessionToken"], "answers": items}
