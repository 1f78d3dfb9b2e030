"""What a basis covers of what is handed over, what is missing, and who may write it when."""

from datetime import date

import pytest

from chassis.errors import InvalidTransition, Refusal
from services.referrals.domain.beside import CODES, CONTENT, Stage, code_refusal, content_refusal, open_beside
from services.referrals.domain.codes import DeclineCode, Presence
from services.referrals.domain.errors import OnlyTheSender, SectorHasLetGo
from services.referrals.domain.errors.handover import (
    AnonymousSharesNothing,
    HandoverAlreadyReceived,
    NotAnonymous,
    NothingIsMissing,
)
from services.referrals.domain.handover import (
    CATEGORY,
    HANDED_OVER,
    Coverage,
    NotShared,
    Section,
    missing,
    require_reason_holds,
)
from services.referrals.domain.handover_requirements import Requirement, read_all, required_on, shipped
from services.referrals.domain.legal_bases import legal_bases
from services.referrals.domain.lifecycle import LIVE, Side, State
from services.referrals.domain.moments import is_warm
from services.referrals.domain.sharing import BasisStatus

NEW_YEAR, SPRING, SUMMER = date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1)


def covering(*categories: str, status: BasisStatus = BasisStatus.IN_FORCE, reaches: bool = True) -> Coverage:
    return Coverage(status, frozenset(categories), reaches)


def test_every_section_is_of_a_kind_that_a_consent_can_name() -> None:
    from_cases = {"need", "contact", "plan", "contacts", "notes", "appointments", "documents", "offers"}
    assert set(CATEGORY) == set(Section)
    assert set(CATEGORY.values()) <= from_cases


@pytest.mark.parametrize(
    ("category", "shown"),
    [
        ("need", {Section.REASON, Section.WANTS_FIRST}),
        ("plan", {Section.TRIED}),
        ("notes", {Section.DO_NOT_ASK_AGAIN, Section.RISKS}),
        ("contact", {Section.CONTACT_WISHES}),
        ("budget", set()),
    ],
)
def test_a_consent_shows_what_it_names_and_no_more(category: str, shown: set[Section]) -> None:
    covered = covering(category)
    assert {section for section in Section if covered.why_not(section) is None} == shown
    assert {covered.why_not(section) for section in set(Section) - shown} == {NotShared.NOT_COVERED}


def test_a_basis_that_covers_everything_shows_everything() -> None:
    assert {Coverage(BasisStatus.IN_FORCE, None).why_not(section) for section in Section} == {None}


@pytest.mark.parametrize(
    ("status", "why"),
    [(BasisStatus.WITHDRAWN, NotShared.BASIS_WITHDRAWN), (BasisStatus.EXPIRED, NotShared.BASIS_ENDED)],
)
def test_a_basis_that_holds_no_longer_shows_nothing(status: BasisStatus, why: NotShared) -> None:
    assert {Coverage(status, None).why_not(section) for section in Section} == {why}


def test_a_consent_that_names_a_unit_shows_another_nothing() -> None:
    assert covering(*CATEGORY.values(), reaches=False).why_not(Section.REASON) is NotShared.NOT_COVERED


def test_a_provision_on_money_does_not_carry_notes() -> None:
    covered = Coverage(BasisStatus.IN_FORCE, legal_bases()["rsl-11a-2"].data_categories)
    assert covered.why_not(Section.REASON) is None
    assert covered.why_not(Section.RISKS) is NotShared.NOT_COVERED
    assert legal_bases()["fvl-28-2"].data_categories is None


def test_what_is_asked_for_and_not_written_is_missing() -> None:
    asked = {Section.WANTS_FIRST, Section.RISKS}
    assert missing(asked, ()) == [Section.WANTS_FIRST, Section.RISKS]
    assert missing(asked, [Section.RISKS, Section.TRIED]) == [Section.WANTS_FIRST]
    assert missing((), ()) == []
    # The reason is always there, so nobody can lack it.
    assert missing(set(Section), HANDED_OVER) == []


@pytest.mark.parametrize(
    ("lacking", "question_open", "refused"),
    [([], False, True), ([], True, False), ([Section.RISKS], False, False)],
)
def test_a_no_for_what_is_missing_needs_something_that_is(
    lacking: list[Section], question_open: bool, refused: bool
) -> None:
    if refused:
        with pytest.raises(NothingIsMissing):
            require_reason_holds(DeclineCode.MISSING_INFORMATION, lacking=lacking, question_open=question_open)
    else:
        require_reason_holds(DeclineCode.MISSING_INFORMATION, lacking=lacking, question_open=question_open)
    require_reason_holds(DeclineCode.NO_CAPACITY, lacking=lacking, question_open=question_open)


def asked_from(day: date, *sections: Section) -> Requirement:
    return Requirement(day, frozenset(sections))


def test_a_service_asks_for_what_it_has_said_by_that_day() -> None:
    own = [asked_from(SPRING, Section.RISKS), asked_from(SUMMER)]
    by_default = shipped()[0].sections

    assert required_on(NEW_YEAR, [own]) == by_default
    assert required_on(SPRING, [own]) == {Section.RISKS}
    assert required_on(SUMMER, [own]) == frozenset()
    assert required_on(NEW_YEAR, []) == by_default
    assert required_on(date(2025, 12, 31), []) == frozenset()


def test_of_a_unit_with_several_services_each_is_heard() -> None:
    services = [[asked_from(NEW_YEAR, Section.RISKS)], [asked_from(NEW_YEAR, Section.TRIED)]]
    assert required_on(SPRING, services) == {Section.RISKS, Section.TRIED}


def test_requirements_are_read_as_they_are_written() -> None:
    assert read_all([{"validFrom": "2026-04-01", "sections": ["wantsFirst"]}]) == (
        asked_from(SPRING, Section.WANTS_FIRST),
    )


def stage(state: State, *, receipt: bool = False, anonymous: bool = False) -> Stage:
    return Stage(state, receipt, anonymous)


@pytest.mark.parametrize("state", sorted(State))
def test_the_sender_completes_what_it_hands_over_while_the_referral_lives(state: State) -> None:
    refused = content_refusal(Side.SENDER, stage(state))
    assert refused is (None if state in LIVE else InvalidTransition)


@pytest.mark.parametrize(
    ("side", "refused"),
    [
        (Side.RECEIVER, OnlyTheSender),
        (Side.COLLEAGUE, OnlyTheSender),
        (Side.FORMER_SENDER, SectorHasLetGo),
    ],
)
def test_nobody_else_writes_it_or_has_a_code_made(side: Side, refused: type[Refusal]) -> None:
    assert content_refusal(side, stage(State.REQUESTED)) is refused
    assert code_refusal(side, stage(State.REQUESTED, anonymous=True)) is refused
    assert open_beside(side, stage(State.REQUESTED, anonymous=True)) == []


def test_what_was_signed_for_is_not_changed() -> None:
    assert content_refusal(Side.SENDER, stage(State.ACCEPTED, receipt=True)) is HandoverAlreadyReceived


@pytest.mark.parametrize("state", sorted(State))
def test_a_code_is_made_for_an_anonymous_referral_that_waits(state: State) -> None:
    refused = code_refusal(Side.SENDER, stage(state, anonymous=True))
    assert refused is (None if state is State.REQUESTED else InvalidTransition)
    assert code_refusal(Side.SENDER, stage(state)) is NotAnonymous


def test_an_anonymous_referral_has_a_code_and_no_content() -> None:
    waiting = stage(State.REQUESTED, anonymous=True)
    assert content_refusal(Side.SENDER, waiting) is AnonymousSharesNothing
    assert open_beside(Side.SENDER, waiting) == [CODES]
    assert open_beside(Side.SENDER, stage(State.REQUESTED)) == [CONTENT]


@pytest.mark.parametrize(
    ("present", "warm"),
    [
        ((), False),
        ((Presence.COMPANION, Presence.RECEIVING_SECTOR), False),
        ((Presence.SENDING_SECTOR,), True),
        ((Presence.OTHER_SECTOR,), False),
    ],
)
def test_a_handover_is_warm_when_the_sender_was_there(present: tuple[Presence, ...], warm: bool) -> None:
    assert is_warm(present) is warm
