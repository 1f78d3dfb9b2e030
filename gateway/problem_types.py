"""`/problems`: every problem type the town can answer with, in both languages.

The gateway knows its own; a service's stand in its OpenAPI document (`x-problems`), so that one service down takes none
away.
"""

from collections.abc import Mapping
from typing import Any

from chassis.problems import PREFIX, every_refusal, status_of
from gateway.upstreams import Document

LISTED = "x-problems"


def problem_types(documents: Mapping[str, Document]) -> list[dict[str, Any]]:
    """One entry for each type, sorted by type."""
    listed = [entry for document in documents.values() for entry in document.get(LISTED, ())]
    own = [
        {"type": PREFIX + slug, "status": status_of(kind), "title": {"da": kind.title.da, "en": kind.title.en}}
        for slug, kind in every_refusal().items()
    ]
    by_type = {entry["type"]: entry for entry in [*listed, *own]}
    return [by_type[name] for name in sorted(by_type)]
