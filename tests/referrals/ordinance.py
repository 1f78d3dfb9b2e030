"""Who may do what to a referral in which state, where it leads and what the town hears of it.

Written by hand from the rules of practice. It takes nothing from the code, so that the two can disagree.
"""

STATES = (
    *("draft", "requested", "accepted", "rejected", "in-progress", "on-hold"),
    *("completed", "failed", "cancelled", "entered-in-error"),
)
"""The ten states of a FHIR Task."""

SIDES = ("sender", "receiver", "colleague", "former-sender")

ACTIONS = (
    *("acceptance", "rejection", "redirection", "claim", "return", "questions", "answers", "contact-attempts"),
    *("first-contact", "handover-receipt", "hold", "resumption", "completion", "failure", "cancellation"),
    "entry-in-error",
)
"""In the order in which they are offered."""

SENDERS = frozenset({"answers", "cancellation", "entry-in-error"})
"""What is the sender's to do. All else is the receiver's."""

ORDINANCE = {
    ("receiver", "requested", "acceptance"): "accepted",
    ("receiver", "requested", "rejection"): "rejected",
    ("receiver", "accepted", "contact-attempts"): "accepted",
    ("receiver", "in-progress", "contact-attempts"): "in-progress",
    ("receiver", "accepted", "first-contact"): "in-progress",
    ("receiver", "accepted", "handover-receipt"): "accepted",
    ("receiver", "in-progress", "handover-receipt"): "in-progress",
    ("receiver", "in-progress", "completion"): "completed",
    ("receiver", "accepted", "failure"): "failed",
    ("receiver", "in-progress", "failure"): "failed",
    ("receiver", "requested", "redirection"): "rejected",
    ("receiver", "accepted", "redirection"): "rejected",
    ("receiver", "accepted", "hold"): "on-hold",
    ("receiver", "in-progress", "hold"): "on-hold",
    ("receiver", "on-hold", "resumption"): "accepted",
    ("receiver", "requested", "claim"): "requested",
    ("receiver", "accepted", "claim"): "accepted",
    ("receiver", "in-progress", "claim"): "in-progress",
    ("receiver", "on-hold", "claim"): "on-hold",
    ("receiver", "requested", "return"): "requested",
    ("receiver", "accepted", "return"): "accepted",
    ("receiver", "in-progress", "return"): "in-progress",
    ("receiver", "on-hold", "return"): "on-hold",
    ("receiver", "requested", "questions"): "requested",
    ("receiver", "accepted", "questions"): "accepted",
    ("receiver", "in-progress", "questions"): "in-progress",
    ("receiver", "on-hold", "questions"): "on-hold",
    ("sender", "requested", "answers"): "requested",
    ("sender", "accepted", "answers"): "accepted",
    ("sender", "in-progress", "answers"): "in-progress",
    ("sender", "on-hold", "answers"): "on-hold",
    ("sender", "requested", "cancellation"): "cancelled",
    ("sender", "accepted", "cancellation"): "cancelled",
    ("sender", "in-progress", "cancellation"): "cancelled",
    ("sender", "on-hold", "cancellation"): "cancelled",
    ("sender", "requested", "entry-in-error"): "entered-in-error",
    ("sender", "accepted", "entry-in-error"): "entered-in-error",
    ("sender", "in-progress", "entry-in-error"): "entered-in-error",
    ("sender", "on-hold", "entry-in-error"): "entered-in-error",
    ("sender", "rejected", "entry-in-error"): "entered-in-error",
}
"""Who may do what in which state, and where it leads. What is not here is refused.

Once the citizen has been met, a pause ends in `in-progress` instead: it ends where it began.
"""

NEWS = {
    "acceptance": ["referral-accepted"],
    "rejection": ["referral-rejected"],
    "redirection": ["referral-redirected", "referral-requested"],
    "claim": [],
    "return": [],
    "questions": [],
    "answers": [],
    "contact-attempts": ["contact-attempted"],
    "first-contact": ["first-contact-held"],
    "handover-receipt": ["handover-received"],
    "hold": ["referral-put-on-hold"],
    "resumption": ["referral-resumed"],
    "completion": ["referral-completed"],
    "failure": ["referral-failed"],
    "cancellation": ["referral-cancelled"],
    "entry-in-error": ["referral-entered-in-error"],
}
"""What the town hears. Who does the work, and what is still to be known, is nobody else's news."""

WHOSE_IT_IS = {
    ("sender", "receiver"): "only-the-receiver",
    ("receiver", "sender"): "only-the-sender",
    ("colleague", "receiver"): "only-the-addressed-unit",
    ("colleague", "sender"): "only-the-sender",
    ("former-sender", "receiver"): "only-the-receiver",
    ("former-sender", "sender"): "sector-has-let-go",
}
"""What somebody of one side is told who does what is another's to do."""


def owner(action: str) -> str:
    """On which side an action lies."""
    return "sender" if action in SENDERS else "receiver"


def offered(side: str, state: str, *, without: str) -> list[str]:
    """What a side may do in a state, but for one action that something else is in the way of."""
    return [action for action in ACTIONS if (side, state, action) in ORDINANCE and action != without]
