"""What the routes of surveys share: the content that was loaded at start, and the sealer of this service."""

from typing import Annotated

from fastapi import Depends, Request

from chassis.sealing import Sealer
from services.surveys.domain.catalogue import Catalogue


async def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


async def _sealer(request: Request) -> Sealer:
    sealer: Sealer = request.app.state.house.sealer
    return sealer


Shipped = Annotated[Catalogue, Depends(_catalogue)]
Sealing = Annotated[Sealer, Depends(_sealer)]
