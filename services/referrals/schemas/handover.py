"""What is handed over, and codes that catch without a name, on the wire: bodies, then views."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from chassis.wire import Body, Day, LongText, Moment, View
from services.referrals.domain.catch_codes import CodeState
from services.referrals.domain.handover import HandoverContent, NotShared, Section
from services.referrals.schemas.shared import NotSharedView, SharedView
from services.referrals.schemas.views import PartyView

# Wider than a code, so that a misspelt one gets the answer of an unknown one, and not a hint on its form.
SaidCode = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64, pattern=r"^[\x20-\x7e]+$")]


class HandoverRequest(Body):
    """What the receiver should know so that the citizen need not tell it again. All of it may be left out."""

    wants_first: LongText | None = Field(default=None, description="What the citizen wants first, in own words.")
    tried: LongText | None = Field(default=None, description="What has been tried, and how it went.")
    do_not_ask_again: LongText | None = Field(default=None, description="What the citizen has told often enough.")
    risks: LongText | None = Field(default=None, description="What to be careful of.")
    contact_wishes: LongText | None = Field(
        default=None,
        description="How and when to reach the citizen, and how not. Whoever answers by link is told no name and no "
        "number anywhere else: write them here. They are shown while the basis covers `contact`.",
    )

    def said(self) -> HandoverContent:
        """The sections that have words."""
        written: dict[str, Any] = self.model_dump(by_alias=True, exclude_none=True)
        return HandoverContent({Section(name): words for name, words in written.items()})


class CatchConfirmationRequest(Body):
    """Whoever carried this code was met."""

    code: SaidCode = Field(description="As the citizen shows it. Capitals, spaces and hyphens make no difference.")
    attended_on: Day = Field(description="The day they attended.")


class HandoverContentView(View):
    """What is handed over beside the reason, as it was written last."""

    referral_id: UUID
    shared: SharedView
    not_shared: list[NotSharedView]
    missing: list[Section] = Field(description="What the receiver asks to be told, and nobody has written.")
    at: Moment
    by: PartyView
    version: int
    allowed_actions: list[Literal["handover-content"]]

    @property
    def shade(self) -> str:
        """What the basis covers differs from day to day, and the version does not."""
        return next((one.why for one in self.not_shared if one.why is not NotShared.NOT_COVERED), "")


class HandoverVersionView(View):
    """One version of it. It never changes; what of it the receiver is shown does, with the basis."""

    version: int
    shared: SharedView
    not_shared: list[NotSharedView]
    at: Moment
    by: PartyView


class CatchCodeView(View):
    """A code, without what makes it one."""

    id: UUID
    state: CodeState
    issued_at: Moment
    expires_at: Moment
    version: int


class CatchCodeIssued(CatchCodeView):
    """A new code. It is told here and nowhere else."""

    code: str = Field(description="Twelve characters in three groups, none of which looks like another.")


class CatchConfirmationView(View):
    """That somebody was met. Whom, nobody in the unit learns. It never changes, so its version is always 1."""

    id: UUID
    attended_on: Day
    confirmed_at: Moment
    version: Literal[1]


def code_view(id: UUID, state: CodeState, issued_at: datetime, expires_at: datetime) -> CatchCodeView:
    """A code, as it stands. One that is spent is in its second version."""
    version = 2 if state in (CodeState.USED, CodeState.REPLACED) else 1
    return CatchCodeView(id=id, state=state, issued_at=issued_at, expires_at=expires_at, version=version)
