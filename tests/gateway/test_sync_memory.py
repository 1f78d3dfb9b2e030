"""A caller's next request knows of its last write, without the caller doing anything."""

from chassis.sync import MOST_ENTRIES
from gateway.sync import SyncMemory
from tests.gateway.conftest import Build, Town

ME = ("issuer", "me", "0101")
A, B, C = (f"019a8f00-0000-7000-8000-00000000000{n}" for n in range(3))


def point(case: str, sequence: int, service: str = "cases") -> str:
    """One entry of a token."""
    return f"{service}:{case}:{sequence}"


def numbered(number: int) -> str:
    """The id of one of many cases."""
    return f"019a8f00-0000-7000-8000-{number:012d}"


async def test_the_next_request_carries_the_last_write_to_whichever_service(town: Town, build: Build) -> None:
    mine, other_authority = build.bearer(subject="me"), build.bearer(subject="me", authority="0147")
    town.cases.answers("/v1/cases", 201, {}, headers={"sync-token": point(A, 3)})

    written = await town.http.post("/v1/cases", headers=mine, content=b"{}")
    await town.http.get("/v1/cases/x/scores", headers=mine)
    await town.http.get("/v1/cases/x/scores", headers=mine | {"Sync-Token": f"{point(B, 1)}, {point(A, 2)}"})
    await town.http.get("/v1/cases/x/scores", headers=other_authority)
    await town.http.get("/v1/cases/x/scores", headers=build.bearer(subject="somebody-else"))

    assert written.headers["sync-token"] == point(A, 3)
    carried = [seen.header("sync-token") for seen in town.surveys.seen]
    assert carried == [point(A, 3), f"{point(B, 1)},{point(A, 3)}", None, None]


async def test_what_a_refusal_says_is_not_remembered(town: Town, build: Build) -> None:
    mine = build.bearer(subject="refused")
    town.cases.answers("/v1/cases", 409, {}, headers={"sync-token": point(A, 3)})

    await town.http.post("/v1/cases", headers=mine, content=b"{}")
    await town.http.get("/v1/cases/x/scores", headers=mine)

    assert town.surveys.seen[0].header("sync-token") is None


def test_the_highest_number_of_each_stream_is_kept() -> None:
    memory = SyncMemory()
    for token in (point(A, 5), point(A, 4), point(A, 2, "referrals"), f"{point(B, 1)},{point(B, 7)}"):
        memory.remember(ME, token, 0)

    token = memory.token_for(ME, point(B, 9), 0) or ""

    assert sorted(token.split(",")) == sorted([point(A, 5), point(A, 2, "referrals"), point(B, 9)])


def test_a_write_is_remembered_for_a_minute() -> None:
    """News that takes longer is late for everybody; who writes must not wait for it with every other case too."""
    memory = SyncMemory()
    memory.remember(ME, point(A, 1), 0)

    assert memory.token_for(ME, None, 59) == point(A, 1)
    assert memory.token_for(ME, None, 61) is None


def test_what_is_not_a_token_goes_on_as_it_came() -> None:
    memory = SyncMemory()
    memory.remember(ME, "nonsense", 0)
    assert memory.token_for(ME, None, 0) is None

    memory.remember(ME, point(A, 1), 0)

    assert memory.token_for(ME, "nonsense", 0) == "nonsense"


def test_the_memory_is_bounded_in_time_in_entries_and_in_callers() -> None:
    memory = SyncMemory(callers=2, entries=2, seconds=600)
    for at, case in enumerate((A, B, C)):
        memory.remember(ME, point(case, 1), at)

    assert memory.token_for(ME, None, 600) == f"{point(C, 1)},{point(B, 1)}"
    assert memory.token_for(ME, None, 602) == point(C, 1)
    assert memory.token_for(ME, None, 603) is None

    for subject in ("a", "b", "c"):
        memory.remember(("issuer", subject, "0101"), point(A, 1), 0)
    told = [memory.token_for(("issuer", subject, "0101"), None, 0) for subject in ("a", "b", "c")]
    assert told == [None, point(A, 1), point(A, 1)]


def test_a_token_never_grows_beyond_what_a_service_reads() -> None:
    memory = SyncMemory()
    for number in range(20):
        memory.remember(ME, point(numbered(number), 1), 0)
    sent = ",".join(point(numbered(100 + number), 1) for number in range(MOST_ENTRIES - 2))

    token = memory.token_for(ME, sent, 0) or ""

    assert len(token.split(",")) == MOST_ENTRIES
    assert token.startswith(sent)
