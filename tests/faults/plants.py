"""Faults planted in a copy of a town's memory, and the check that must find each. A checker that has never been seen to
fail proves nothing."""

import pickle
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

from chassis.ids import new_id
from tests.faults.checker import examine
from tests.faults.collected import Collected, Row

MOMENT = timedelta(microseconds=1)
Edit = Callable[[Collected], None]


@dataclass(frozen=True)
class Plant:
    """One fault: how it is made, and who must notice."""

    edit: Edit
    noticed_by: str

    @property
    def name(self) -> str:
        """What goes wrong."""
        return self.edit.__name__.replace("_", " ")

    def missed_by(self, data: Collected) -> str | None:
        """What the checker says instead of the right thing; None when it notices."""
        copy = pickle.loads(pickle.dumps(data))  # several times as fast as deepcopy
        self.edit(copy)
        verdict = examine(copy)
        return None if self.noticed_by in verdict.violations else str(verdict)


PLANTS: list[Plant] = []


def noticed_by(*checks: str) -> Callable[[Edit], Edit]:
    """Register a fault and those who must notice it."""

    def register(edit: Edit) -> Edit:
        PLANTS.extend(Plant(edit, check) for check in checks)
        return edit

    return register


def _some(rows: list[Row], **values: object) -> Row:
    """The first row with these values."""
    return next(row for row in rows if all(row[name] == value for name, value in values.items()))


@noticed_by("acknowledged_writes_are_there")
def a_case_is_lost(data: Collected) -> None:
    acknowledged = {call.created for call in data.history if call.type == "ok" and call.path == "/v1/cases"}
    rows = data.rows["cases"]["cases"]
    rows.remove(next(row for row in rows if str(row["id"]) in acknowledged))


@noticed_by("acknowledged_writes_are_there", "what_changed_was_announced")
def a_need_is_lost(data: Collected) -> None:
    data.rows["cases"]["needs"].pop()


@noticed_by("acknowledged_writes_are_there", "what_changed_was_announced")
def an_acceptance_is_lost(data: Collected) -> None:
    steps = data.rows["referrals"]["referral_steps"]
    steps.remove(_some(steps, action="acceptance"))


@noticed_by("acknowledged_writes_are_there", "what_changed_was_announced")
def a_setting_aside_is_lost(data: Collected) -> None:
    next(row for row in data.rows["cases"]["needs"] if row["revisit_on"])["revisit_on"] = None


@noticed_by("one_effect_per_key", "what_changed_was_announced")
def a_repeated_attempt_is_counted_twice(data: Collected) -> None:
    attempts = data.rows["referrals"]["contact_attempts"]
    attempts.append({**attempts[0], "id": new_id()})


@noticed_by("one_effect_per_key", "what_changed_was_announced")
def a_repeated_consent_is_announced_twice(data: Collected) -> None:
    outbox = data.rows["cases"]["outbox"]
    outbox.append({**_some(outbox, type="dk.helhed.cases.consent-given.v1"), "id": new_id()})


@noticed_by("one_effect_per_key")
def a_refused_write_took_effect(data: Collected) -> None:
    call = next(call for call in data.history if call.writes and call.path.endswith("/acceptance"))
    data.history[data.history.index(call)] = replace(call, type="fail", status=409)


@noticed_by("keys_are_kept_with_their_effects")
def a_key_is_forgotten(data: Collected) -> None:
    data.rows["cases"]["idempotency_keys"].clear()


@noticed_by("nobody_saw_a_defect")
def somebody_was_answered_500(data: Collected) -> None:
    data.history[0].attempts.insert(0, 500)


@noticed_by("every_look_is_logged")
def a_look_is_not_logged(data: Collected) -> None:
    data.rows["cases"]["lookups"].clear()


@noticed_by("what_changed_was_announced", "every_event_was_applied_once", "numbers_have_no_gap")
def an_event_was_never_written(data: Collected) -> None:
    outbox = data.rows["referrals"]["outbox"]
    outbox.remove(_some(outbox, type="dk.helhed.referrals.referral-accepted.v1"))


@noticed_by("what_changed_was_announced")
def an_event_of_an_unknown_kind(data: Collected) -> None:
    data.rows["cases"]["outbox"][0]["type"] = "dk.helhed.cases.case-sold.v1"


@noticed_by("every_event_was_published", "streams_keep_the_order")
def an_event_is_not_in_the_stream(data: Collected) -> None:
    first = next(message for message in data.streams["cases"] if message.sequence == 1)
    data.streams["cases"] = [message for message in data.streams["cases"] if message.id != first.id]


@noticed_by("every_event_was_published")
def an_event_is_marked_and_was_not_published(data: Collected) -> None:
    data.streams["surveys"].pop()


@noticed_by("every_event_was_published")
def an_event_is_not_marked(data: Collected) -> None:
    data.rows["referrals"]["outbox"][0]["published_at"] = None


@noticed_by("every_event_was_published")
def an_event_of_a_transaction_that_was_rolled_back(data: Collected) -> None:
    data.streams["cases"].append(replace(data.streams["cases"][0], id=new_id()))


@noticed_by("every_event_was_published")
def an_event_went_out_as_another(data: Collected) -> None:
    message = data.streams["cases"][0]
    data.streams["cases"][0] = replace(message, sequence=message.sequence + 1)


@noticed_by("streams_keep_the_order")
def events_of_a_case_overtook_each_other(data: Collected) -> None:
    data.streams["cases"].reverse()


@noticed_by("every_event_was_applied_once", "numbers_have_no_gap")
def an_event_was_applied_twice(data: Collected) -> None:
    data.rows["cases"]["inbox"].append(dict(data.rows["cases"]["inbox"][0]))


@noticed_by("every_event_was_applied_once", "numbers_have_no_gap")
def an_event_was_skipped(data: Collected) -> None:
    data.rows["surveys"]["inbox"].remove(_some(data.rows["surveys"]["inbox"], sequence=2))


@noticed_by("numbers_have_no_gap")
def events_were_applied_out_of_order(data: Collected) -> None:
    first, second = (
        _some(data.rows["referrals"]["inbox"], case_id=data.rows["cases"]["cases"][0]["id"], sequence=number)
        for number in (1, 2)
    )
    first["applied_at"], second["applied_at"] = second["applied_at"], first["applied_at"]


@noticed_by("numbers_have_no_gap")
def a_number_is_left_out(data: Collected) -> None:
    stream = data.rows["cases"]["case_streams"][0]
    stream["last"] += 1
    last = _some(data.rows["cases"]["outbox"], case_id=stream["case_id"], sequence=stream["last"] - 1)
    last["sequence"] += 1


@noticed_by("numbers_have_no_gap")
def a_gate_runs_ahead(data: Collected) -> None:
    data.rows["surveys"]["inbox_streams"][0]["last"] += 1


@noticed_by("nothing_lies_aside")
def a_letter_is_dead(data: Collected) -> None:
    event = data.rows["cases"]["outbox"][0]
    data.rows["surveys"]["dead_letters"].append({**event, "reason": "gap"})


@noticed_by("nothing_lies_aside")
def a_row_is_parked(data: Collected) -> None:
    row = data.rows["cases"]["outbox"][0]
    row["parked_at"] = row["occurred_at"]


def _handed_over(data: Collected) -> Row:
    return _some(data.rows["cases"]["responsibilities"], kind="holder", because="handed-over")


@noticed_by("one_holder_at_every_instant")
def nobody_holds_for_an_instant(data: Collected) -> None:
    _handed_over(data)["since"] += MOMENT


@noticed_by("one_holder_at_every_instant")
def two_hold_for_an_instant(data: Collected) -> None:
    _handed_over(data)["since"] -= MOMENT


@noticed_by("one_holder_at_every_instant")
def an_open_case_is_let_go(data: Collected) -> None:
    case = _some(data.rows["cases"]["cases"], status="open")
    holding = _some(data.rows["cases"]["responsibilities"], kind="holder", case_id=case["id"], until=None)
    holding["until"] = holding["since"] + timedelta(days=365)


@noticed_by("one_holder_at_every_instant")
def a_closed_case_is_still_held(data: Collected) -> None:
    case = _some(data.rows["cases"]["cases"], status="closed")
    _some(data.rows["cases"]["responsibilities"], kind="holder", case_id=case["id"], until=case["closed_at"])[
        "until"
    ] = None


@noticed_by("one_holder_at_every_instant")
def a_case_has_no_history(data: Collected) -> None:
    data.rows["cases"]["responsibilities"].clear()


@noticed_by("one_holder_at_every_instant")
def a_case_names_another_holder(data: Collected) -> None:
    data.rows["cases"]["cases"][0]["holding_sector"] = "social"


@noticed_by("holders_change_by_receipt_only")
def a_sender_let_go_without_a_release(data: Collected) -> None:
    data.rows["cases"]["releases"].clear()


@noticed_by("holders_change_by_receipt_only")
def a_release_names_no_receipt(data: Collected) -> None:
    receipt = _handed_over(data)["receipt_id"]
    _some(data.rows["cases"]["releases"], receipt_id=receipt)["receipt_id"] = None


@noticed_by("holders_change_by_receipt_only")
def who_took_over_never_met_the_citizen(data: Collected) -> None:
    receipt = _handed_over(data)["receipt_id"]
    _some(data.rows["referrals"]["referrals"], receipt_id=receipt)["first_contact_at"] = None


@noticed_by("holders_change_by_receipt_only")
def who_took_over_had_not_offered_to_hold(data: Collected) -> None:
    receipt = _handed_over(data)["receipt_id"]
    _some(data.rows["referrals"]["referrals"], receipt_id=receipt)["receipt_takes_holding"] = False


@noticed_by("both_say_the_same_of_a_catch")
def cases_did_not_hear_of_a_catch(data: Collected) -> None:
    heard = next(row for row in data.rows["cases"]["known_referrals"] if row["receipt_id"])
    heard["receipt_id"] = heard["receipt_takes_holding"] = None


@noticed_by("both_say_the_same_of_a_catch")
def a_need_is_told_as_caught_and_is_not(data: Collected) -> None:
    need = next(need for need, state in data.said.items() if state == "uncaught")
    data.said[need] = "caught"


@noticed_by("one_baseline_per_case_and_one_answer")
def a_citizen_is_not_invited(data: Collected) -> None:
    data.rows["surveys"]["invitations"].pop()


@noticed_by("one_baseline_per_case_and_one_answer")
def a_citizen_is_invited_twice(data: Collected) -> None:
    invitations = data.rows["surveys"]["invitations"]
    invitations.append({**invitations[0], "id": new_id()})


@noticed_by("one_baseline_per_case_and_one_answer")
def an_invitation_gets_no_letter(data: Collected) -> None:
    data.rows["cases"]["deliveries"].pop()


@noticed_by("one_baseline_per_case_and_one_answer", "one_effect_per_key")
def an_answer_is_kept_twice(data: Collected) -> None:
    responses = data.rows["surveys"]["responses"]
    responses.append({**responses[0], "id": new_id()})
