"""Find whom a request is put to, for whoever puts one."""

from dataclasses import replace

from chassis.actor import Actor
from chassis.errors import NotFound
from services.referrals.domain.addressing import another_authority, through
from services.referrals.domain.errors import SameSector
from services.referrals.domain.redirection import Place
from services.referrals.repository import Directory


async def address(directory: Directory, actor: Actor, named: Place, *, sender: Place) -> Place:
    """The place that the caller names, and with a service the unit that gives it.

    A service is looked for in the directory of the authority that is asked: in the caller's own any, in another's what
    it has published. Whose words are sent is said by `sender`: its authority is where the referral is kept.

    Raises:
        SameSector: a sector cannot ask itself. The sector of that name in another authority it can.
        ServiceNotAddressable: the service cannot be asked; the fact `fails` lists why.
    """
    if actor.authority is None or sender.authority is None:
        raise NotFound()
    to = replace(named, authority=another_authority(named.authority, home=sender.authority, own=actor.authority))
    if to.authority is None and to.sector == sender.sector:
        raise SameSector()
    if to.service_id is None:
        return to
    asked = to.authority or sender.authority
    service = await directory.asked_for(to.service_id, of=asked)
    return through(service, to, published_only=asked != actor.authority)
