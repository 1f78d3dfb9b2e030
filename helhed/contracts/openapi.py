"""Each service's OpenAPI, checked in, so that one service down takes no documentation away."""

import importlib
import json
from pathlib import Path

from helhed.contracts.asyncapi import SERVICES

PACKAGE = "services"


def texts() -> dict[Path, str]:
    """Path below contracts/ → the document, of every service that has an app."""
    found = {service: _document(service) for service in SERVICES}
    return {Path("openapi") / f"{service}.json": text for service, text in found.items() if text is not None}


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
