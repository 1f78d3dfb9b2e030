"""Who keeps what belongs to the whole authority and tells of no citizen: its directory, and what it promises.

The names of these permissions and roles stand here once, for the door and for `allowedActions`: so what is offered is
what is let through.
"""

from chassis.actor import Actor

KEEP_DIRECTORY = "directory:write"
DIRECTORY_KEEPERS = ("administrator", "integration")
"""A system keeps it as well as people do."""

TELL_CAPACITY = "directory-capacity:write"

KEEP_GUARANTEES = "guarantees:write"
GUARANTEE_KEEPERS = ("administrator",)


def may_keep_directory(actor: Actor) -> bool:
    """Whether the caller may change organisations, services and locations."""
    return actor.has(*DIRECTORY_KEEPERS) and actor.permits(KEEP_DIRECTORY)


def may_keep_guarantees(actor: Actor) -> bool:
    """Whether the caller may decide what the own authority promises."""
    return actor.has(*GUARANTEE_KEEPERS) and actor.authority is not None and actor.permits(KEEP_GUARANTEES)
