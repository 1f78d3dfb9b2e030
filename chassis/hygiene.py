"""What is checked on the raw bytes of a body, before any parser may guess: size, encoding, depth, doubled names.

JSON parsers disagree on doubled names, NaN, lone surrogates and NUL; what they disagree on is refused (ASVS 1.5.3).
"""

import asyncio
import json
import re
from typing import Any

from starlette.requests import ClientDisconnect, Request

from chassis.errors import Text
from chassis.problems import Fault, TooLarge, TooSlow

MOST_BYTES = 1 << 20
MOST_SECONDS = 20.0
MOST_DEPTH = 64
_MOST_DIGITS = 18

_FAULT = Text("er ikke gyldig JSON", "is not valid JSON")
# Possessive, and a string that never ends is taken whole: else a body of half a million quotes takes an hour.
_BRACKET = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


class Unclean(ValueError):
    """The body is not JSON that every parser reads alike. `code` says what is wrong."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


async def read(request: Request, most_bytes: int = MOST_BYTES, most_seconds: float = MOST_SECONDS) -> bytes:
    """The whole body, at most `most_bytes`, whatever its Content-Length claims.

    Raises:
        TooLarge: it is longer.
        TooSlow: it has not come after `most_seconds`; nobody holds a place by promising a body.
    """
    claimed = request.headers.get("content-length", "")
    if claimed.isdigit() and int(claimed) > most_bytes:
        raise TooLarge()
    chunks, size = [], 0
    try:
        async with asyncio.timeout(most_seconds):
            async for chunk in request.stream():
                size += len(chunk)
                if size > most_bytes:
                    raise TooLarge()
                chunks.append(chunk)
    except ClientDisconnect:
        raise TooLarge() from None
    except TimeoutError:
        raise TooSlow() from None
    return b"".join(chunks)


def check(body: bytes) -> Any:
    """Parse strictly, and return what it says.

    Raises:
        TooLarge: nested deeper than 64.
        Unclean: not UTF-8, byte order mark, not JSON, NaN or Infinity, doubled name, lone surrogate, NUL, huge number.
    """
    if body.startswith(b"\xef\xbb\xbf"):
        raise Unclean("byte-order-mark")
    depth = 0
    for token in _BRACKET.finditer(body):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if depth > MOST_DEPTH:
            raise TooLarge()
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise Unclean("not-utf-8") from None
    try:
        parsed = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_refuse_constant,
            parse_int=_whole_number,
            parse_float=_fraction,
        )
    except Unclean:
        raise
    except (ValueError, RecursionError):
        raise Unclean("json-invalid") from None
    # Only an escape can smuggle these past the decoder.
    if "\\u" in text and not storable(parsed):
        raise Unclean("character-not-allowed")
    return parsed


def fault(unclean: Unclean) -> Fault:
    """As one entry of a problem's `errors`."""
    return Fault("body", "", unclean.code, _FAULT)


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unclean("duplicate-member")
    return found


def _refuse_constant(_: str) -> None:
    raise Unclean("number-not-finite")


def _whole_number(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise Unclean("number-too-large")
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise Unclean("number-not-finite")
    return value


def storable(value: Any) -> bool:
    """Whether our database can hold it: no NUL and no half surrogate pair in any text."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= c <= "\udfff" for c in value)
    if isinstance(value, dict):
        return all(storable(k) and storable(v) for k, v in value.items())
    if isinstance(value, list):
        return all(map(storable, value))
    return True
