"""A partner's page shows of the sender's words what the basis covers, names what it does not, and what is missing."""

import pytest

from contracts.events import cases
from tests.referrals.handovers import ALL, WORDS, case_covering, kept_back, shown
from tests.referrals.partners import Partner, linkable, offered
from tests.referrals.world import REASON, World


def asking(*sections: str) -> list[dict[str, object]]:
    """What a service asks to be told."""
    return [{"validFrom": "2026-01-01", "sections": list(sections)}]


@pytest.mark.parametrize(
    ("covered", "told"),
    [
        (ALL, {"reason", *WORDS}),
        (("need", "contact"), {"reason", "wantsFirst", "contactWishes"}),
        (("need",), {"reason", "wantsFirst"}),
    ],
    ids=["all-of-it", "need-and-contact", "need"],
)
async def test_a_partner_reads_what_a_login_would(world: World, covered: tuple[str, ...], told: set[str]) -> None:
    case = await case_covering(world, *covered)
    seen = await linkable(world, case=case, handover=WORDS)
    partner = await Partner.of(world, seen["id"])

    by_link = (await partner.open()).json()["referral"]
    by_login = (await world.caller("health", "alkohol").get(f"/referrals/{seen['id']}")).json()

    assert {name for name, words in by_link["shared"].items() if words is not None} == told
    assert by_link["shared"]["reason"] == by_link["reason"] == REASON
    for member in ("shared", "notShared", "handoverMissing"):
        assert by_link[member] == by_login[member], member
    assert {one["section"]: one["why"] for one in by_link["notShared"]} == dict.fromkeys(
        {"reason", *WORDS} - told, "not-covered"
    )


async def test_what_a_withdrawn_consent_takes_from_the_page_is_named(world: World) -> None:
    case = await case_covering(world, *ALL)
    seen = await linkable(world, case=case, handover=WORDS)
    partner = await Partner.of(world, seen["id"])
    await world.tell(case.id, cases.ConsentWithdrawnV1(consent_id=case.consent_id))

    opened = await partner.open()
    read = await world.caller("health", "alkohol").get(f"/referrals/{seen['id']}")

    assert not any(words in opened.text for words in (REASON, *WORDS.values()))
    assert shown(read) == set()
    assert {one["section"]: one["why"] for one in opened.json()["referral"]["notShared"]} == kept_back(read)


async def test_a_partner_is_told_what_is_missing_and_may_say_no_for_it(world: World) -> None:
    service = await offered(world, handoverRequires=asking("risks", "wantsFirst"))
    seen = await linkable(world, toServiceId=service, handover={"wantsFirst": WORDS["wantsFirst"]})
    partner = await Partner.of(world, seen["id"])

    opened = (await partner.open()).json()
    refused = await partner.answer("rejection", reasonCode="missing-information")

    assert opened["referral"]["handoverMissing"] == ["risks"]
    assert refused.status_code == 201, refused.text
