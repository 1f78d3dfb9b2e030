"""The real town, as `make run` starts it: every process of the list, ready, behind one gateway."""

import httpx2
import pytest

from helhed.town import TOWN
from helhed.up import is_ready
from tests.support.towns import RunningTown
from tests.town.conftest import wait_until

APPLICATIONS = [process.name for process in TOWN if process.module]


def _port(town: RunningTown, name: str) -> int:
    return int(town.service_url(name).rpartition(":")[2])


@pytest.mark.parametrize("name", APPLICATIONS)
def test_every_process_of_the_list_runs_and_is_ready(town: RunningTown, name: str) -> None:
    # Waits, for the town is shared: a test beside this one may just have killed the process.
    wait_until(lambda: is_ready(_port(town, name), "/readyz"), 60)


def test_a_token_of_this_town_opens_its_door_and_none_does_not(town: RunningTown) -> None:
    bearer = {"Authorization": f"Bearer {town.token(sector='employment')}", "Access-Purpose": "casework"}

    with_token = httpx2.get(f"{town.gateway_url}/v1/cases", headers=bearer, timeout=10)
    without = httpx2.get(f"{town.gateway_url}/v1/cases", timeout=10)

    assert with_token.status_code == 200, with_token.text
    assert without.status_code == 401


def test_a_service_that_is_killed_serves_again_through_the_gateway(town: RunningTown) -> None:
    bearer = {"Authorization": f"Bearer {town.token(sector='employment')}", "Access-Purpose": "casework"}

    killed = town.kill("surveys-worker")

    wait_until(lambda: town.pid("surveys-worker") != killed and is_ready(_port(town, "surveys-worker"), "/readyz"), 60)
    assert httpx2.get(f"{town.gateway_url}/v1/cases", headers=bearer, timeout=10).status_code == 200
