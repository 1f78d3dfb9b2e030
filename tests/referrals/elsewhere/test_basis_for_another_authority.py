"""What permits sharing with another authority: a consent that names it, or a provision that reaches that far."""

import pytest

from tests.referrals.abroad import Abroad
from tests.referrals.world import World, slug, wish_for


@pytest.mark.parametrize(
    ("named", "asked", "fails"),
    [
        (None, "R1084", "consent-to-another-authority"),
        ("R1084", None, "consent-to-another-authority"),
        ("R1084", "R1085", "consent-to-another-authority"),
        ("R1084", "R1084", None),
        (None, None, None),
    ],
)
async def test_a_consent_reaches_the_authority_it_names(
    world: World, named: str | None, asked: str | None, fails: str | None
) -> None:
    case = await world.case(to_authority=named)

    tried = await world.caller("employment").post("/referrals", wish_for(case, toAuthority=asked))

    assert (tried.status_code, tried.json().get("fails")) == (409 if fails else 201, fails)


@pytest.mark.parametrize(
    ("provision", "asked", "reaches"),
    [
        ("fvl-28-2", "R1084", True),
        ("fvl-28-2", "0999", True),
        ("fvl-28-2", "CVR12345678", False),
        ("rsl-11a-2", "R1084", False),
        ("rsl-11a-2", None, True),
    ],
)
async def test_a_provision_reaches_as_far_as_the_list_says(
    world: World, provision: str, asked: str | None, reaches: bool
) -> None:
    wish = wish_for(await world.case(), consentId=None, legalBasis=provision, toAuthority=asked)

    tried = await world.caller("employment").post("/referrals", wish)

    assert tried.json().get("fails") == (None if reaches else "legal-basis-does-not-reach-that-authority")


async def test_a_consent_for_one_unit_there_is_for_no_other(world: World) -> None:
    abroad = Abroad(world)
    case = await abroad.case(to_unit="psykiatri")

    tried = [
        await world.caller("employment").post("/referrals", wish_for(case, toAuthority=abroad.authority, toUnit=unit))
        for unit in (None, "gigt", "health:psykiatri")
    ]

    assert [one.json().get("fails", slug(one)) for one in tried[:2]] == ["consent-to-another-unit"] * 2
    assert tried[2].status_code == 201
