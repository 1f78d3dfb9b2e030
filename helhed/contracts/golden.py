"""Golden messages: what was really sent under each released schema, kept for as long as the type lives.

`contracts/golden/<name of the release>.json` is a list: the first message uses every field, the second none
that is optional. They are written by hand before a type is released, and are the examples in its
documentation.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from contracts.event import Event
from helhed.contracts.releases import releases

Message = dict[str, Any]


def messages(root: Path) -> dict[str, list[Message]]:
    """All golden messages, by event type."""
    found: dict[str, list[Message]] = {}
    for path in sorted((root / "golden").glob("*.json")):
        for message in json.loads(path.read_text("utf-8")):
            found.setdefault(message["type"], []).append(message)
    return found


def faults(root: Path, events: tuple[type[Event], ...]) -> Iterator[str]:
    """Releases without golden messages, and messages that today's classes can no longer read."""
    for release in releases(root):
        path = root / "golden" / release.path.name
        first: Message = json.loads(path.read_text("utf-8"))[0] if path.exists() else {}
        if missing := release.schema["properties"].keys() - first.get("data", {}).keys():
            unused = ", ".join(sorted(missing))
            yield f"golden/{path.name}: needs a first message that uses every field, also {unused}"
    sent = messages(root)
    for event in events:
        for message in sent.get(event.event_type, []):
            try:
                event.model_validate(message["data"])
            except ValidationError as error:
                why = error.errors()[0]["msg"]
                yield f"golden: {event.__name__} no longer reads message {message['id']}: {why}"
