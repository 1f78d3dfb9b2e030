"""How an address is written in a body: which authority, and which service of its directory."""

from typing import Annotated

from pydantic import StringConstraints

from services.referrals.domain.addressing import AUTHORITY_FORM

AuthorityCode = Annotated[str, StringConstraints(strict=True, max_length=11, pattern=AUTHORITY_FORM)]
"""A municipality (`0101`), a region (`R1084`) or an organisation (`CVR12345678`)."""

ASKED_SERVICE = (
    "A service of the directory of the authority that is asked: of one's own any, of another's what it has published. "
    "Its unit is the one addressed, where `toUnit` names none."
)
