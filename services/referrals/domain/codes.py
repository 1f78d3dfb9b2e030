"""The codes a referral is told in. Each is a closed list today; a word is added here, never renamed."""

from enum import StrEnum


class DeclineCode(StrEnum):
    """Why a receiver refuses. The statistic of these tells where people fall between."""

    NOT_IN_TARGET_GROUP = "not-in-target-group"
    NO_CAPACITY = "no-capacity"
    MISSING_INFORMATION = "missing-information"
    WRONG_SERVICE = "wrong-service"
    CITIZEN_DECLINED = "citizen-declined"
    OUTSIDE_GEOGRAPHY = "outside-geography"
    DUPLICATE = "duplicate"
    ACTIVE_SUBSTANCE_USE = "active-substance-use"
    UNTREATED_MENTAL_ILLNESS = "untreated-mental-illness"
    OTHER = "other"


class FailureCode(StrEnum):
    """Why an accepted referral could not be carried through."""

    CITIZEN_NOT_REACHED = "citizen-not-reached"
    CITIZEN_DID_NOT_ATTEND = "citizen-did-not-attend"
    CITIZEN_DECLINED = "citizen-declined"
    CITIZEN_MOVED = "citizen-moved"
    CITIZEN_DIED = "citizen-died"
    NO_CAPACITY = "no-capacity"
    WRONG_SERVICE = "wrong-service"
    OTHER = "other"


class Outcome(StrEnum):
    """What became of the help when the receiver finished."""

    HELP_GIVEN = "help-given"
    HELP_GIVEN_IN_PART = "help-given-in-part"
    CITIZEN_ENDED_IT = "citizen-ended-it"
    NO_LONGER_NEEDED = "no-longer-needed"
    OTHER = "other"


class AttemptChannel(StrEnum):
    """How somebody tried to reach the citizen."""

    FACE_TO_FACE = "face-to-face"
    HOME_VISIT = "home-visit"
    PHONE = "phone"
    VIDEO = "video"
    SMS = "sms"
    EMAIL = "email"
    DIGITAL_POST = "digital-post"
    LETTER = "letter"


class ContactChannel(StrEnum):
    """How two people can meet. A letter is not here: it can be sent, not attended."""

    FACE_TO_FACE = "face-to-face"
    HOME_VISIT = "home-visit"
    PHONE = "phone"
    VIDEO = "video"


class AttemptResult(StrEnum):
    """How a try ended. None of these is a contact."""

    NO_ANSWER = "no-answer"
    MESSAGE_LEFT = "message-left"
    SENT = "sent"
    NO_SHOW = "no-show"
    CITIZEN_POSTPONED = "citizen-postponed"
    MISSED_BY_AUTHORITY = "missed-by-authority"
    WRONG_CONTACT_DETAILS = "wrong-contact-details"
    OTHER = "other"


class Presence(StrEnum):
    """Who else than the citizen was at the first contact, by role. A warm handover has the sending sector present."""

    SENDING_SECTOR = "sending-sector"
    RECEIVING_SECTOR = "receiving-sector"
    OTHER_SECTOR = "other-sector"
    COMPANION = "companion"
    REPRESENTATIVE = "representative"
    RELATIVE = "relative"
    INTERPRETER = "interpreter"


class ReturnScope(StrEnum):
    """What the sender may see of the way back: attending treatment is health data too."""

    NONE = "none"
    CAUGHT_ONLY = "caught-only"
    DATES = "dates"
    DATES_AND_OUTCOME = "dates-and-outcome"


class CatchState(StrEnum):
    """How far the need is from being caught, on the word of the receiver."""

    UNCAUGHT = "uncaught"
    ACCEPTED = "accepted"
    CONTACT_HELD = "contact-held"
    RECEIPT = "receipt"
    CAUGHT = "caught"
    CAUGHT_THEN_LOST = "caught-then-lost"


SENDER_LET_GO = "sender-let-go"
"""Why the town itself cancels an anonymous referral: who gave the citizen the code takes no part any more."""

CASE_CLOSED = "case-closed"
"""Why a referral was cancelled when nobody cancelled it: its case was closed."""
