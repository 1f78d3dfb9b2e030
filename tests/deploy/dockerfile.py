"""The Dockerfile as instructions, and what must hold of it."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

_PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+\.\d+(-[\w.-]+)?(@sha256:[0-9a-f]{64})?")


@dataclass(frozen=True, slots=True)
class Instruction:
    name: str
    rest: str

    @property
    def is_exec_form(self) -> bool:
        try:
            return isinstance(json.loads(self.rest[self.rest.index("[") :]), list)
        except ValueError:
            return False


def instructions(text: str) -> list[Instruction]:
    lines = [line for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [Instruction(*line.split(maxsplit=1)) for line in joined.splitlines()]


def faults(text: str) -> list[str]:
    """Everything that is wrong, one line each; empty is good."""
    found = instructions(text)
    stages = [position for position, one in enumerate(found) if one.name == "FROM"]
    last_stage = found[stages[-1] :] if stages else []
    return [*_base_faults(found), *_content_faults(found), *_process_faults(last_stage)]


def _base_faults(found: list[Instruction]) -> Iterator[str]:
    arguments = dict(one.rest.split("=", 1) for one in found if one.name == "ARG" and "=" in one.rest)
    bases = [one.rest.split()[0] for one in found if one.name == "FROM"]
    if len(bases) < 2:
        yield "is not built in stages"
    for base in bases:
        image = re.sub(r"\$\{(\w+)\}", lambda name: arguments.get(name[1], ""), base)
        if not _PINNED.fullmatch(image):
            yield f"base {base} is not pinned to an exact version"


def _content_faults(found: list[Instruction]) -> Iterator[str]:
    for one in found:
        if one.name == "ADD":
            yield f"ADD {one.rest}: fetches or unpacks; COPY does neither"
        if one.name == "COPY" and one.rest.split()[0] in (".", "./"):
            yield "copies whatever lies in the folder"
        if one.name == "RUN" and re.search(r"curl|wget|\bsudo\b", one.rest):
            yield f"RUN {one.rest}: fetches past the lock file"
    syncs = [one.rest for one in found if one.name == "RUN" and "sync" in one.rest]
    if not syncs or not all("--frozen" in sync and "--no-default-groups" in sync for sync in syncs):
        yield "does not install exactly what the lock says, without the development groups"


def _process_faults(stage: list[Instruction]) -> Iterator[str]:
    last = {one.name: one for one in stage}
    user = last["USER"].rest.split(":")[0] if "USER" in last else "0"
    if not user.isdigit() or int(user) < 10000:
        yield f"runs as user {user}"
    if "ENTRYPOINT" not in last or not last["ENTRYPOINT"].is_exec_form:
        yield "its entrypoint is a shell, which swallows SIGTERM"
    if "HEALTHCHECK" not in last or not last["HEALTHCHECK"].is_exec_form:
        yield "has no health check without a shell"
    if not any(one.name == "ENV" and "PYTHONDONTWRITEBYTECODE=1" in one.rest for one in stage):
        yield "writes bytecode into a read-only image"
