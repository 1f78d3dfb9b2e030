"""Contact cards: who the referrals of one page are about. Asked by the referrals service, as whoever reads the page."""

from typing import Annotated

from fastapi import Depends

from chassis.given import of_caller
from chassis.http import room
from services.cases.domain.contact_card import CardQuestion
from services.cases.permissions import CaseReader
from services.cases.queries.contact_cards import ContactCardQueries
from services.cases.schemas.contact_cards import ContactCardsRequest, ContactCardsView, ContactCardView

router = room(tags=["cases"])


Reads = Annotated[ContactCardQueries, Depends(of_caller(ContactCardQueries))]


@router.post("/contact-cards/_search", name="search_contact_cards", summary="Who referrals are about")
async def search_contact_cards(actor: CaseReader, body: ContactCardsRequest, reads: Reads) -> ContactCardsView:
    """Name or alias, telephone, when it is safe to call, language and domain of the need, of each referral of a page.

    A card is given to the sector that asked while it works on the case; to the one that was asked while the referral is
    under way and its basis covers it, or once case or need is its own. A referral that is absent,
    over, another's, or no longer covered has none, and all of these look alike. Every card that is given is in the
    access log of its case.
    """
    cards = await reads.of([CardQuestion(one.id, one.consent_id) for one in body.referrals])
    return ContactCardsView(items=[ContactCardView.model_validate(card) for card in cards])
