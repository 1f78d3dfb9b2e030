"""Any story of a case, told through the API: whatever people try, in whatever order, responsibility has no gap.

Three sectors and their team leads try everything at any moment; what referrals would tell is told in its own order.
After every step the service's own answers are held against what was seen before: who held the case at a past moment is
answered the same for ever, and nobody was ever without a holder, or with two.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from datetime import datetime
from itertools import pairwise
from typing import Any, ClassVar
from uuid import UUID

import pytest
from fastapi import FastAPI
from hypothesis import seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chassis.clock import now
from services.cases.domain.screening import SCREENED
from tests.cases.world import ASIDE, Json, World, opened, slug

sectors = st.sampled_from(SCREENED)
# Who tries: mostly the one who holds the case, for strangers are told nothing and change nothing.
whoever = st.sampled_from(["", "", "", *SCREENED])
lead = st.booleans().map(lambda yes: "team-lead" if yes else "caseworker")
STEPS = ("accepted", "contact", "receipt", "rejected", "failed", "completed", "broken-off")
# What a caller may be told; anything else is a defect of the service.
REFUSALS = {
    "release-blocked", "closure-blocked", "need-settled", "need-not-reopened", "need-of-another-sector", "holder-only",
    "sector-not-involved", "own-sector-only", "override-not-yours", "case-closed", "already-involved",
    "not-found-or-not-yours", "owner-not-involved", "involvement-basis-missing",
}  # fmt: skip


class CaseOverHttp(RuleBasedStateMachine):
    """A case, its referrals, and the people who try things."""

    world: ClassVar[World]
    wait: ClassVar[Callable[[Coroutine[Any, Any, Any]], Any]]
    reached: ClassVar[Counter[str]] = Counter()

    @initialize(sector=sectors, needs=st.integers(min_value=1, max_value=2))
    def open(self, sector: str, needs: int) -> None:
        told = {
            "citizen": {"anonymous": True, "alias": "Måge"},
            "needs": [{"domain": "debt"}] * needs,
        }
        self.case = self.wait(self.world.caller(sector).does("/cases", told))
        self.path = f"/cases/{self.case['id']}"
        self.referrals: dict[UUID, Json] = {}
        self.seen: list[tuple[str, str]] = []
        self.closed = False
        self.holder = sector

    # -- what people try ----------------------------------------------------------------------------------------------

    def tries(self, sector: str, path: str, body: Any = None, *, role: str = "caseworker") -> Json | None:
        """What came of it; None when it was refused, for a reason that may be given."""
        answer = self.wait(self.world.caller(sector or self.holder, role=role).post(f"{self.path}{path}", body))
        what = path.rpartition("/")[2]
        if answer.is_success:
            self.reached[what] += 1
            return dict(answer.json())
        assert slug(answer) in REFUSALS, answer.text
        self.reached[f"{what}: {slug(answer)}"] += 1
        return None

    def needs(self) -> list[Json]:
        return list(self.seen_by(self.holder)["needs"])

    def seen_by(self, sector: str) -> Json:
        return dict(self.wait(self.world.caller(sector).read(self.path)))

    @rule(sector=whoever)
    def register_a_need(self, sector: str) -> None:
        self.tries(sector, "/needs", {"domain": "housing"})

    @rule(sector=whoever, data=st.data(), what=st.sampled_from(["setting-aside", "closure", "reopening"]))
    def change_a_need(self, sector: str, data: st.DataObject, what: str) -> None:
        self.change(sector, data.draw(st.sampled_from(self.needs())), what)

    def change(self, sector: str, need: Json, what: str) -> None:
        body = {"setting-aside": ASIDE, "closure": {"outcome": "met"}, "reopening": None}[what]
        if self.tries(sector, f"/needs/{need['id']}/{what}", body) is not None and what == "reopening":
            self.comes_back(need)

    def comes_back(self, need: Json) -> None:
        """What helped with the need before, and is over, helps with it no more."""
        for known in self.referrals.values():
            if known["need"]["id"] == need["id"] and known["steps"] & {"contact", "ended"}:
                known["of-before"] = True

    @rule(sector=whoever, other=sectors, agreed=st.booleans())
    def involve(self, sector: str, other: str, agreed: bool) -> None:
        basis = {"legalBasis": "rsl-11-c"} if agreed else {}
        self.tries(sector, "/involvements", {"sector": other, "because": "network-meeting"} | basis)

    @rule(sector=whoever, unit=st.sampled_from([None, "nord", "syd"]), subject=st.sampled_from(["anna", "bodil"]))
    def reassign(self, sector: str, unit: str | None, subject: str) -> None:
        self.tries(sector, "/coordinator", {"subject": subject} | ({"unit": unit} if unit else {}))

    @rule(sector=whoever)
    def ask_everybody_and_hear_the_citizen(self, sector: str) -> None:
        for asked in SCREENED:
            self.tries(sector, "/screenings", {"sector": asked, "outcome": "no-need"})
        self.tries(sector, "/hearings", {"at": now().isoformat(), "statement": "Det er i orden."})

    @rule(sector=whoever, role=lead, ground=st.sampled_from([None, "needs-handed-on", "no-needs-left", "override"]))
    def let_go(self, sector: str, role: str, ground: str | None) -> None:
        sector = sector or self.holder
        before = self.seen_by(self.holder)
        owed = [n for n in before["needs"] if n["ownerSector"] == sector and n["state"] in ("open", "handed-on")]
        named = {"ground": ground} if ground else {}
        check = self.wait(self.world.caller(self.holder).read(f"{self.path}/release-check", sector=sector, **named))
        done = self.tries(sector, "/releases", {"sector": sector, "reason": "-"} | named, role=role)
        if done is None:
            return
        assert check["releasable"], "a release went through that the dry run would have refused"
        self.holder, was = done["takenOverBy"] or self.holder, self.holder
        if was != self.holder:
            assert any(known["to"] == self.holder and self.holds_still(known) for known in self.referrals.values())
        after = {need["id"]: need for need in self.needs()}
        for need in owed:
            # The promise: whoever let go of it, somebody has it; and, but for an override, somebody has caught it.
            assert after[need["id"]]["ownerSector"] != sector
            assert done["ground"] == "override" or need["catchState"] == "caught"
            assert done["ground"] == "override" or any(
                known["need"]["id"] == need["id"] and self.catches_still(known) for known in self.referrals.values()
            )
        self.reached[f"released {done['ground']}"] += 1

    @staticmethod
    def holds_still(known: Json) -> bool:
        """By what was told alone: the receiver has signed, and that is not of a need as it was before it came back."""
        over = "ended" in known["steps"] and "of-before" in known
        return {"accepted", "receipt"} <= known["steps"] and not known["steps"] & {"rejected", "failed"} and not over

    def catches_still(self, known: Json) -> bool:
        """The same of a need: the citizen was met too, and has not broken the help off."""
        return self.holds_still(known) and "contact" in known["steps"] and "broken-off" not in known["steps"]

    @precondition(lambda self: not self.closed)
    @rule(to=sectors, then=st.sampled_from(["completed", "broken-off", "came back"]))
    def let_go_of_what_was_caught_once(self, to: str, then: str) -> None:
        """Everything was caught, and is so no more: the help is done, was broken off, or the need has come back."""
        if to == self.holder:
            return
        for need in self.needs():
            if need["ownerSector"] == self.holder and need["state"] in ("open", "handed-on"):
                sent = self.send(need, to, "accepted", "contact", "receipt")
                self.tell(sent, "broken-off" if then == "broken-off" else "completed")
                self.referrals[sent]["steps"].add("ended")
                if then == "came back":
                    self.change(self.holder, need, "closure")
                    self.change(self.holder, need, "reopening")
        self.let_go(self.holder, "caseworker", None)

    @precondition(lambda self: not self.closed)
    @rule(to=sectors)
    def hand_the_case_over(self, to: str) -> None:
        """The straight way: every need caught by one other sector, and then the release."""
        if to == self.holder:
            return
        for need in self.needs():
            if need["ownerSector"] == self.holder and need["state"] in ("open", "handed-on"):
                self.send(need, to, "accepted", "contact", "receipt")
        self.let_go(self.holder, "caseworker", None)

    @rule(sector=sectors)
    def leave_with_nothing_to_hand_on(self, sector: str) -> None:
        self.involve(self.holder, sector, True)
        self.ask_everybody_and_hear_the_citizen(self.holder)
        self.let_go(sector, "caseworker", "no-needs-left")

    @rule(sector=sectors)
    def go_round_the_gate(self, sector: str) -> None:
        self.involve(self.holder, sector, True)
        self.let_go(sector, "team-lead", "override")

    @rule(sector=whoever, role=lead, ground=st.sampled_from(["no-needs-left", "citizen-declined", "override"]))
    def close(self, sector: str, role: str, ground: str) -> None:
        if self.tries(sector, "/closure", {"ground": ground, "reason": "-", "citizenStatement": "-"}, role=role):
            self.closed = True

    # -- what referrals tells -----------------------------------------------------------------------------------------

    def tell(self, referral_id: UUID, *steps: str) -> None:
        known = self.referrals[referral_id]
        self.wait(
            self.world.referred(
                {"id": self.case["id"], "needs": [known["need"]]},
                *steps,
                to=known["to"],
                from_sector=known["from"],
                referral_id=referral_id,
            )
        )
        known["steps"] |= set(steps)

    @precondition(lambda self: not self.closed)
    @rule(data=st.data(), to=sectors, steps=st.sampled_from([(), ("accepted",), ("accepted", "contact", "receipt")]))
    def refer(self, data: st.DataObject, to: str, steps: tuple[str, ...]) -> None:
        open_ones = [need for need in self.needs() if need["state"] in ("open", "handed-on")]
        if not open_ones:
            return
        need = data.draw(st.sampled_from(open_ones))
        if need["ownerSector"] == to:
            return
        self.send(need, to, *steps)

    def send(self, need: Json, to: str, *steps: str) -> UUID:
        told = {"id": self.case["id"], "needs": [need]}
        referral_id: UUID = self.wait(self.world.referred(told, "requested", to=to))
        self.referrals[referral_id] = {"need": need, "to": to, "from": need["ownerSector"], "steps": {"requested"}}
        if steps:
            self.tell(referral_id, *steps)
        return referral_id

    @precondition(lambda self: any("ended" not in known["steps"] for known in self.referrals.values()))
    @rule(data=st.data(), how=st.sampled_from(STEPS))
    def a_referral_goes_on(self, data: st.DataObject, how: str) -> None:
        live = [one for one, known in self.referrals.items() if "ended" not in known["steps"]]
        chosen = data.draw(st.sampled_from(sorted(live)))
        steps = self.referrals[chosen]["steps"]
        needed = {
            "contact": "accepted",
            "receipt": "accepted",
            "completed": "contact",
            "broken-off": "contact",
            "failed": "accepted",
        }
        if how in steps or needed.get(how, "requested") not in steps or (how == "rejected" and "accepted" in steps):
            return
        self.tell(chosen, how)
        if how in ("rejected", "failed", "completed", "broken-off"):
            steps.add("ended")

    # -- what holds after every step ----------------------------------------------------------------------------------

    @invariant()
    def exactly_one_sector_holds_at_every_instant_and_the_past_stays_as_it_was_seen(self) -> None:
        asked = _text(now())
        moment, sector = self.seen[len(self.seen) // 2] if self.seen else (asked, self.holder)
        at = {"at": moment} if self.closed else {}
        told = self.responsibility(**at)
        held = sorted((one for one in told["history"] if one["kind"] == "holder"), key=_when)
        assert held[0]["from"] == self.case["openedAt"]
        assert all(a["to"] == b["from"] for a, b in pairwise(held))
        assert (held[-1]["to"] is not None) == self.closed
        if not self.closed:
            assert told["holder"]["sector"] == self.holder == held[-1]["sector"]
            assert told["coordinator"] is not None
            self.seen.append((asked, self.holder))
            told = self.responsibility(at=moment)
        assert told["holder"]["sector"] == sector
        assert told["coordinator"] is not None

    @invariant()
    def every_open_need_is_somebodys_who_is_there(self) -> None:
        if self.closed:
            return
        shown = self.seen_by(self.holder)
        there = {part["sector"] for part in shown["involved"]} | {self.holder}
        assert all(need["ownerSector"] in there for need in shown["needs"] if need["state"] in ("open", "handed-on"))

    def responsibility(self, **at: str) -> Json:
        return dict(self.wait(self.world.caller(self.holder).read(f"{self.path}/responsibility", **at)))


def _when(stretch: Json) -> tuple[str, bool, str]:
    return stretch["from"], stretch["to"] is None, stretch["to"] or ""


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


@pytest.mark.parametrize("quarter", range(4))
def test_any_story_over_http(cases_app: FastAPI, quarter: int) -> None:
    """Two hundred stories in `make test`, two thousand in `make test-deep`: in four parts, which run side by side."""
    CaseOverHttp.reached.clear()
    examples = 50 if settings().max_examples < 600 else 500
    with asyncio.Runner() as runner:
        keeper = opened(cases_app, cases_app.state.keys_of_the_test)
        CaseOverHttp.world = runner.run(keeper.__aenter__())
        CaseOverHttp.wait = staticmethod(runner.run)
        try:
            stories = settings(max_examples=examples, stateful_step_count=8)
            run_state_machine_as_test(seed(quarter)(CaseOverHttp), settings=stories)
        finally:
            runner.run(keeper.__aexit__(None, None, None))

    # Hypothesis leaves rules out of most stories, so that no part is sure to go all three ways.
    released = {name for name in CaseOverHttp.reached if name.startswith("released")}
    assert released
    assert CaseOverHttp.reached["closure"]
    assert CaseOverHttp.reached["releases: release-blocked"]
