"""What every route here is given: the repository and the reads of its own request."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.door import Tx
from services.referrals.queries import Queries
from services.referrals.repository import KnownCases, Referrals


def _store(request: Request, tx: Tx) -> Referrals:
    return Referrals(tx, request.app.state.house.sealer)


def _known(tx: Tx) -> KnownCases:
    return KnownCases(tx)


def _queries(request: Request, tx: Tx) -> Queries:
    return Queries(tx, request.state.actor, request.app.state.house.sealer)


Store = Annotated[Referrals, Depends(_store)]
Known = Annotated[KnownCases, Depends(_known)]
Reads = Annotated[Queries, Depends(_queries)]
