"""Where a fresh link comes from: one port, reached in memory and over HTTP, held to the same."""

from typing import Any
from uuid import uuid4

import pytest

from services.cases.sends import Links, LinksOverHttp, NoLinkEver, NoLinkNow
from tests.cases.use_cases.letters import Surveys, listening, over_http
from tests.cases.world import World


async def test_an_attempt_has_one_link_and_another_attempt_another(links: Links) -> None:
    invitation_id = uuid4()

    first = await links.fresh(invitation_id, authority="0101", attempt=0)
    lost_on_the_way = await links.fresh(invitation_id, authority="0101", attempt=0)
    second = await links.fresh(invitation_id, authority="0101", attempt=1)

    assert first == lost_on_the_way != second


async def test_over_and_away_are_two_things(links: Links, surveys: Surveys) -> None:
    surveys.end()
    with pytest.raises(NoLinkEver):
        await links.fresh(uuid4(), authority="0101", attempt=0)

    surveys.leave()
    with pytest.raises(NoLinkNow):
        await links.fresh(uuid4(), authority="0101", attempt=0)


@pytest.mark.parametrize(
    "answer",
    [
        (200, "not JSON"),
        (200, []),
        (200, {}),
        (200, {"url": None}),
        (307, {"url": "https://elsewhere.example"}),
        (401, {"type": "urn:helhed:problem:unauthenticated"}),
        (404, {"type": "urn:helhed:problem:no-such-path"}),
        (404, "<html>"),
        (409, {"type": "urn:helhed:problem:idempotency-key-in-flight"}),
        (500, {"type": "urn:helhed:problem:internal-error"}),
        (502, ""),
    ],
    ids=str,
)
async def test_only_surveys_own_word_ends_an_invitation(
    world: World, surveys: Surveys, answer: tuple[int, Any]
) -> None:
    surveys.answers = answer

    async with over_http(surveys, world.keys) as links:
        with pytest.raises(NoLinkNow):
            await links.fresh(uuid4(), authority="0101", attempt=0)


async def test_surveys_is_asked_as_ourselves_within_the_letters_authority(world: World, surveys: Surveys) -> None:
    invitation_id = uuid4()

    async with over_http(surveys, world.keys) as links:
        await links.fresh(invitation_id, authority=world.authority, attempt=3)

    ((method, path, headers),) = surveys.asked
    claims = await world.app.state.house.verifier.verify(headers["Authorization"].removeprefix("Bearer "))
    assert (method, path) == ("POST", f"/v1/invitations/{invitation_id}/link")
    assert (claims.subject, claims.authority, claims.roles) == ("service:cases", world.authority, {"service"})
    assert (headers["Access-Purpose"], headers["Idempotency-Key"]) == (
        "system-integration",
        f"letter-{invitation_id}-3",
    )


async def test_a_surveys_that_is_not_there_is_tried_later(world: World, surveys: Surveys) -> None:
    async with listening(surveys) as address:
        pass  # nobody listens there any more
    links = LinksOverHttp(address, world.keys)

    with pytest.raises(NoLinkNow):
        await links.fresh(uuid4(), authority="0101", attempt=0)
    await links.close()
