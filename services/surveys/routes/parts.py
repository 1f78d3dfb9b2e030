"""What the routes of surveys share: the content that was loaded at start."""

from typing import Annotated

from fastapi import Depends, Request

from services.surveys.domain.catalogue import Catalogue


async def _catalogue(request: Request) -> Catalogue:
    catalogue: Catalogue = request.app.state.catalogue
    return catalogue


Shipped = Annotated[Catalogue, Depends(_catalogue)]
