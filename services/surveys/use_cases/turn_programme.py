"""Turn a programme on or off for an authority: one short life, two verbs."""

from chassis.concurrency import expect
from services.surveys.domain.programme import Activation, Programme
from services.surveys.repository import Activations


async def turn_on(activations: Activations, programme: Programme, *, expected: int | None) -> Activation:
    """Cases that open from now on are invited. Those already open are not: their baseline is past."""
    activation = await activations.get(programme.code)
    expect(activation.version, expected)
    activation.turn_on()
    await activations.save(activation)
    return activation


async def turn_off(activations: Activations, programme: Programme, *, expected: int | None) -> Activation:
    """Nobody more is invited. What is out can still be answered."""
    activation = await activations.get(programme.code)
    expect(activation.version, expected)
    activation.turn_off()
    await activations.save(activation)
    return activation
