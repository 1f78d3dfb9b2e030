"""Help that the citizen broke off: the receiver is done, nobody holds the citizen, and the town is told that and no
more."""

from uuid import UUID

import pytest

from chassis.clock import now
from services.referrals.domain.codes import Outcome
from tests.referrals.both import Asked, Both
from tests.referrals.world import BODIES


async def ended(both: Both, outcome: str) -> Asked:
    """A referral whose receiver met the citizen, signed for the case, and finished with this outcome."""
    asked = await both.referral("acceptance")
    met_today = BODIES["first-contact"] | {"at": now().isoformat()}
    for step in ("first-contact", "handover-receipt", "completion"):
        body = {"completion": {"outcome": outcome}, "first-contact": met_today}.get(step, BODIES[step])
        answer = await both.unit.post(f"{asked.path}/{step}", body)
        assert answer.is_success, answer.text
    await both.carry(asked.case)
    return asked


@pytest.mark.parametrize("outcome", [one.value for one in Outcome])
async def test_of_an_outcome_the_town_is_told_only_whether_help_was_broken_off(both: Both, outcome: str) -> None:
    asked = await ended(both, outcome)

    told = (await both.referrals.announced(UUID(asked.case["id"])))[-1]

    assert told["type"] == "dk.helhed.referrals.referral-completed.v1"
    assert told["data"].get("brokenOff") is (True if outcome == "citizen-ended-it" else None)
    assert outcome not in told["data"].values()


@pytest.mark.parametrize(
    ("outcome", "state", "missing"),
    [("help-given", "caught", []), ("citizen-ended-it", "uncaught", ["need-not-referred"])],
)
async def test_nobody_is_let_go_of_on_help_that_was_broken_off(
    both: Both, outcome: str, state: str, missing: list[str]
) -> None:
    asked = await ended(both, outcome)
    path = f"/cases/{asked.case['id']}"

    check = await both.at_cases().read(f"{path}/release-check", sector="employment")
    case = await both.at_cases().read(path)

    assert case["needs"][0]["catchState"] == state
    assert [one["code"] for one in check["unmet"]] == missing
    assert ("referral-without-successor" in [one["kind"] for one in case["attention"]]) == bool(missing)
