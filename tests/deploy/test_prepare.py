"""deploy/prepare.py makes exactly what compose.yaml mounts, and the broker's rules in it hold on a real NATS."""

import asyncio
import runpy
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

import nats
import pytest
from nats.aio.client import Client
from nats.js.errors import APIError

from chassis.keys import DEVELOPMENT_ISSUER, Keyring
from tests.deploy.broker import broker
from tests.deploy.compose_file import ROOT, load

PREPARE = runpy.run_path(str(ROOT / "deploy" / "prepare.py"), run_name="prepare")
COMPOSE = load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def secrets(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("deploy") / "secrets"
    PREPARE["prepare_secrets"](directory)
    return directory


def test_it_writes_what_compose_mounts_and_nothing_else(secrets: Path) -> None:
    files = [*COMPOSE.secrets.values(), *COMPOSE.configs.values()]
    mounted = {Path(file.file).name for file in files if "/secrets/" in file.file}

    written = {path.name for path in secrets.glob("[!.]*")}

    assert written == mounted


def test_nobody_else_may_look_into_the_folder_and_containers_may_read_each_file(secrets: Path) -> None:
    assert secrets.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in secrets.glob("[!.]*")} == {0o444}


def test_every_login_has_a_password_of_its_own(secrets: Path) -> None:
    addresses = [urlsplit(path.read_text(encoding="utf-8")) for path in secrets.glob("*_url")]

    passwords = {address.password for address in addresses}

    assert len(addresses) == 10
    assert len(passwords) == len(addresses)
    assert min(len(password or "") for password in passwords) >= 40


def test_a_second_run_changes_nothing(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.glob("[!.]*")}

    PREPARE["prepare_secrets"](secrets)

    assert {path.name: path.read_bytes() for path in secrets.glob("[!.]*")} == before


def test_production_gets_keys_that_work_and_no_development_issuer(secrets: Path) -> None:
    assert len(Keyring(secrets).secret("cases")) == 32
    assert not (secrets / "issuer.pem").exists()
    assert DEVELOPMENT_ISSUER not in (secrets / "issuers.json").read_text(encoding="utf-8")


def test_data_folders_are_made_for_the_users_that_compose_names(tmp_path: Path) -> None:
    PREPARE["prepare_data"](tmp_path)

    for name, owner in PREPARE["DATA_OWNERS"].items():
        assert COMPOSE.services[name].user == f"{owner}:{owner}"
        assert (tmp_path / name).stat().st_mode & 0o777 == 0o700


async def test_a_service_may_say_its_own_moments_and_no_one_elses(secrets: Path, tmp_path: Path) -> None:
    async with _connected(secrets, tmp_path, "referrals") as (client, refusals):
        await client.publish("ev.v1.0101.referrals.a-case.referral-accepted", b"{}")
        await client.publish("ev.v1.0101.cases.a-case.case-closed", b"{}")

        first = await asyncio.wait_for(refusals.get(), timeout=10)

    assert "permissions violation" in first.lower()
    assert "ev.v1.0101.cases." in first.lower()


async def test_a_service_can_make_a_stream_and_cannot_drop_it(secrets: Path, tmp_path: Path) -> None:
    async with _connected(secrets, tmp_path, "cases") as (client, _):
        stream, impatient = client.jetstream(), client.jetstream(timeout=0.5)
        await stream.add_stream(name="moments", subjects=["ev.v1.>"])

        with pytest.raises((nats.errors.TimeoutError, APIError)):
            await impatient.delete_stream("moments")

        assert (await stream.stream_info("moments")).config.name == "moments"


@asynccontextmanager
async def _connected(secrets: Path, tmp_path: Path, user: str) -> AsyncIterator[tuple[Client, asyncio.Queue[str]]]:
    refusals: asyncio.Queue[str] = asyncio.Queue()

    async def note(fault: Exception) -> None:
        refusals.put_nowait(str(fault))

    client = Client()
    password = urlsplit((secrets / f"{user}_nats_url").read_text(encoding="utf-8")).password
    with broker(secrets, tmp_path) as port:
        await client.connect(f"nats://{user}:{password}@127.0.0.1:{port}", connect_timeout=5, error_cb=note)
        try:
            yield client, refusals
        finally:
            await client.close()
