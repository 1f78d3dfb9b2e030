"""Exempting under a trial: within its legal basis and the enrolment, and from what arm and basis both name."""

import pytest

from tests.cases.exempting import enrolled, in_days
from tests.cases.world import Json, World, fingerprint, slug, somewhere


@pytest.fixture
async def case(world: World) -> Json:
    """A case of employment's."""
    return await world.case()


def exemptions_of(case: Json, *further: str) -> str:
    """Where the exemptions of a case live."""
    return "/".join([f"/cases/{case['id']}/exemptions", *further])


def _opening() -> Json:
    return {"citizen": {"anonymous": True, "alias": "Bo fra torvet"}}


async def test_under_a_trial_it_rests_on_basis_and_enrolment(world: World, case: Json) -> None:
    part = await enrolled(world, case)

    made = await world.caller().does(exemptions_of(case), part.asking(0, 300, "offers", "interviews"))

    assert made["ground"] == {
        "legalBasis": None,
        "legalBasisId": str(part.basis_id),
        "enrolmentId": str(part.enrolment_id),
        "reason": None,
    }
    (event,) = [e for e in await world.announced(case["id"]) if "exemption" in e["type"]]
    assert str(part.trial_id) not in str(event)
    assert str(part.basis_id) not in str(event)


@pytest.mark.parametrize(
    ("days", "within"), [((-10, 300), True), ((-11, 300), False), ((-10, 301), False), ((0, 0), True)]
)
async def test_no_day_lies_outside_enrolment_and_basis(
    world: World, case: Json, days: tuple[int, int], within: bool
) -> None:
    part = await enrolled(world, case)

    answer = await world.caller().post(exemptions_of(case), part.asking(*days))

    assert answer.status_code == (201 if within else 409)
    if not within:
        told = answer.json()
        assert (slug(answer), told["earliest"], told["latest"]) == (
            "exemption-outside-its-ground",
            in_days(-10),
            in_days(300),
        )


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"exempt_from": ("interviews",)}, "provision-not-covered"),
        ({"named_by_basis": ("interviews",)}, "provision-not-covered"),
        (
            {
                "status": "awaiting-baseline",
                "arm": None,
                "starts_on": None,
                "ends_on": None,
                "consent_evaluation": True,
            },
            "citizen-not-enrolled",
        ),
        ({"basis": (-100, 3)}, "exemption-outside-its-ground"),
    ],
    ids=["the arm", "the basis", "not allocated yet", "the basis is short"],
)
async def test_what_arm_basis_and_enrolment_do_not_carry_is_refused(
    world: World, case: Json, how: Json, said: str
) -> None:
    part = await enrolled(world, case, **how)

    refused = await world.caller().post(exemptions_of(case), part.asking(0, 10))

    assert (refused.status_code, slug(refused)) == (409, said)


async def test_who_may_not_know_of_the_enrolment_does_not_learn_it_by_asking(world: World) -> None:
    held_by_health = await world.caller("health").does("/cases", {**_opening(), "needs": [{"domain": "debt"}]})
    await world.referred(held_by_health, "requested", "accepted", to="employment", from_sector="health")
    part = await enrolled(world, held_by_health, sector="health")
    path = exemptions_of(held_by_health)

    employment = await world.caller().post(path, part.asking(0, 10))
    nothing = await world.caller().post(path, part.asking(0, 10) | {"legalBasisId": somewhere()})
    health = await world.caller("health").post(path, part.asking(0, 10))

    assert slug(employment) == "citizen-not-enrolled"
    assert fingerprint(employment) == fingerprint(nothing)
    assert health.status_code == 201


async def test_a_legal_basis_of_another_citizens_trial_carries_nothing(world: World, case: Json) -> None:
    part = await enrolled(world, await world.case())

    refused = await world.caller().post(exemptions_of(case), part.asking(0, 10))

    assert (refused.status_code, slug(refused)) == (409, "citizen-not-enrolled")
