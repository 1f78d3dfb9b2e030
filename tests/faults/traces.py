"""What a committed write leaves behind: which rows, and which events of the outbox, so that one can be held against the
other and both against what the callers were told."""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tests.faults.collected import Collected, Row

Trace = tuple[str, str | None]
"""Whose it is (as `Call.effect` names it), and its own id where it has one that callers are told."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of write: where its rows lie, and which events say it (None: it is not announced)."""

    service: str
    rows: Callable[[dict[str, list[Row]]], Iterable[Trace]]
    events: tuple[str, ...] = ()
    subject: Callable[[Row], str | None] = lambda event: ""
    """Whose an event is, read from its data and its `caseId`; the same as the rows say. None: of another kind."""


def _steps(action: str) -> Callable[[dict[str, list[Row]]], Iterable[Trace]]:
    def found(rows: dict[str, list[Row]]) -> Iterable[Trace]:
        return [(str(row["referral_id"]), None) for row in rows["referral_steps"] if row["action"] == action]

    return found


def _step(action: str, event: str) -> Kind:
    return Kind("referrals", _steps(action), (event,), lambda said: said["referralId"])


# The ground of a release that nobody asks for: the sector's only part was a referral that has ended.
_BY_ITSELF = "referral-ended"

KINDS: dict[str, Kind] = {
    "cases": Kind(
        "cases", lambda rows: [("", str(row["id"])) for row in rows["cases"]], ("case-opened", "case-imported")
    ),
    "needs": Kind(
        "cases",
        lambda rows: [(str(row["id"]), None) for row in rows["needs"]],
        ("need-registered",),
        lambda said: said["needId"],
    ),
    "setting-aside": Kind(
        "cases",
        lambda rows: [(str(row["id"]), None) for row in rows["needs"] if row["revisit_on"] is not None],
        ("need-set-aside",),
        lambda said: said["needId"],
    ),
    "need-closure": Kind(
        "cases",
        lambda rows: [(str(row["id"]), None) for row in rows["needs"] if row["state"] in ("met", "withdrawn")],
        ("need-ended",),
        lambda said: said["needId"],
    ),
    "consents": Kind(
        "cases",
        lambda rows: [(str(row["case_id"]), str(row["id"])) for row in rows["consents"]],
        ("consent-given",),
        lambda said: said["caseId"],
    ),
    "releases": Kind(
        "cases",
        lambda rows: [(str(row["case_id"]), str(row["id"])) for row in rows["releases"] if row["ground"] != _BY_ITSELF],
        ("sector-released",),
        lambda said: said["caseId"] if said["ground"] != _BY_ITSELF else None,
    ),
    "parts that ended": Kind(
        "cases",
        lambda rows: [(str(row["case_id"]), None) for row in rows["releases"] if row["ground"] == _BY_ITSELF],
        ("sector-released",),
        lambda said: said["caseId"] if said["ground"] == _BY_ITSELF else None,
    ),
    "closure": Kind(
        "cases",
        lambda rows: [(str(row["id"]), None) for row in rows["cases"] if row["status"] == "closed"],
        ("case-closed",),
        lambda said: said["caseId"],
    ),
    "letters": Kind(
        "cases",
        lambda rows: [(str(row["invitation_id"]), None) for row in rows["deliveries"] if row["state"] != "pending"],
        ("invitation-delivered", "invitation-undeliverable"),
        lambda said: said["invitationId"],
    ),
    "referrals": Kind(
        "referrals", lambda rows: [("", str(row["id"])) for row in rows["referrals"]], ("referral-requested",)
    ),
    "contact-attempts": Kind(
        "referrals",
        lambda rows: [(str(row["referral_id"]), str(row["id"])) for row in rows["contact_attempts"]],
        ("contact-attempted",),
        lambda said: said["referralId"],
    ),
    "acceptance": _step("acceptance", "referral-accepted"),
    "rejection": _step("rejection", "referral-rejected"),
    "first-contact": _step("first-contact", "first-contact-held"),
    "handover-receipt": _step("handover-receipt", "handover-received"),
    "completion": _step("completion", "referral-completed"),
    "failure": _step("failure", "referral-failed"),
    "cancellation": _step("cancellation", "referral-cancelled"),
    "invitations": Kind(
        "surveys",
        lambda rows: [(str(row["id"]), None) for row in rows["invitations"]],
        ("invitation-issued",),
        lambda said: said["invitationId"],
    ),
    "responses": Kind(
        "surveys", lambda rows: [("", str(row["id"])) for row in rows["responses"]], ("response-submitted",)
    ),
    "activation": Kind(
        "surveys", lambda rows: [(row["programme"], None) for row in rows["programme_activations"] if row["active"]]
    ),
}
# Effects of events of the cases service on its own: they follow from what was heard, and rows of theirs can end.
SIDE_EFFECTS = {
    "sector-involved",
    "responsibility-transferred",
    "catch-lost",
    "consent-withdrawn",
    "need-reopened",
    "need-revisit-due",
    "coordinator-changed",
    "plan-agreed",
    "offer-made",
    "offer-answered",
    "exemption-granted",
    "exemption-ending",
    "enrolment-started",
    "enrolment-withdrawn",
    "criteria-assessed",
    "notification-unacknowledged",
    "deadline-approaching",
    "deadline-missed",
    "deadline-waived",
    "referral-reassigned",
    "capacity-changed",
}


def rows_of(data: Collected, kind: Kind) -> list[Trace]:
    """The rows that writes of this kind have left."""
    return list(kind.rows(data.rows[kind.service]))


def events_of(data: Collected, kind: Kind) -> Counter[str]:
    """Whose writes of this kind the outbox tells of, and how often."""
    found: Counter[str] = Counter()
    for row in data.rows[kind.service]["outbox"]:
        subject = kind.subject({**row["event"]["data"], "caseId": str(row["case_id"])}) if _tells(kind, row) else None
        if subject is not None:
            found[subject] += 1
    return found


def _tells(kind: Kind, row: Row) -> bool:
    return moment(row) in kind.events


def moment(row: Row) -> str:
    """`case-opened` from `dk.helhed.cases.case-opened.v1`."""
    name: str = row["type"].split(".")[3]
    return name
