"""What surveys refuses, by name; and what makes its content unusable."""

from chassis.errors import BadInput, NotFound, RuleBroken, Text


class ContentFault(ValueError):
    """A content file is wrong. Nothing starts with it: a survey that miscounts is worse than none."""


class LinkNotUsable(NotFound):
    """Unknown, used, revoked, replaced or expired: one answer, so that guesses and old letters teach nobody."""

    slug = "link-not-usable"
    title = Text("Linket kan ikke bruges.", "The link cannot be used.")
    detail = Text(
        "Det kan være brugt, udløbet eller erstattet af et nyt. Bed din sagsbehandler om et nyt link.",
        "It may have been used, have expired or been replaced. Ask your caseworker for a new link.",
    )


class LanguageNotAvailable(BadInput):
    """The instrument does not exist in that language. Facts: `languages`."""

    slug = "language-not-available"
    title = Text("Skemaet findes ikke på det sprog.", "The questionnaire does not exist in that language.")


class UnknownWave(BadInput):
    """No such programme, or no such wave in it."""

    slug = "unknown-wave"
    title = Text("Måleprogrammet eller målerunden findes ikke.", "There is no such survey programme or wave.")


class ProgrammeNotActive(RuleBroken):
    """The authority has not turned this programme on."""

    slug = "programme-not-active"
    title = Text("Måleprogrammet er ikke slået til.", "The survey programme is not turned on.")


class WaveAlreadyInvited(RuleBroken):
    """The citizen has an open or answered invitation for this wave. Facts: `invitationId`."""

    slug = "wave-already-invited"
    title = Text(
        "Der er allerede en invitation til denne målerunde.", "There is already an invitation for this survey wave."
    )


class SurveyedCaseClosed(RuleBroken):
    """Nobody is invited on a closed case."""

    slug = "surveyed-case-closed"
    title = Text("Sagen er lukket.", "The case is closed.")
