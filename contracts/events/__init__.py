"""The whole vocabulary: one module a service, one class a moment and version."""

from types import ModuleType

from contracts.event import Event
from contracts.events import cases, referrals, surveys


def every_event() -> tuple[type[Event], ...]:
    """Every event class of every service, in the order the modules tell them."""
    return tuple(event for module in (cases, referrals, surveys) for event in _events_of(module))


def event_of(event_type: str) -> type[Event] | None:
    """The class of a type on the wire; None for a type this version of the town has not heard of."""
    return _BY_TYPE.get(event_type)


def _events_of(module: ModuleType) -> list[type[Event]]:
    """Classes that name an event type themselves: a shared base such as ReferralMoment is no event."""
    classes = [value for value in vars(module).values() if isinstance(value, type) and issubclass(value, Event)]
    return [cls for cls in classes if "event_type" in vars(cls)]


_BY_TYPE = {event.event_type: event for event in every_event()}
