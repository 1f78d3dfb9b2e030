"""ETag, If-Match, If-None-Match: nobody overwrites what they have not read (RFC 9110 section 13, RFC 6585)."""

import re

from chassis.errors import Stale

_STRONG = re.compile(r'^"([0-9]{1,18})(?:\.[a-z-]{1,32})?"$')


def etag(version: int, shade: str = "") -> str:
    """The strong entity tag of a version. Where the same version shows more or less to the same reader as time goes by
    (a consent was withdrawn), its `shade` tells them apart; to be overwritten, the version is all that counts."""
    return f'"{version}.{shade}"' if shade else f'"{version}"'


def wanted_version(header: str) -> int | None:
    """The version an If-Match names; None for what can never match: a weak tag, `*`, several, or no tag of ours."""
    found = _STRONG.match(header.strip())
    return int(found[1]) if found else None


def is_known(tag: str, header: str) -> bool:
    """Whether an If-None-Match names this tag. Weak tags count here, since nothing is overwritten."""
    named = [part.strip().removeprefix("W/") for part in header.split(",")]
    return tag in named or named == ["*"]


def expect(version: int, expected: int | None) -> None:
    """Refuse when the caller has read another version than the present one. No expectation, no refusal.

    Raises:
        Stale: somebody changed it in between.
    """
    if expected is not None and expected != version:
        raise Stale(version=version)
