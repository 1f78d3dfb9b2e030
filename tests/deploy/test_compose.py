"""compose.yaml describes the town for production: whole, pinned, without rights it does not need."""

import tomllib
from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy.compose_file import OWN_IMAGE, ROOT, Compose, faults, load, parse

TEXT = (ROOT / "compose.yaml").read_text(encoding="utf-8")
SERVICES = ("cases", "referrals", "surveys")


@pytest.fixture(scope="module")
def compose() -> Compose:
    return load(TEXT)


def test_the_file_has_no_fault(compose: Compose) -> None:
    assert faults(compose) == []


def test_our_image_carries_the_version_of_this_package(compose: Compose) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]

    ours = {service.image for service in compose.services.values() if service.ours}

    assert ours == {f"{OWN_IMAGE}:{version}"}


@pytest.mark.parametrize("service", SERVICES)
def test_each_service_connects_with_roles_of_its_own_and_no_other(compose: Compose, service: str) -> None:
    own = {f"{service}_database_url"}

    api = _credentials(compose, service)
    worker = _credentials(compose, f"{service}-worker")

    assert api == own
    assert worker == own | {f"{service}_messenger_database_url", f"{service}_nats_url"}


def test_only_the_migration_holds_the_administrators_password(compose: Compose) -> None:
    holders = {name for name in compose.services if "administrator_database_url" in _credentials(compose, name)}

    assert holders == {"migrate"}


def test_no_process_holds_the_keys_of_another(compose: Compose) -> None:
    for name, service in compose.services.items():
        mine = name.removesuffix("-worker")
        keys = {path for path in service.secret_files() if path.startswith("/run/keys/")}

        assert keys <= {f"/run/keys/{mine}.secret", f"/run/keys/{mine}.pem"}, name


def test_the_gateway_reaches_no_database_and_no_broker(compose: Compose) -> None:
    assert not {"database", "broker"} & set(compose.services["gateway"].networks)


def _credentials(compose: Compose, name: str) -> set[str]:
    return {secret for secret in compose.services[name].secret_files().values() if secret.endswith("_url")}


Spoil = Callable[[dict[str, Any]], None]


def _set(service: str, key: str, value: object) -> Spoil:
    return lambda services: services[service].__setitem__(key, value)


def _drop(service: str, key: str) -> Spoil:
    return lambda services: services[service].pop(key)


def _environment(service: str, name: str, value: str) -> Spoil:
    return lambda services: services[service]["environment"].__setitem__(name, value)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (_set("nats", "image", "nats:latest"), "nats: image"),
        (_set("nats", "image", "nats"), "nats: image"),
        (_set("cases", "user", "root"), "cases: runs as root"),
        (_drop("postgres", "user"), "postgres: runs as root"),
        (_set("surveys", "privileged", True), "surveys: has more rights"),
        (_set("surveys", "cap_add", ["NET_ADMIN"]), "surveys: has more rights"),
        (_set("surveys", "cap_drop", []), "surveys: has more rights"),
        (_set("gateway", "security_opt", []), "gateway: may gain rights"),
        (_set("gateway", "read_only", False), "gateway: its root file system"),
        (_drop("gateway", "deploy"), "gateway: has no limit"),
        (_drop("cases-worker", "restart"), "cases-worker: has no restart policy"),
        (_drop("cases-worker", "healthcheck"), "cases-worker: has no health check"),
        (_set("cases-worker", "healthcheck", {"disable": True}), "cases-worker: has no health check"),
        (
            _set("nats", "healthcheck", {"test": ["CMD-SHELL", "true"]}),
            "nats: its health check needs a shell",
        ),
        (_set("nats", "networks", []), "nats: is in no named network"),
        (_set("nats", "networks", ["elsewhere"]), "nats: network elsewhere"),
        (_set("nats", "networks", ["outward"]), "network outward: has a way out"),
        (_set("postgres", "ports", ["5432:5432"]), "published: ['gateway', 'postgres']"),
        (_environment("cases", "HELHED_CASES_DATABASE_URL", "postgresql://x"), "in the clear"),
        (_environment("cases", "HELHED_NATS_URL_FILE", "/run/secrets/absent"), "not mounted"),
        (_set("gateway", "secrets", ["cases_nats_url"]), "nobody reads it"),
        (
            _set("cases", "depends_on", {"migrate": {"condition": "service_healthy"}}),
            "cases: waits for migrate",
        ),
        (lambda services: services.pop("surveys-worker"), "secrets declared or used"),
    ],
)
def test_a_planted_fault_is_found(spoil: Spoil, words: str) -> None:
    document = parse(TEXT)
    spoil(document["services"])

    found = faults(Compose.model_validate(document))

    assert any(words in fault for fault in found), found


def test_a_misspelt_key_is_refused() -> None:
    with pytest.raises(ValueError, match="read_olny"):
        load(TEXT.replace("  read_only: true", "  read_olny: true"))
