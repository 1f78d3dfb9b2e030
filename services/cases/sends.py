"""Ports that leave the house: where a fresh survey link comes from, and how a letter reaches the citizen."""

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import httpx2
import orjson

from chassis.errors import InvalidTransition, NotFound
from chassis.keys import service_token
from chassis.problems import PREFIX
from services.cases.domain.citizen import Contact


class NoLinkNow(Exception):
    """Surveys does not answer: try again later."""


class NoLinkEver(Exception):
    """The invitation is revoked, expired or answered: there is nothing left to send."""


class NotSentNow(Exception):
    """The letter could not be handed over: try again later."""


class Links(Protocol):
    """Gives a fresh one-time link for an invitation; each new one makes the earlier worthless."""

    async def fresh(self, invitation_id: UUID, *, authority: str, attempt: int) -> str:
        """The link. Raises NoLinkNow or NoLinkEver."""
        ...


class PostOffice(Protocol):
    """Hands a letter to the citizen's channel."""

    async def send(self, invitation_id: UUID, *, channel: str, contact: Contact, link: str, at: datetime) -> None:
        """Hand it over. Raises NotSentNow."""
        ...


# What surveys says of an invitation that is over. A 404 or 409 for any other reason says nothing about the invitation.
_ENDED = frozenset({PREFIX + NotFound.slug, PREFIX + InvalidTransition.slug})


class LinksOverHttp:
    """Asks the surveys service, as ourselves, within the letter's authority."""

    def __init__(self, base_url: str, keys_dir: Path) -> None:
        self._keys_dir = keys_dir
        self._client = httpx2.AsyncClient(base_url=base_url, timeout=5.0, trust_env=False, follow_redirects=False)

    async def close(self) -> None:
        """Give the connections back."""
        await self._client.aclose()

    async def fresh(self, invitation_id: UUID, *, authority: str, attempt: int) -> str:
        """The link, from surveys' own API.

        Raises:
            NoLinkNow: no answer, or not now. NoLinkEver: surveys says there is no such link to be had.
        """
        headers = {
            "Authorization": f"Bearer {service_token(self._keys_dir, 'cases', authority=authority)}",
            "Access-Purpose": "system-integration",
            # A repeat after a crash gets the link that was lost on the way; a new attempt gets a new one.
            "Idempotency-Key": f"letter-{invitation_id}-{attempt}",
        }
        try:
            answer = await self._client.post(f"/v1/invitations/{invitation_id}/link", headers=headers)
        except httpx2.HTTPError as away:
            raise NoLinkNow(type(away).__qualname__) from None
        told = _read(answer)
        if told.get("type") in _ENDED:
            raise NoLinkEver()
        link = told.get("url")
        if not answer.is_success or not isinstance(link, str):
            raise NoLinkNow(str(answer.status_code))
        return link


def _read(answer: httpx2.Response) -> dict[str, Any]:
    try:
        told = answer.json()
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


class LetterFiles:
    """The post office of a laptop: one file a letter, for a person to open. It holds a working link, so it exists in
    development only."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    async def send(self, invitation_id: UUID, *, channel: str, contact: Contact, link: str, at: datetime) -> None:
        """Write the letter."""
        letter = {
            "invitationId": invitation_id,
            "channel": channel,
            "language": contact.language,
            "link": link,
            "at": at,
        }
        try:
            await asyncio.to_thread(self._write, invitation_id, orjson.dumps(letter))
        except OSError as full:
            raise NotSentNow(type(full).__qualname__) from None

    def _write(self, invitation_id: UUID, letter: bytes) -> None:
        self._directory.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = self._directory / f".{invitation_id}"
        draft.write_bytes(letter)
        draft.chmod(0o600)
        draft.replace(self._directory / f"{invitation_id}.json")
