"""The servers that tests use live exactly as long as the run of tests, even when it is killed."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.town.conftest import wait_until

BEGIN = """
import time
from tests.support import servers
from tests.support.run import Run
run = Run.begin()
print(servers.admin_url(run), run.folder, flush=True)
{then}
"""


@pytest.mark.parametrize("then", ["run.end()", "time.sleep(60)"])
def test_the_servers_go_with_the_run(then: str) -> None:
    with subprocess.Popen([sys.executable, "-c", BEGIN.format(then=then)], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout
        folder = run.stdout.readline().split()[-1]
        if "sleep" in then:
            assert _processes_in(folder)
            run.kill()
        run.wait(30)

        wait_until(lambda: not _processes_in(folder) and not Path(folder).exists())


def _processes_in(folder: str) -> list[int]:
    """Every living process whose command line names the run's folder."""
    found = []
    for process in psutil.process_iter(["cmdline", "status"]):
        words = " ".join(process.info["cmdline"] or ())
        if folder in words and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.pid)
    return found
