"""Each service's OpenAPI, checked in, so that one service down takes no documentation away."""

import importlib
import json
from collections.abc import Iterator
from pathlib import Path

from helhed.contracts.asyncapi import SERVICES

PACKAGE = "services"


def texts() -> Iterator[tuple[Path, str]]:
    """The path below contracts/ and the document, of every service that has an app."""
    for service in SERVICES:
        if (text := _document(service)) is not None:
            yield Path("openapi") / f"{service}.json", text


def _document(service: str) -> str | None:
    """Keys are sorted, or the order in which modules happen to be imported would show as a change."""
    module = f"{PACKAGE}.{service}.app"
    try:
        app = importlib.import_module(module).app
    except ModuleNotFoundError as error:
        # A missing library, or a missing module inside the service, must not read as "no such service".
        if error.name not in (module, f"{PACKAGE}.{service}"):
            raise
        return None
    return json.dumps(app.openapi(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"
