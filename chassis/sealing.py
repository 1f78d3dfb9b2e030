"""Sealed columns: AES-256-GCM for what must be read back, a keyed blind index for what must be found again.

The key never enters the database. The context (table, column, row) is authenticated, so that a sealed value
moved to another row does not open. Blob: one byte key version, 12 bytes nonce, ciphertext with tag.
"""

import hashlib
import hmac
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_VERSION = b"\x01"
_NONCE = 12


class SealBroken(Exception):
    """A sealed value does not open: wrong key, wrong row, or altered."""


def derive(secret: bytes, label: str) -> bytes:
    """A 32-byte key for one use, from a service's secret (HKDF-SHA256)."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=label.encode()).derive(secret)


class Sealer:
    """Seals and opens values with keys derived from one service's secret."""

    def __init__(self, secret: bytes) -> None:
        self._cipher = AESGCM(derive(secret, "helhed/seal/v1"))
        self._index_key = derive(secret, "helhed/blind-index/v1")

    def seal(self, plaintext: str, *, context: str) -> bytes:
        """Encrypt text for one place; `context` names the place (`citizens.details:<id>`)."""
        nonce = secrets.token_bytes(_NONCE)
        return _VERSION + nonce + self._cipher.encrypt(nonce, plaintext.encode(), context.encode())

    def open(self, blob: bytes, *, context: str) -> str:
        """Decrypt what `seal` made for the same place.

        Raises:
            SealBroken: the blob was altered, moved from another place, or sealed with another key.
        """
        if blob[:1] != _VERSION:
            raise SealBroken("unknown key version")
        try:
            nonce, sealed = blob[1 : 1 + _NONCE], blob[1 + _NONCE :]
            return self._cipher.decrypt(nonce, sealed, context.encode()).decode()
        except (InvalidTag, ValueError) as broken:  # ValueError: cut so short that not even the nonce is whole
            raise SealBroken("does not open") from broken

    def blind_index(self, value: str, *, context: str) -> bytes:
        """A keyed hash (HMAC-SHA-256) by which equal values are found; without the key it tells nothing.

        A plain hash would not do: there are so few CPR numbers that all of them can be hashed in minutes.
        """
        return hmac.new(self._index_key, f"{context}|{value}".encode(), hashlib.sha256).digest()
