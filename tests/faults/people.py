"""Proves from a town's memory that nobody was without somebody, and that the services agree about who is caught."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

from tests.faults.collected import Collected, Row
from tests.faults.verdict import Eye, check

_LIVE = ("requested", "accepted", "in-progress", "completed")
_FOR_EVER = datetime.max.replace(tzinfo=UTC)


@check
def one_holder_at_every_instant(data: Collected, eye: Eye) -> Iterator[str]:
    """From opening to closing, a case has exactly one holder, and outside that none: a sweep over all instants."""
    stretches = _by(_holders(data), "case_id")
    for case in eye.over(data.rows["cases"]["cases"]):
        end, mine = case["closed_at"] or _FOR_EVER, stretches[case["id"]]
        edges = {case["opened_at"], end}.union(*({row["since"], row["until"] or _FOR_EVER} for row in mine))
        for left, right in pairwise(sorted(edges)):
            holding = [row["sector"] for row in mine if row["since"] <= left and right <= (row["until"] or _FOR_EVER)]
            wanted = 1 if case["opened_at"] <= left and right <= end else 0
            if len(holding) != wanted:
                yield f"case {case['id']}: held by {holding or 'nobody'} from {left} to {right}"
        last = max(mine, key=lambda row: row["since"], default=None)
        if last is None or last["sector"] != case["holding_sector"]:
            yield f"case {case['id']} says {case['holding_sector']} holds; its history says otherwise"


@check
def holders_change_by_receipt_only(data: Collected, eye: Eye) -> Iterator[str]:
    """Whoever held before still holds, unless its release names the receipt of who took over: met, and willing."""
    receipts = {row["receipt_id"]: row for row in data.rows["referrals"]["referrals"] if row["receipt_id"]}
    releases = _by(data.rows["cases"]["releases"], "case_id")
    for case, stretches in _by(_holders(data), "case_id").items():
        for before, after in eye.over(pairwise(sorted(stretches, key=lambda row: row["since"]))):
            named = [row for row in releases[case] if row["receipt_id"] and row["receipt_id"] == after["receipt_id"]]
            catch = receipts.get(after["receipt_id"])
            if not any(row["sector"] == before["sector"] and row["at"] == after["since"] for row in named):
                yield f"case {case}: {before['sector']} no longer holds, and no release of it names the receipt"
            if catch is None or not _takes_over(catch, case, before, after):
                yield f"case {case}: {after['sector']} holds without having caught"


def _takes_over(catch: Row, case: Any, before: Row, after: Row) -> bool:
    willing = catch["receipt_takes_holding"] and catch["first_contact_at"] and catch["state"] in _LIVE
    parties = (catch["case_id"], catch["from_sector"], catch["to_sector"])
    return bool(willing) and parties == (case, before["sector"], after["sector"])


@check
def both_say_the_same_of_a_catch(data: Collected, eye: Eye) -> Iterator[str]:
    """What cases knows of a referral, and tells of a need, is what the referral's own rows say."""
    own = {row["id"]: row for row in data.rows["referrals"]["referrals"]}
    heard = {row["id"]: row for row in data.rows["cases"]["known_referrals"]}
    accepted = {row["referral_id"] for row in data.rows["referrals"]["referral_steps"] if row["action"] == "acceptance"}
    for referral in own.keys() | heard.keys():
        there, here = own.get(referral), heard.get(referral)
        if there is None or here is None or _facts(there, referral in accepted) != _facts(here, here["accepted_at"]):
            yield f"referral {referral}: cases has heard something else than happened"
    by_need = _by(own.values(), "need_id")
    for need in eye.over(data.rows["cases"]["needs"]):
        wanted = _catch(need, by_need[need["id"]], accepted)
        if data.said.get(str(need["id"])) != wanted:
            yield f"need {need['id']}: told as {data.said.get(str(need['id']))}, is {wanted}"


def _facts(row: Row, accepted: object) -> tuple[Any, ...]:
    contact = row.get("first_contact_at") or row.get("contact_held_at")
    same = ("need_id", "state", "from_sector", "to_sector", "receipt_id", "receipt_takes_holding")
    return (*(row[name] for name in same), bool(accepted), bool(contact))


def _catch(need: Row, referrals: list[Row], accepted: set[Any]) -> str:
    if any(row["id"] == need["handed_on_referral_id"] and row["state"] not in _LIVE for row in referrals):
        return "caught-then-lost"
    names = {(True, True): "caught", (False, True): "receipt", (True, False): "contact-held"}
    states = [
        names.get((bool(row["first_contact_at"]), bool(row["receipt_id"])), "accepted")
        for row in referrals
        if row["state"] in _LIVE and row["id"] in accepted
    ]
    return next((state for state in ("caught", "receipt", "contact-held", "accepted") if state in states), "uncaught")


@check
def one_baseline_per_case_and_one_answer(data: Collected, eye: Eye) -> Iterator[str]:
    """Where the programme is on, each opened case has one baseline invitation, one letter, and at most one answer."""
    tables = data.rows["surveys"]
    on = {row["authority"] for row in tables["programme_activations"] if row["active"]}
    baselines = Counter(row["case_id"] for row in tables["invitations"] if row["wave"] == "baseline")
    for case in eye.over(data.rows["cases"]["cases"]):
        wanted = 1 if case["authority"] in on and case["origin"] == "registered" else 0
        if baselines[case["id"]] != wanted:
            yield f"case {case['id']}: {baselines[case['id']]} baseline invitations"
    letters = Counter(row["invitation_id"] for row in data.rows["cases"]["deliveries"])
    answers = Counter(row["invitation_id"] for row in tables["responses"])
    for invitation in eye.over(tables["invitations"]):
        if letters[invitation["id"]] != 1:
            yield f"invitation {invitation['id']}: {letters[invitation['id']]} letters"
        if answers[invitation["id"]] != (1 if invitation["state"] == "submitted" else 0):
            yield f"invitation {invitation['id']} is {invitation['state']}, with {answers[invitation['id']]} answers"


def _holders(data: Collected) -> list[Row]:
    return [row for row in data.rows["cases"]["responsibilities"] if row["kind"] == "holder"]


def _by(rows: Iterable[Row], column: str) -> defaultdict[Any, list[Row]]:
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[column]].append(row)
    return found
