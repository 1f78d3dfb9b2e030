"""One-referral links and the sessions opened with them: rows in, rows out, found by a keyed hash of their secret."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Row, and_, bindparam, insert, select, update

from chassis.bearer import BearerToken
from chassis.concurrency import expect
from chassis.database import Transaction
from chassis.errors import NotFound, Stale
from chassis.sittings import forgetting
from services.referrals.domain.errors.partner_links import PartnerLinkNotUsable
from services.referrals.domain.partner_links import PartnerLink, PartnerSession
from services.referrals.tables import partner_links, partner_sessions, referrals

_COLUMNS = tuple(column for column in partner_links.columns if column.name != "digest")
_MINE = partner_links.c.authority == bindparam("of_authority")
_ONE = select(*_COLUMNS).where(
    _MINE, partner_links.c.referral_id == bindparam("of_referral"), partner_links.c.id == bindparam("of_id")
)
_OF_REFERRAL = select(*_COLUMNS).where(
    _MINE, partner_links.c.referral_id == bindparam("of_referral"), partner_links.c.revoked_at.is_(None)
)
_ADD = insert(partner_links)
_SAVE = update(partner_links).where(
    _MINE, partner_links.c.id == bindparam("of_id"), partner_links.c.version == bindparam("of_version")
)
# What a secret opens, with all that decides whether it does: one question, whatever the answer will be.
_ADDRESSED = (referrals.c.state, referrals.c.to_unit.label("addressed_unit"), referrals.c.to_authority)
_WITH_REFERRAL = select(*_COLUMNS, *_ADDRESSED).join(
    referrals,
    and_(referrals.c.authority == partner_links.c.authority, referrals.c.id == partner_links.c.referral_id),
)
_BY_TOKEN = _WITH_REFERRAL.where(_MINE, partner_links.c.digest == bindparam("of_digest")).with_for_update(
    of=partner_links
)
_BY_SESSION = (
    _WITH_REFERRAL.add_columns(
        partner_sessions.c.id.label("session_id"), partner_sessions.c.expires_at.label("session_expires_at")
    )
    .join(
        partner_sessions,
        and_(
            partner_sessions.c.authority == partner_links.c.authority, partner_sessions.c.link_id == partner_links.c.id
        ),
    )
    .where(_MINE, partner_sessions.c.digest == bindparam("of_digest"))
)
_FORGET = forgetting(partner_sessions, partner_sessions.c.link_id)
_REMEMBER = insert(partner_sessions)


@dataclass(frozen=True, slots=True)
class Opens:
    """A referral as far as its link must know it."""

    state: str
    to_unit: str | None


class PartnerLinks:
    """The links of one transaction's authority. What is locked, is locked after its referral."""

    def __init__(self, tx: Transaction) -> None:
        self._tx = tx

    async def get(self, referral_id: UUID, link_id: UUID, *, expected: int | None = None) -> PartnerLink:
        """One link of a referral, locked. Who asks was settled with the referral.

        Raises:
            NotFound: the referral has no such link.
            Stale: the caller expected another version of it.
        """
        asked = {"of_authority": self._tx.authority, "of_referral": referral_id, "of_id": link_id}
        row = await self._tx.one(_ONE.with_for_update(), **asked)
        if row is None:
            raise NotFound()
        link = link_of(row)
        expect(link.version, expected)
        return link

    async def unrevoked(self, referral_id: UUID) -> PartnerLink | None:
        """The one link of a referral that nobody has taken back, locked. It may have expired."""
        row = await self._tx.one(
            _OF_REFERRAL.with_for_update(), of_authority=self._tx.authority, of_referral=referral_id
        )
        return None if row is None else link_of(row)

    async def of_token(self, token: BearerToken) -> tuple[PartnerLink, Opens]:
        """The link whose secret this is, locked, and what it opens.

        Raises:
            PartnerLinkNotUsable: nobody's.
        """
        row = await self._tx.one(_BY_TOKEN, of_authority=self._tx.authority, of_digest=self._digest("link", token))
        if row is None:
            raise PartnerLinkNotUsable()
        return _coming_with(row), Opens(row.state, row.addressed_unit)

    async def of_session(self, token: BearerToken) -> tuple[PartnerSession, PartnerLink, Opens]:
        """The session whose secret this is, with its link as it is: nothing is locked yet.

        Raises:
            PartnerLinkNotUsable: there is no such session.
        """
        digest = self._digest("session", token)
        row = await self._tx.one(_BY_SESSION, of_authority=self._tx.authority, of_digest=digest)
        if row is None:
            raise PartnerLinkNotUsable()
        link = _coming_with(row)
        session = PartnerSession(row.session_id, link.authority, link.id, row.session_expires_at)
        return session, link, Opens(row.state, row.addressed_unit)

    async def add(self, link: PartnerLink, token: BearerToken) -> None:
        """Keep a new link, and of its secret a keyed hash."""
        link.version = 1
        row = {column.name: getattr(link, column.name) for column in _COLUMNS}
        await self._tx.run(_ADD, [{**row, "digest": self._digest("link", token)}])

    async def save(self, link: PartnerLink) -> None:
        """Write down when it was used or taken back, one version on.

        Raises:
            Stale: somebody changed it in between.
        """
        which = {"of_authority": link.authority, "of_id": link.id, "of_version": link.version}
        link.version += 1
        changed = {"last_used_at": link.last_used_at, "revoked_at": link.revoked_at, "version": link.version}
        if not await self._tx.run(_SAVE, [{**which, **changed}]):
            raise Stale()

    async def remember(self, session: PartnerSession, token: BearerToken, *, at: datetime) -> None:
        """Keep a session; forget those of the same link that are over, or more than may be open at once."""
        await self._tx.run(_FORGET, of_authority=session.authority, of_link=session.link_id, at=at)
        row = {
            "authority": session.authority,
            "id": session.id,
            "link_id": session.link_id,
            "digest": self._digest("session", token),
            "expires_at": session.expires_at,
        }
        await self._tx.run(_REMEMBER, [row])

    def _digest(self, kind: str, token: BearerToken) -> bytes:
        # A link is no session and a session no link, though both look alike.
        return self._tx.sealer.blind_index(token.text, context=f"partner_{kind}s.digest")


def link_of(row: Row[Any]) -> PartnerLink:
    """A row as the rules know it."""
    known = row._mapping
    return PartnerLink(**{column.name: known[column.name] for column in _COLUMNS})


def _coming_with(row: Row[Any]) -> PartnerLink:
    """A link that somebody shows, with the authority whose receiver that makes them."""
    return replace(link_of(row), to_authority=row.to_authority)


LINK_COLUMNS: Sequence[Any] = _COLUMNS
"""What may be read of a link: all but the hash of its secret."""
