"""compose.yaml as typed data, and what must hold of it. No container engine needed: this reads, it does not run.

Unknown keys are refused, so a misspelt `read_olny` is a fault and not a setting that silently does nothing.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, cast

import yaml
from pydantic import BaseModel, ConfigDict

ROOT = Path(__file__).parents[2]
OWN_IMAGE = "helhed"
TOKEN_CHECKERS = {"gateway", "cases", "referrals", "surveys"}  # may have to fetch an issuer's keys

_INTERPOLATION = re.compile(r"\$\{(?P<name>\w+):-(?P<default>[^}]*)\}")
_PINNED = re.compile(r"[\w./-]+:v?\d+\.\d+(\.\d+)?(-[\w.-]+)?(@sha256:[0-9a-f]{64})?")
_PLAIN_SECRET = re.compile(r"PASSWORD|SECRET|DATABASE_URL|NATS_URL")


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Build(_Part):
    context: str


class Mounted(_Part):
    """A secret or a configuration file, and where a container finds it."""

    source: str
    target: str


class _BindOptions(_Part):
    create_host_path: bool


class Bind(_Part):
    type: Literal["bind"]
    source: str
    target: str
    read_only: bool = False
    bind: _BindOptions


class HealthCheck(_Part):
    test: list[str] = []
    interval: str = ""
    timeout: str = ""
    retries: int = 0
    start_period: str = ""
    disable: bool = False


class _Dependency(_Part):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class _Limits(_Part):
    memory: str
    pids: int


class _Resources(_Part):
    limits: _Limits


class _Deploy(_Part):
    resources: _Resources


class Service(_Part):
    image: str
    build: Build | None = None
    user: str = "0:0"
    entrypoint: list[str] = []
    command: list[str] = []
    environment: dict[str, str] = {}
    secrets: list[str | Mounted] = []
    configs: list[Mounted] = []
    volumes: list[Bind] = []
    ports: list[str] = []
    networks: list[str] = []
    depends_on: dict[str, _Dependency] = {}
    healthcheck: HealthCheck | None = None
    deploy: _Deploy | None = None
    restart: Literal["no", "unless-stopped"] | None = None
    read_only: bool = False
    privileged: bool = False
    cap_add: list[str] = []
    cap_drop: list[str] = []
    security_opt: list[str] = []
    tmpfs: list[str] = []
    shm_size: str = ""
    stop_signal: str = ""
    stop_grace_period: str = ""

    @property
    def one_shot(self) -> bool:
        return self.restart == "no"

    @property
    def ours(self) -> bool:
        return self.image.startswith(f"{OWN_IMAGE}:")

    def secret_files(self) -> dict[str, str]:
        """Where in the container → which secret."""
        return {
            f"/run/secrets/{secret}" if isinstance(secret, str) else secret.target: (
                secret if isinstance(secret, str) else secret.source
            )
            for secret in self.secrets
        }


class _Network(_Part):
    internal: bool = False


class _File(_Part):
    file: str


class Compose(_Part):
    name: str
    services: dict[str, Service]
    networks: dict[str, _Network]
    configs: dict[str, _File]
    secrets: dict[str, _File]


def parse(text: str) -> dict[str, Any]:
    """What an engine sees: interpolated, anchors merged and no longer shared, the `x-` parts set aside."""
    interpolated = _INTERPOLATION.sub(lambda found: found["default"], text)
    document = yaml.safe_load(interpolated)
    document = {key: value for key, value in document.items() if not key.startswith("x-")}
    return cast(dict[str, Any], json.loads(json.dumps(document)))


def load(text: str) -> Compose:
    return Compose.model_validate(parse(text))


def faults(compose: Compose) -> list[str]:
    """Everything that is wrong, one line each; empty is good."""
    found = [fault for name, service in compose.services.items() for fault in _faults_of(name, service)]
    return found + list(_faults_between(compose))


def _faults_of(name: str, service: Service) -> Iterator[str]:
    if not _PINNED.fullmatch(service.image):
        yield f"{name}: image {service.image} is not pinned to an exact version"
    if service.user.split(":")[0] in ("", "0", "root"):
        yield f"{name}: runs as root"
    if service.privileged or service.cap_add or service.cap_drop != ["ALL"]:
        yield f"{name}: has more rights than none"
    if "no-new-privileges:true" not in service.security_opt:
        yield f"{name}: may gain rights"
    if not service.read_only:
        yield f"{name}: its root file system is writable"
    if service.deploy is None:
        yield f"{name}: has no limit on memory and processes"
    if service.restart is None:
        yield f"{name}: has no restart policy"
    if not service.networks:
        yield f"{name}: is in no named network"
    yield from _health_faults(name, service)
    yield from _secret_faults(name, service)


def _health_faults(name: str, service: Service) -> Iterator[str]:
    check = service.healthcheck
    if service.one_shot:
        return
    if check is None or check.disable or not check.test:
        yield f"{name}: has no health check"
    elif check.test[0] != "CMD":
        yield f"{name}: its health check needs a shell"


def _secret_faults(name: str, service: Service) -> Iterator[str]:
    mounted = service.secret_files()
    for variable, value in service.environment.items():
        if _PLAIN_SECRET.search(variable) and not variable.endswith("_FILE"):
            yield f"{name}: {variable} would stand in the environment in the clear"
        if value.startswith("/run/secrets/") and value not in mounted:
            yield f"{name}: {variable} names {value}, which is not mounted"
    for path in mounted:
        if path.startswith("/run/secrets/") and path not in service.environment.values():
            yield f"{name}: {path} is mounted and nobody reads it"


def _faults_between(compose: Compose) -> Iterator[str]:
    published = sorted(name for name, service in compose.services.items() if service.ports)
    if published != ["gateway"]:
        yield f"published: {published}, not the gateway alone"
    for name, service in compose.services.items():
        for other, dependency in service.depends_on.items():
            one_shot = compose.services[other].one_shot
            if one_shot != (dependency.condition == "service_completed_successfully"):
                yield f"{name}: waits for {other} in the wrong way"
        for network in set(service.networks) - set(compose.networks):
            yield f"{name}: network {network} is not declared"
    declared = set(compose.secrets)
    used = {secret for service in compose.services.values() for secret in service.secret_files().values()}
    if declared != used:
        yield f"secrets declared or used, not both: {sorted(declared ^ used)}"
    for network, settings in compose.networks.items():
        members = {name for name, service in compose.services.items() if network in service.networks}
        if not settings.internal and not members <= TOKEN_CHECKERS:
            yield f"network {network}: has a way out and holds {sorted(members)}"
