"""Identifiers and secrets."""

import secrets
from uuid import UUID, uuid4

import uuid_utils


def new_id() -> UUID:
    """A UUIDv7: sorts by creation time, so that keys stay close on disk. It tells when it was made; it is no secret."""
    return UUID(int=uuid_utils.uuid7().int)


def pseudonym() -> UUID:
    """A random UUIDv4: unlike `new_id`, it does not tell when it was made, and so not whose it may be."""
    return uuid4()


def secret_seed() -> bytes:
    """256 random bits, from which others are computed."""
    return secrets.token_bytes(32)


def secret_token() -> str:
    """256 random bits, url-safe, 43 characters: for what only its holder may know."""
    return secrets.token_urlsafe(32)


# Crockford's: no letter in it is taken for a figure, or for another.
_ON_PAPER = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def secret_code() -> str:
    """60 random bits in twelve characters that can be written on paper and read aloud. Kept as a keyed hash only."""
    return "".join(secrets.choice(_ON_PAPER) for _ in range(12))
